"""Until when reviews are due, by the portal's policy and its calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ..models import PortalPolicy, Submission
from ..models.calendar_day import special_days
from ..states import SubmissionState
from ..working_days import due_day, overdue_before


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for a review, and whether it has passed."""

    day: date
    is_overdue: bool


def due_of(rows: Iterable[Submission]) -> Mapping[int, Due]:
    """Until when each of the ``rows`` that waits for a reviewer is due, by its id. Two queries.

    Nothing is due where the policy allows any time.
    """
    waiting = [row for row in rows if row.state == SubmissionState.IN_REVIEW]
    days = _days() if waiting else 0
    if not days:
        return {}
    special, today = special_days(), timezone.localdate()
    last = {row.pk: due_day(row.waiting_since, days, special) for row in waiting}
    return {pk: Due(day, is_overdue=day < today) for pk, day in last.items()}


def overdue_since() -> datetime | None:
    """What has waited for a reviewer since before this is overdue; None where nothing ever is."""
    days = _days()
    return overdue_before(timezone.localdate(), days, special_days()) if days else None


def _days() -> int:
    return PortalPolicy.current().review_days
