"""The revisions of a submission, its last release, and its place among those that wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from ..models import Release, Revision, Submission
from ..read_once import read_once
from ..states import SubmissionState


def revisions_of(submission: Submission) -> QuerySet[Revision]:
    """The uploads of a submission, newest first, with their releases."""
    return (
        submission.revisions.select_related("uploaded_by")
        .prefetch_related(Prefetch("releases", Release.objects.select_related("approved_by")))
        .order_by("-number")
    )


def last_release(submission: Submission) -> Release | None:
    """The newest release of the current revision: being made, made, or not verified."""
    releases = () if submission.current_id is None else releases_of(submission.current_id)
    return releases[-1] if releases else None


@read_once
def releases_of(revision: int) -> Sequence[Release]:
    """The releases of the revision with this id, oldest first."""
    return tuple(Release.objects.filter(revision=revision).order_by("pk"))


def place_in_queue(submission: Submission) -> int | None:
    """How many wait before it, plus one; None when it does not wait."""
    if submission.state != SubmissionState.RECEIVED:
        return None
    earlier = Submission.objects.filter(
        state=SubmissionState.RECEIVED.value, waiting_since__lt=submission.waiting_since
    )
    return earlier.count() + 1
