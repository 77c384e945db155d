"""What administrators do about failed work: have it done again."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import objections, permissions
from ..models import (
    Event,
    Inspection,
    OutgoingMail,
    PortalEvent,
    Release,
    Revision,
    Submission,
    inspection_of,
)
from ..pipeline.core.messages import _
from ..queue import JobName, enqueue
from ..states import SubmissionState
from .errors import ActionDenied, require
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
            Event.objects.create(by=by, verb="retry", submission=submission, revision=revision)
            enqueue(JobName.RELEASE, release.pk)
        else:
            revision.start_over()
            transition(submission, "retry", by=by)
            enqueue(JobName.ANALYSE, revision.pk)


def retry_mail(*, by: User, mail: OutgoingMail) -> None:
    """Have a mail sent that was given up, with all its attempts. ActionDenied: it was not."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        require(permissions.objection_to_administering(by))
        if mail.finished_at is not None or not mail.is_hopeless:
            raise ActionDenied(_("It is not given up."))
        mail.is_hopeless, mail.due_at = False, timezone.now()
        mail.save(update_fields=("is_hopeless", "due_at"))
        mail.start_over()
        PortalEvent.objects.create(by=by, verb="mail", detail={"kind": mail.kind, "mail": mail.pk})
        enqueue(JobName.SEND_MAILS)


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
