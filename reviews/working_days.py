"""Until when a review is due: so many working days after it began to wait, to the end of the day.

People work from Monday to Friday, but for the days that administrators enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST = 3660  # days to look at: a calendar that is full of holidays ends there


def is_working(day: date, special: Mapping[date, bool]) -> bool:
    """Whether people work on ``day``; ``special`` says so of days that are not as every week."""
    return special.get(day, day.weekday() < _SATURDAY)


def due_day(since: datetime, days: int, special: Mapping[date, bool]) -> date:
    """The last day for what waits ``since``: the ``days``-th working day after."""
    day = timezone.localdate(since)
    for _step in range(_LONGEST):
        if days <= 0:
            break
        day += _DAY
        days -= is_working(day, special)
    return day


def overdue_before(today: date, days: int, special: Mapping[date, bool]) -> datetime:
    """The moment up to which what has waited since then is overdue ``today``."""
    day = today
    for _step in range(_LONGEST):
        if days <= 0:
            break
        day -= _DAY
        days -= is_working(day, special)
    return timezone.make_aware(datetime.combine(day, time.min))
