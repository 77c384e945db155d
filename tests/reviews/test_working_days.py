"""Until when a review is due: working days, with the days that are not as every week."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from reviews.working_days import due_day, overdue_before

FRIDAY = date(2026, 9, 25)
HOLIDAYS = {date(2026, 9, 25): False, date(2026, 10, 1): False, date(2026, 10, 10): True}


def at(day: str, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{hour:02}:00"))


@pytest.mark.parametrize(
    ("since", "days", "special", "due"),
    [
        ("2026-11-23", 3, {}, "2026-11-26"),
        ("2026-11-26", 3, {}, "2026-12-01"),
        ("2026-11-28", 1, {}, "2026-11-30"),  # a Saturday
        ("2026-09-24", 1, HOLIDAYS, "2026-09-28"),
        ("2026-09-30", 2, HOLIDAYS, "2026-10-05"),
        ("2026-10-09", 1, HOLIDAYS, "2026-10-10"),  # a Saturday that is worked
        ("2026-11-23", 0, {}, "2026-11-23"),
    ],
)
def test_so_many_working_days_later(
    since: str, days: int, special: dict[date, bool], due: str
) -> None:
    assert due_day(at(since), days, special) == date.fromisoformat(due)


@pytest.mark.parametrize("special", [{}, HOLIDAYS], ids=["plain", "holidays"])
@pytest.mark.parametrize("days", [1, 3, 5])
def test_overdue_is_what_waits_since_before_one_moment(
    days: int, special: dict[date, bool]
) -> None:
    for number in range(1, 29):
        today = date(2026, 10, number)
        moment = overdue_before(today, days, special)
        for since in (
            at(f"2026-{month:02}-{day:02}", 23) for month in (9, 10) for day in range(1, 31)
        ):
            assert (since < moment) == (due_day(since, days, special) < today)


def test_a_year_of_holidays_ends_somewhere() -> None:
    never = {date.fromordinal(FRIDAY.toordinal() + n): False for n in range(5000)}

    assert due_day(at("2026-09-24"), 3, never).year == 2036
