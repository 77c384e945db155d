"""What has failed or stopped and waits for an administrator, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q

from ..models import Inspection, Publication, Release, Submission
from ..models.run import MOST_ATTEMPTS, not_leased
from ..pipeline.core.messages import Message
from ..states import SubmissionState

_MOST = 50


@dataclass(frozen=True, slots=True)
class Failure:
    """A submission whose work has failed, and the last error: in words, or the end of its trace."""

    submission: Submission
    reason: Message | str


def failed_submissions() -> list[Submission]:
    """What needs a retry, the longest waiting first."""
    spent = not_leased() & Q(finished_at__isnull=True, attempts__gte=MOST_ATTEMPTS)
    crashed = Submission.objects.filter(state=SubmissionState.FAILED.value)
    stopped = Submission.objects.filter(needs_administrator=True)
    keys = [
        *crashed.values_list("pk", flat=True)[:_MOST],
        *_waiting_for(Release, spent, SubmissionState.APPROVED),
        *_waiting_for(Inspection, spent, SubmissionState.IN_REVIEW),
        *stopped.values_list("pk", flat=True)[:_MOST],
    ]
    if not keys:
        return []
    return list(
        Submission.objects.filter(pk__in=keys)
        .select_related("current__inspection", "organisation")
        .order_by("waiting_since")
    )


def _waiting_for(model: type[Any], spent: Q, state: SubmissionState) -> list[int]:
    """The submissions in ``state`` that wait for a run of ``model`` which was given up.

    The few runs that are not finished are looked at first, and not the many submissions.
    """
    submission = "revision__submission"
    runs = model.objects.filter(spent).values_list(
        "revision", submission, f"{submission}__current", f"{submission}__state"
    )
    found = [
        key
        for revision, key, current, of_submission in runs[: 4 * _MOST]
        if current == revision and of_submission == state
    ]
    return found[:_MOST]


def with_reasons(failed: Sequence[Submission]) -> tuple[Failure, ...]:
    """What is in the way of each. Two queries, however many there are, and none for none."""
    if not failed:
        return ()
    revisions = [each.current_id for each in failed]
    publications = _newest(Publication, "release__revision", revisions)
    releases = _newest(Release, "revision", revisions)
    return tuple(Failure(each, _reason(each, publications, releases)) for each in failed)


def _newest(model: type[Any], path: str, revisions: Sequence[int | None]) -> dict[int, Any]:
    """The newest row of ``model`` of each revision, by the key of the revision."""
    of_them = model.objects.filter(**{f"{path}__in": revisions})
    newest = of_them.order_by().values(path).annotate(newest=Max("pk")).values("newest")
    rows = model.objects.filter(pk__in=newest).annotate(of_revision=F(f"{path}_id"))
    return {row.of_revision: row for row in rows}


def _reason(
    submission: Submission,
    publications: Mapping[int, Publication],
    releases: Mapping[int, Release],
) -> Message | str:
    revision = submission.current
    if revision is None:
        return ""
    match submission.status:
        case SubmissionState.PUBLISHING:
            publication = publications.get(revision.pk)
            if publication is None:
                return ""
            return publication.trouble_words or _last_line(publication.failure)
        case SubmissionState.APPROVED:
            release = releases.get(revision.pk)
            return _last_line(release.failure) if release else ""
        case SubmissionState.IN_REVIEW:
            inspection = getattr(revision, "inspection", None)
            return _last_line(inspection.failure) if inspection else ""
        case _:
            return _last_line(revision.failure)


def _last_line(trace: str) -> str:
    return trace.strip().rpartition("\n")[2][:500]
