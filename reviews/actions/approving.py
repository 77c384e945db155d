"""What reviewers do at the end: approve a package, or one stage of its review."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction

from .. import objections, preconditions
from ..approval import (
    confirmations_of,
    events_since,
    findings_version,
    images_left_outside,
    sentences_of_approval,
)
from ..models import (
    Event,
    Release,
    ReviewStage,
    Revision,
    StageApproval,
    Submission,
    finding_rows,
)
from ..pipeline import Report, edits_under, moved_images
from ..pipeline.core.findings import Edit
from ..pipeline.core.messages import _
from ..queue import JobName, enqueue
from ..review_stages import objection_to_stage, stages_left
from ..states import FindingState
from ..storage import read_report
from ..visibility import messages_unread
from .errors import ActionDenied, ConfirmationRequired, StaleState, UnreadMessages, require
from .notifying import notify
from .reviewing import as_seen, checked_text, close, locked
from .transitions import update_fields


def approve(
    *,
    by: User,
    submission: Submission,
    revision: int,
    findings_seen: str,
    confirmed: bool = False,
    comment: str = "",
) -> Release:
    """Approve the package and have its release made.

    ``findings_seen`` is the ``findings_version`` that the reviewer saw. ``confirmed`` says that
    the reviewer accepts the sentences of ``confirmations_of``, which are kept with the approval.
    ActionDenied: it cannot be approved yet. StaleState: the findings are not as they were seen.
    UnreadMessages: the partner has written meanwhile.
    ConfirmationRequired: rejected edits leave images outside of the target registry, or images
    are not shipped.
    """
    with transaction.atomic():
        submission = locked(submission)
        current, report, images = _checked_for_approval(
            by, submission, revision, findings_seen, confirmed=confirmed
        )
        left = stages_left(current)
        if len(left) > 1:
            words = _("Other stages follow “%(stage)s”: approve it first.", stage=left[0].label)
            raise ActionDenied(words)
        if left:
            _keep_stage(by, submission, current, left[0], findings_seen, "")
        release = Release.objects.create(
            revision=current,
            approved_by=by,
            findings_seen=findings_seen,
            edits=[asdict(edit) for edit in _approved_edits(current, report)],
            expected=moved_images(report, images),
        )
        close(
            submission,
            by,
            "approve",
            checked_text(comment),
            left_outside=list(images),
            confirmed=[each.dump() for each in sentences_of_approval(current, report)],
        )
        enqueue(JobName.RELEASE, release.pk)
    return release


def approve_next(
    *,
    by: User,
    submission: Submission,
    revision: int,
    findings_seen: str,
    confirmed: bool = False,
    comment: str = "",
) -> Release | None:
    """Approve the next stage of the review, and with the last one the package.

    None: other stages follow, and the package is nobody's until somebody claims it for them.
    What is given in and raised is as for ``approve``.
    """
    with transaction.atomic():
        submission = locked(submission)
        current = as_seen(by, submission, revision)
        left = stages_left(current)
        if len(left) < 2:
            return approve(
                by=by,
                submission=submission,
                revision=revision,
                findings_seen=findings_seen,
                confirmed=confirmed,
                comment=comment,
            )
        _checked_for_approval(by, submission, revision, findings_seen, confirmed=confirmed)
        said = checked_text(comment)
        event = _keep_stage(by, submission, current, left[0], findings_seen, said)
        update_fields(submission, claimed_by=None, claimed_until=None, reviewer=None)
        notify(event)
    return None


def _checked_for_approval(
    by: User, submission: Submission, revision: int, findings_seen: str, *, confirmed: bool
) -> tuple[Revision, Report, tuple[str, ...]]:
    """The revision, its report, and the images that stay outside, where all may be approved."""
    current = as_seen(by, submission, revision)
    require(objections.to_claiming(by, submission))
    findings = finding_rows(current)
    if findings_version(current, findings) != findings_seen:
        raise _changed_since(current, findings_seen)
    require(
        preconditions.objection_of_package(submission, findings)
        or objections.of_images(submission, findings)
    )
    require(objections.of_attachments(submission))
    _require_messages_read(by, submission)
    require(objections.of_second_reviewer(by, submission) or objection_to_stage(by, submission))
    report = read_report(current.report)
    images = images_left_outside(current, report, findings)
    if not confirmed and (sentences := confirmations_of(current, report, findings)):
        raise ConfirmationRequired(sentences, images)
    return current, report, images


def _keep_stage(
    by: User,
    submission: Submission,
    revision: Revision,
    stage: ReviewStage,
    findings_seen: str,
    comment: str,
) -> Event:
    """Write down that a stage is approved."""
    said = {"comment": comment} if comment else {}
    names = {"stage": stage.name, "chinese_stage": stage.chinese_name, "group": stage.group.name}
    event = Event.objects.create(
        by=by, verb="approve_stage", submission=submission, revision=revision, detail=names | said
    )
    StageApproval.objects.create(
        revision=revision, stage=stage, by=by, findings_seen=findings_seen, event=event
    )
    return event


def _approved_edits(revision: Revision, report: Report) -> tuple[Edit, ...]:
    """The edits that reviewers approved, each once, by file and place."""
    approved, rejected = (
        revision.findings.filter(state=state).values_list("position", flat=True)
        for state in (FindingState.APPROVED, FindingState.REJECTED)
    )
    return edits_under(report, approved, rejected)


def _require_messages_read(by: User, submission: Submission) -> None:
    """UnreadMessages: the partner has written something that ``by`` has not read."""
    unread = messages_unread(by, submission)
    if unread:
        words = objections.of_messages(by, submission)
        events = Event.objects.filter(submission=submission, verb="comment").select_related("by")
        said = events.filter(detail__message__in=[each.pk for each in unread]).order_by("pk")
        raise UnreadMessages(words or _("Read the messages first."), list(said), unread)


def _changed_since(revision: Revision, seen: str) -> StaleState:
    events = events_since(revision, seen)
    words = _(
        "The findings are not as you saw them: %(count)s things have happened since. Look at them"
        " once more, then approve.",
        count=len(events),
    )
    return StaleState(words, events)
