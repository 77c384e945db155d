"""Signing in, slowed down for those who guess passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from .models import FailedSignIn
from .pipeline.core.messages import Message, _

WINDOW = timedelta(minutes=15)
MOST_BY_ONE_VISITOR = 5
"""Failures with one name from one address."""
MOST_FROM_ONE_ADDRESS = 50
"""Failures with any names: an office shares an address."""
MOST_FOR_ONE_NAME = 100
"""Failures from any address: enough for none to lock out others by their name alone."""


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
        name, address = _name(username or ""), address_of(request)
        if objection_to_trying(name, address):
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is None and username:
            FailedSignIn.objects.filter(at__lt=timezone.now() - WINDOW).delete()
            FailedSignIn.objects.create(name=name, address=address)
        elif user is not None:
            FailedSignIn.objects.filter(name=name, address=address).delete()
        return user


def objection_to_trying(name: str, address: str) -> Message | None:
    """Why nobody may try this user name from this address now, None where one may."""
    recent = FailedSignIn.objects.filter(at__gte=timezone.now() - WINDOW)
    by_name, from_address = recent.filter(name=_name(name)), recent.filter(address=address)
    if (
        by_name.filter(address=address).count() >= MOST_BY_ONE_VISITOR
        or from_address.count() >= MOST_FROM_ONE_ADDRESS
        or by_name.count() >= MOST_FOR_ONE_NAME
    ):
        return _(
            "Too many attempts to sign in have failed. Wait %(minutes)s minutes, then try again.",
            minutes=int(WINDOW.total_seconds() // 60),
        )
    return None


def address_of(request: HttpRequest | None) -> str:
    """Where a request came from: as the outermost of our own proxies saw it."""
    if request is None:
        return ""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies: int = settings.PORTAL_PROXIES
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def _name(text: str) -> str:
    return text.casefold()[:150]
