"""How the processing is: for the administrators' first page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from ..models import Inspection, Release, Revision, Submission
from ..models.run import MOST_ATTEMPTS
from ..states import SubmissionState

_MOST_FAILED = 50


@dataclass(frozen=True)
class Health:
    """How the pipeline is: for the administrators' first page.

    ``counts`` are submissions by state, ``oldest`` is since when the oldest waits for a
    worker, ``overdue`` are runs whose worker has gone silent, ``failed`` what needs a retry.
    """

    counts: Mapping[SubmissionState, int]
    oldest: datetime | None
    running: int
    overdue: int
    failed: Sequence[Submission]


def current_health() -> Health:
    """The state of the pipeline now."""
    now = timezone.now()
    counted: Iterator[tuple[str, int]] = iter(
        Submission.objects.values_list("state").annotate(Count("pk")).order_by()
    )
    unfinished = [
        model.objects.filter(finished_at__isnull=True, lease_until__isnull=False)
        for model in (Revision, Inspection, Release)
    ]
    received = Submission.objects.filter(state=SubmissionState.RECEIVED.value)
    spent = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    spent &= Q(finished_at__isnull=True, attempts__gte=MOST_ATTEMPTS)
    crashed = Submission.objects.filter(state=SubmissionState.FAILED.value)
    releases = Release.objects.filter(
        spent, revision__submission__state=SubmissionState.APPROVED.value
    )
    inspections = Inspection.objects.filter(
        spent,
        revision__submission__state=SubmissionState.IN_REVIEW.value,
        revision=F("revision__submission__current"),
    )
    failed = [
        *crashed.values_list("pk", flat=True)[:_MOST_FAILED],
        *releases.values_list("revision__submission_id", flat=True)[:_MOST_FAILED],
        *inspections.values_list("revision__submission_id", flat=True)[:_MOST_FAILED],
    ]
    return Health(
        counts={SubmissionState(state): count for state, count in counted},
        oldest=received.aggregate(oldest=Min("waiting_since"))["oldest"],
        running=sum(runs.filter(lease_until__gt=now).count() for runs in unfinished),
        overdue=sum(runs.filter(lease_until__lte=now).count() for runs in unfinished),
        failed=list(
            Submission.objects.filter(pk__in=failed)
            .select_related("current", "organisation")
            .order_by("waiting_since")
        ),
    )
