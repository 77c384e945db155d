"""Signing in, slowed down for those who guess passwords, and for nobody else.

Failures are counted by name, by address and by device. A browser in which somebody has signed in
has a cookie that proves it for this name: its failures are counted apart, so that strangers who
fail with a name lock out neither its owner nor an office that shares an address (OWASP: device
cookies).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import get_random_string

from .models import FailedSignIn, PasswordRequest
from .pipeline.core.messages import Message, _

WINDOW = timedelta(minutes=15)
MOST_BY_ONE_VISITOR = 5
"""Failures with one name from one address, or from one device."""
MOST_FROM_ONE_ADDRESS = 50
"""Failures with any names: an office shares an address."""
MOST_FOR_ONE_NAME = 100
"""Failures from any addresses, none of a device that is known."""
REQUEST_WINDOW = timedelta(hours=1)
MOST_REQUESTS_FOR_ONE_NAME = 3
MOST_REQUESTS_FROM_ONE_ADDRESS = 20
"""Mails with a link that sets a new password."""

DEVICE_COOKIE = "device"
_DEVICE_AGE = timedelta(days=365)
_SALT = "reviews.signing_in.device"


class PatientBackend(ModelBackend):
    """Django's own backend, which answers nobody who has lately failed too often."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user of this name and password, or None.

        PermissionDenied: too many failures lately, so that no password was looked at.
        """
        name = _name(username or "")
        # Noted before the password is looked at: who tries many at once is counted, too.
        attempt = FailedSignIn.objects.create(
            name=name, address=address_of(request), device=_device(request, name)
        )
        if _wait_of(attempt):
            attempt.delete()
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            _same_visitor(attempt).delete()
        elif not username:
            attempt.delete()
        else:
            FailedSignIn.objects.filter(at__lt=timezone.now() - WINDOW).delete()
        return user


def seconds_to_wait(request: HttpRequest | None, name: str) -> int:
    """In how many seconds the visitor may try this user name again; 0 where at once."""
    name = _name(name)
    attempt = FailedSignIn(name=name, address=address_of(request), device=_device(request, name))
    return _wait_of(attempt)


def objection_to_trying(seconds: int) -> Message:
    """Why one has to wait, in words."""
    return _(
        "Too many attempts to sign in have failed. Wait %(minutes)s minutes, then try again.",
        minutes=_minutes(seconds),
    )


def wait_for_password_mail(request: HttpRequest, name: str) -> int:
    """Note that a mail with a link is wanted for ``name``; in how many seconds it may be, 0: now.

    It is counted alike whether there is such a name: nobody learns whose there are.
    """
    since = timezone.now() - REQUEST_WINDOW
    PasswordRequest.objects.filter(at__lt=since).delete()
    name, address = _name(name), address_of(request)
    by_name = PasswordRequest.objects.filter(name=name)
    from_address = PasswordRequest.objects.filter(address=address)
    seconds = max(
        _seconds(by_name, MOST_REQUESTS_FOR_ONE_NAME, REQUEST_WINDOW),
        _seconds(from_address, MOST_REQUESTS_FROM_ONE_ADDRESS, REQUEST_WINDOW),
    )
    if not seconds:
        PasswordRequest.objects.create(name=name, address=address)
    return seconds


def objection_to_mailing(seconds: int) -> Message:
    """Why no mail is sent, in words."""
    return _(
        "Several mails were asked for already: look for them, or wait %(minutes)s minutes.",
        minutes=_minutes(seconds),
    )


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Let the browser prove from now on that ``user`` has signed in there."""
    name = _name(user.get_username())
    device = _device(request, name) or get_random_string(16)
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([name, device], salt=_SALT),
        max_age=_DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def address_of(request: HttpRequest | None) -> str:
    """Where a request came from, as the outermost of our own proxies saw it.

    Of an IPv6 address that is its network (/64): who has one address of it has all.
    """
    if request is None:
        return ""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies: int = settings.PORTAL_PROXIES
    if proxies and len(forwarded) >= proxies:
        return _network(forwarded[-proxies].strip()[:45])
    return _network(str(request.META.get("REMOTE_ADDR", ""))[:45])


def _network(text: str) -> str:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def _device(request: HttpRequest | None, name: str) -> str:
    """The device that the visitor's cookie proves for this name, empty where none."""
    if request is None:
        return ""
    try:
        known, device = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=_SALT, max_age=_DEVICE_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if known == name else ""


def _wait_of(attempt: FailedSignIn) -> int:
    """Seconds until this attempt may be made, 0 where it may be made now."""
    others = FailedSignIn.objects.exclude(pk=attempt.pk)
    mine = _same_visitor(attempt).exclude(pk=attempt.pk)
    seconds = _seconds(mine, MOST_BY_ONE_VISITOR, WINDOW)
    if attempt.device:
        return seconds
    strangers = others.filter(device="")
    return max(
        seconds,
        _seconds(strangers.filter(address=attempt.address), MOST_FROM_ONE_ADDRESS, WINDOW),
        _seconds(strangers.filter(name=attempt.name), MOST_FOR_ONE_NAME, WINDOW),
    )


def _same_visitor(attempt: FailedSignIn) -> QuerySet[FailedSignIn]:
    same = FailedSignIn.objects.filter(name=attempt.name, device=attempt.device)
    return same if attempt.device else same.filter(address=attempt.address)


def _seconds(rows: QuerySet[Any], most: int, window: timedelta) -> int:
    """Seconds until fewer than ``most`` of ``rows`` are within ``window``, 0 where they are."""
    now = timezone.now()
    # What seems to come from later was before the clock was put back.
    recent = (
        rows.filter(at__range=(now - window, now + window))
        .order_by("-at")
        .values_list("at", flat=True)
    )
    last: datetime | None = recent[most - 1 : most].first()
    return 0 if last is None else int((last + window - now).total_seconds()) + 1


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _name(text: str) -> str:
    return text.casefold()[:150]
