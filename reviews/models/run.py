"""Work that a worker does: who does it, until when it is leased, how often it was tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_ATTEMPTS = 3


class Run(models.Model):
    """The lease on a piece of work. The row is the truth; the broker only notifies.

    ``queued_at`` is when it was last queued or given back after a crash: the sweep queues it
    again some time after that. ``lease_owner`` may work on it until ``lease_until`` and renews
    that while it lives; afterwards anybody may take it over, see ``leased``. ``attempts`` counts
    how often the lease was acquired. ``failure`` is the last internal error in a few lines, for
    administrators.
    """

    queued_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("queued at")
    )
    lease_owner = models.CharField(
        max_length=120, blank=True, editable=False, verbose_name=_("lease owner")
    )
    lease_until = models.DateTimeField(null=True, editable=False, verbose_name=_("lease until"))
    attempts = models.PositiveSmallIntegerField(
        default=0, editable=False, verbose_name=_("attempts")
    )
    started_at = models.DateTimeField(null=True, editable=False, verbose_name=_("started at"))
    finished_at = models.DateTimeField(null=True, editable=False, verbose_name=_("finished at"))
    failure = models.TextField(blank=True, editable=False, verbose_name=_("failure"))

    class Meta:
        abstract = True

    def start_over(self) -> None:
        """Make it a run that nobody has tried yet."""
        self.attempts = 0
        self.finished_at = self.lease_until = None
        self.queued_at = timezone.now()
        self.save(update_fields=("attempts", "finished_at", "lease_until", "queued_at"))

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took, None while it has not ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return float((self.finished_at - self.started_at).total_seconds())

    @property
    def is_abandoned(self) -> bool:
        """Whether every attempt was used up without a result."""
        return self.finished_at is None and self.attempts >= MOST_ATTEMPTS and not self.is_leased

    @property
    def is_leased(self) -> bool:
        """Whether somebody works on it now."""
        if self.lease_until is None:
            return False
        begin, end = _lease_bounds()
        return begin < self.lease_until <= end


def leased(path: str = "") -> models.Q:
    """The runs that somebody works on now; ``path`` leads to them, such as ``inspection__``."""
    begin, end = _lease_bounds()
    return models.Q(**{f"{path}lease_until__gt": begin, f"{path}lease_until__lte": end})


def not_leased() -> models.Q:
    """The runs that nobody works on now."""
    begin, end = _lease_bounds()
    ended = models.Q(lease_until__lte=begin) | models.Q(lease_until__gt=end)
    return models.Q(lease_until__isnull=True) | ended


def _lease_bounds() -> tuple[datetime, datetime]:
    """Between which moments a lease ends that is in force.

    One that would last much longer than any does was written before the clock was put back: its
    worker renews it soon, if it lives.
    """
    now = timezone.now()
    return now, now + timedelta(seconds=2 * settings.PORTAL_LEASE_SECONDS)


def unfinished_index(name: str) -> models.Index:
    """The few rows that are not finished, as the sweep looks for them."""
    condition: Any = models.Q(finished_at__isnull=True)
    return models.Index(fields=("queued_at",), condition=condition, name=name)
