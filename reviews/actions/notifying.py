"""Mails for what happened: written into the outbox in the transaction of the event."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from ..mails.recipients import recipients_of
from ..models import Event, MailKind, OutgoingMail, Preference
from ..queue import JobName, enqueue


def notify(event: Event) -> None:
    """Write the mails for ``event``, of each account one at most, and have them sent.

    To be called inside the transaction that writes the event: either both are there or neither.
    Who wants one mail a day gets them with the next; what is new in the queue always comes so.
    """
    found = recipients_of(event)
    if not found:
        return
    rows = Preference.objects.filter(user__in=[user.pk for user, _kind in found])
    chosen = {each.pk: each for each in rows}
    mails = []
    for user, kind in found:
        wishes = chosen.get(user.pk) or Preference(user=user)
        if kind in wishes.mails_off:
            continue
        mail = OutgoingMail(account=user, kind=kind, event=event)
        if wishes.has_daily_mail or kind == MailKind.QUEUE:
            mail.is_daily, mail.due_at = True, next_daily(timezone.now())
        mails.append(mail)
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    if not all(each.is_daily for each in mails):
        enqueue(JobName.SEND_MAILS)


def next_daily(now: datetime) -> datetime:
    """The next moment at which daily mails are sent."""
    hour: int = settings.PORTAL_DAILY_MAIL_HOUR
    today = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
