"""Links in mails: absolute, and signed where whoever opens one is not signed in."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from ..models import Invitation, MailKind

ALL = "all"
"""Instead of a kind of mail: every kind."""

_OFF = "reviews.mails.off"
_INVITATION = "reviews.mails.invitation"


def absolute(path: str) -> str:
    """The address of a page, as it stands in a mail."""
    return f"{settings.PORTAL_ADDRESS}{path}"


def page(name: str, *arguments: Any) -> str:
    """The absolute address of the page that is called ``name``."""
    return absolute(reverse(name, args=arguments))


def off_link(account: int, kind: str) -> str:
    """Where the account ``account`` gets no more mails of ``kind`` (a ``MailKind``, or ``ALL``)."""
    return page("mail-off", signing.dumps([account, kind], salt=_OFF, compress=False))


def read_off(token: str) -> tuple[int, str] | None:
    """The account and the kind of such a link, None where it is not one of ours.

    It is valid for ever: whoever finds the mail years later wants no more of them, either.
    """
    try:
        account, kind = signing.loads(token, salt=_OFF)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    is_known = kind == ALL or kind in MailKind.values
    return (int(account), str(kind)) if is_known else None


def invitation_link(invitation: Invitation) -> str:
    """Where the invitation is accepted."""
    token = signing.dumps([invitation.pk, str(invitation.key)], salt=_INVITATION)
    return page("accept-invitation", token)


def read_invitation(token: str) -> tuple[int, uuid.UUID] | None:
    """The id and the key of the invitation of a link, None where it is not one of ours."""
    try:
        pk, key = signing.loads(token, salt=_INVITATION)
        return int(pk), uuid.UUID(key)
    except (signing.BadSignature, ValueError, TypeError):
        return None
