"""What administrators do about failed work: have it done again."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from .. import objections
from ..models import Event, Inspection, Release, Revision, Submission, inspection_of
from ..queue import JobName, enqueue
from ..states import SubmissionState
from .errors import require
from .publishing import begin_publication
from .transitions import transition, update_fields


def retry(*, by: User, submission: Submission) -> None:
    """Have failed work done again, with all its attempts. ActionDenied: none has failed."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        require(objections.to_retrying(by, submission))
        revision = submission.current
        if revision is None:
            raise RuntimeError(f"submission {submission.pk} has no revision")
        if submission.state == SubmissionState.IN_REVIEW:
            inspection = _inspection(revision)
            inspection.start_over()
            Event.objects.create(by=by, verb="retry", submission=submission, revision=revision)
            enqueue(JobName.INSPECT, inspection.pk)
        elif submission.state == SubmissionState.PUBLISHING:
            update_fields(submission, needs_administrator=False)
            begin_publication(_release(revision), by)
            Event.objects.create(by=by, verb="retry", submission=submission, revision=revision)
        elif submission.state == SubmissionState.APPROVED:
            release = _release(revision)
            release.start_over()
            enqueue(JobName.RELEASE, release.pk)
        else:
            revision.start_over()
            transition(submission, "retry", by=by)
            enqueue(JobName.ANALYSE, revision.pk)


def _inspection(revision: Revision) -> Inspection:
    inspection = inspection_of(revision)
    if inspection is None:
        raise RuntimeError(f"revision {revision.pk} has no image archives")
    return inspection


def _release(revision: Revision) -> Release:
    release = revision.releases.order_by("pk").last()
    if release is None:
        raise RuntimeError(f"revision {revision.pk} has no release")
    return release
