"""The jobs of each kind: how many wait, since when, how many are worked on or given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Min, QuerySet, Value, When

from ..models import Inspection, LookUp, Publication, Release, Revision
from ..models.run import MOST_ATTEMPTS, leased
from ..queue import JobName

_RUNS: Mapping[JobName, tuple[QuerySet[Any], str]] = {
    JobName.ANALYSE: (Revision.objects.all(), "submission__waiting_since"),
    JobName.INSPECT: (Inspection.objects.all(), "revision__finished_at"),
    JobName.RELEASE: (Release.objects.all(), "approved_at"),
    JobName.PUBLISH: (Publication.objects.all(), "asked_at"),
    JobName.LOOK_UP: (LookUp.objects.all(), "asked_at"),
}
"""The rows of each job, and since when one of them waits."""


@dataclass(frozen=True, slots=True)
class JobCounts:
    """``oldest`` is since when the oldest one waits, None where none does.

    ``silent`` are among those that wait: their worker has stopped responding.
    """

    waiting: int
    oldest: datetime | None
    running: int
    silent: int
    abandoned: int


def job_counts() -> dict[JobName, JobCounts]:
    """The jobs that are not done, by kind. One query for each kind."""
    return {name: _counted(rows, since) for name, (rows, since) in _RUNS.items()}


def _counted(rows: QuerySet[Any], since: str) -> JobCounts:
    standing = Case(
        When(leased(), then=Value("running")),
        When(attempts__gte=MOST_ATTEMPTS, then=Value("abandoned")),
        default=Value("waiting"),
    )
    counted = (
        rows.filter(finished_at__isnull=True)
        .order_by()
        .values_list(standing)
        .annotate(Count("pk"), Min(since), Count("lease_until"))
    )
    found = {name: numbers for name, *numbers in counted}
    waiting, oldest, silent = found.get("waiting", (0, None, 0))
    abandoned, _oldest, silent_for_good = found.get("abandoned", (0, None, 0))
    return JobCounts(
        waiting=waiting,
        oldest=oldest,
        running=found.get("running", (0,))[0],
        silent=silent + silent_for_good,
        abandoned=abandoned,
    )
