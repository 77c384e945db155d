"""Sending the mails of the outbox, and gathering the daily ones.

A row is leased before its mail is handed over, and marked after the server has taken it. So no
mail is lost; one whose worker dies in between, or whose connection is cut after the last byte, is
sent once more, with the same Message-ID, by which many servers drop the second (docs/adr/0037).
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..mails.composing import composed
from ..models import Fate, MailKind, OutgoingMail
from ..models.outgoing_mail import MOST_TRIES
from ..models.tally import count
from .lease import Lease, acquire, free, heartbeat

logger = logging.getLogger(__name__)

_RESTS = (1, 2, 5, 15, 60, 180, 360, 720, 1440)  # minutes after each attempt, the last for ever
_REMEMBERED = timedelta(days=90)
_AT_ONCE = 200  # the next sweep goes on
_REFUSED = 500  # the first status with which a server says: never
_CLOSING = 421  # the status with which it ends the connection


class _Unreachable(Exception):  # noqa: N818 - it says how the server is
    """No mail can be sent now: the server is gone, or does not let the portal in."""


def send_mails() -> int:
    """Send what is due, one after the other; how many mails went out.

    Where the server cannot be reached, all that is left waits for the next sweep. One connection
    serves them all.
    """
    sent = 0
    connection: BaseEmailBackend = get_connection()
    try:
        for pk in list(due_mails().values_list("pk", flat=True)[:_AT_ONCE]):
            lease = acquire(OutgoingMail, pk, MOST_TRIES)
            if lease is not None:
                with heartbeat(lease):
                    sent += _send(lease, connection)
    except _Unreachable as error:
        logger.warning("no mail can be sent now: %s", error)
    finally:
        _close(connection)
    return sent


def due_mails() -> QuerySet[OutgoingMail]:
    """The mails that are to be sent now, the oldest first."""
    return (
        free(OutgoingMail)
        .filter(
            is_daily=False,
            is_hopeless=False,
            due_at__lte=timezone.now(),
            attempts__lt=MOST_TRIES,
        )
        .order_by("due_at", "pk")
    )


def _send(lease: Lease, connection: BaseEmailBackend) -> bool:
    """Hand one mail over. Raises _Unreachable where no other can be handed over, either."""
    mail = OutgoingMail.objects.select_related(
        "account",
        "event__submission__organisation",
        "event__revision",
        "event__by",
        "invitation__organisation",
    ).get(pk=lease.pk)
    try:
        message = composed(mail)
        if message is not None:
            message.connection = connection
            connection.open()
            message.send()
    except (smtplib.SMTPException, OSError) as error:
        _give_back(mail, lease, error)
        if _is_of_the_server(error):
            raise _Unreachable(_words(error)) from error
        _close(connection)  # after a refusal some servers are in no state for another mail
        return False
    except Exception as error:
        logger.exception("%s could not be made", mail)
        _give_back(mail, lease, error)
        return False
    _finish(mail, lease, Fate.LEFT_OUT if message is None else Fate.SENT)
    return message is not None


def _finish(mail: OutgoingMail, lease: Lease, fate: Fate) -> None:
    with transaction.atomic():
        if lease.finish(fate=fate.value, failure=""):
            mail.parts.filter(finished_at__isnull=True).update(
                fate=fate.value, finished_at=timezone.now()
            )
    count("osc_portal_mails_total", outcome=fate.value)


def _give_back(mail: OutgoingMail, lease: Lease, error: Exception) -> None:
    """Try again later; never, where the server will not take it, or it was tried enough."""
    is_last = mail.attempts >= MOST_TRIES
    is_hopeless = is_last or (_status(error) >= _REFUSED and not _is_of_the_server(error))
    rest = timedelta(minutes=_RESTS[min(mail.attempts, len(_RESTS)) - 1])
    lease.give_back(_words(error), due_at=timezone.now() + rest, is_hopeless=is_hopeless)
    count("osc_portal_mails_total", outcome="refused" if is_hopeless else "delayed")
    if is_hopeless:
        logger.error("%s cannot be sent: %s", mail, _words(error))


def _is_of_the_server(error: Exception) -> bool:
    """Whether it would be the same with every mail."""
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused)):
        return True
    of_one_mail = (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPResponseException,
        smtplib.SMTPNotSupportedError,
    )
    return not isinstance(error, of_one_mail) or _status(error) == _CLOSING


def _status(error: Exception) -> int:
    """What the server answered, 0 where it did not."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _REFUSED  # no server that it has can take such an address
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((int(code) for code, _words in error.recipients.values()), default=0)
    return int(getattr(error, "smtp_code", 0))


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers: Any = error.recipients.values()
        return "; ".join(f"{code} {_text(words)}" for code, words in answers)[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        logger.info("the mail server was gone before the end", exc_info=True)


def give_up_mails() -> None:
    """Mark the mails whose last worker died: an administrator decides."""
    spent = free(OutgoingMail).filter(is_hopeless=False, attempts__gte=MOST_TRIES)
    spent.update(is_hopeless=True)


def forget_mails() -> None:
    """Remove what was sent long ago; what an administrator decides about stays."""
    long_ago = timezone.now() - _REMEMBERED
    OutgoingMail.objects.filter(daily__isnull=True, finished_at__lt=long_ago).delete()


def gather_daily_mails() -> None:
    """Put what is due of each account that wants it so into one mail."""
    due = OutgoingMail.objects.filter(
        is_daily=True, daily__isnull=True, finished_at__isnull=True, due_at__lte=timezone.now()
    )
    for account in list(due.order_by().values_list("account", flat=True).distinct()):
        with transaction.atomic():
            mail = OutgoingMail.objects.create(account_id=account, kind=MailKind.DAILY.value)
            # Where another scheduler was first, there is nothing left to put in.
            if not due.filter(account=account).update(daily=mail):
                mail.delete()
