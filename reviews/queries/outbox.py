"""The outbox: what waits to be sent, since when, and what the server does not take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from ..models import Fate, OutgoingMail

_MOST = 50


@dataclass(frozen=True, slots=True)
class Outbox:
    """``waiting`` mails are due, the oldest since ``oldest``; ``resting`` ones were put off.

    ``daily`` wait for a daily mail. ``hopeless`` are the first of those that wait for an
    administrator, ``sent`` how many went out within a day.
    """

    waiting: int
    oldest: datetime | None
    resting: int
    daily: int
    sent: int
    hopeless: Sequence[OutgoingMail]
    trouble: str


def outbox() -> Outbox:
    """The outbox now. ``trouble`` is what the server last answered to a mail that waits."""
    now = timezone.now()
    open_ones = OutgoingMail.objects.filter(finished_at__isnull=True, is_hopeless=False)
    single = Q(is_daily=False)
    due = single & Q(due_at__lte=now)
    counted = open_ones.aggregate(
        waiting=Count("pk", filter=due),
        oldest=Min("due_at", filter=due),
        resting=Count("pk", filter=single & Q(due_at__gt=now)),
        daily=Count("pk", filter=~single),
    )
    day = OutgoingMail.objects.filter(finished_at__gte=now - timedelta(days=1))
    put_off = open_ones.exclude(failure="").order_by("-queued_at")
    hopeless = OutgoingMail.objects.filter(finished_at__isnull=True, is_hopeless=True)
    return Outbox(
        **counted,
        sent=day.filter(fate=Fate.SENT.value, daily__isnull=True).count(),
        hopeless=list(
            hopeless.select_related("account", "event__submission", "invitation").order_by("pk")[
                :_MOST
            ]
        ),
        trouble=put_off.values_list("failure", flat=True).first() or "",
    )
