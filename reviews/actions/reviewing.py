"""What reviewers do: claim, decide about findings, comment, and return, reject or approve."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import objections, permissions, preconditions
from ..approval import (
    NOTHING_SHIPPED,
    confirmations_of,
    events_since,
    findings_version,
    images_left_outside,
    sentences_of_approval,
)
from ..models import Comment, Decision, Event, Finding, Reason, Release, Revision, Submission
from ..models.submission import CLAIM
from ..pipeline import MAPPING_UNIT, Report, edits_under, moved_images
from ..pipeline.core.findings import Edit, Severity
from ..pipeline.core.messages import Message, _
from ..queue import JobName, enqueue
from ..states import FINDING_VERBS, FindingState
from ..storage import read_report
from .errors import ActionDenied, ConfirmationRequired, StaleState, require
from .mapping_last import mapping_settled
from .transitions import transition, transition_findings, update_fields

_LONGEST = 4000


def claim(*, by: User, submission: Submission) -> None:
    """Take a submission for review, or keep it for another while. ActionDenied: one may not."""
    with transaction.atomic():
        submission = _locked(submission)
        require(objections.to_claiming(by, submission))
        _keep_claim(by, submission)


def unclaim(*, by: User, submission: Submission) -> None:
    """Give a claimed submission back to the queue. ActionDenied: it is not one's own claim."""
    with transaction.atomic():
        submission = _locked(submission)
        require(objections.to_unclaiming(by, submission))
        update_fields(submission, claimed_by=None, claimed_until=None)
        _log(submission, by, "unclaim")


def decide(
    *,
    by: User,
    submission: Submission,
    revision: int,
    units: Collection[str],
    verb: str,
    reason: str = "",
    comment: str = "",
    batch: uuid.UUID | None = None,
) -> int:
    """Approve, reject or undo whole units of findings; how many findings changed.

    ``revision`` is the number of the revision the reviewer looks at; ``batch`` names what is
    decided in one go, else a new name is made. A unit that is as asked
    already stays as it is. A decision on the proposed mapping is taken back where its text
    follows from what is decided now. ActionDenied: one may not, a reason is wanted, or the mapping
    has to wait for other edits. StaleState: the revision is no longer the current one.
    """
    with transaction.atomic():
        submission = _locked(submission)
        current = _as_seen(by, submission, revision)
        require(objections.to_deciding(by, submission))
        findings = _chosen(current, units)
        to_change = [each for each in findings if each.state in FINDING_VERBS[verb].sources]
        comment = _checked_text(comment)
        if verb == "reject":
            require(_objection_to_reason(to_change, reason, comment))
        elif reason:
            reason = ""
        if verb != "undo" and MAPPING_UNIT in units:
            require(preconditions.objection_of_other_edits(current, besides=units))
        with mapping_settled(current, by, besides=units):
            said = {"by": by, "reason": reason, "comment": comment, "batch": batch or uuid.uuid4()}
            transition_findings(verb, [Decision(finding=each, **said) for each in to_change])
            if to_change:
                # Who decides takes it for review: in the history that comes first.
                _keep_claim(by, submission)
                _log_decisions(submission, by, to_change, verb, reason, comment)
    return len(to_change)


def comment(
    *, by: User, submission: Submission, revision: int, text: str, position: int | None = None
) -> Comment:
    """Say something about the current revision, or about the finding at ``position`` in it.

    ``revision`` is the number of the revision that the person looks at. ActionDenied: one may not,
    there is no such finding, or nothing is said. StaleState: it is no longer the current one.
    """
    require(permissions.objection_to_viewing(by, submission))
    with transaction.atomic():
        submission = _locked(submission)
        current = current_revision(submission, revision)
        text = _checked_text(text)
        if not text:
            raise ActionDenied(_("Write a comment first."), "text")
        finding = None
        if position is not None:
            finding = current.findings.filter(position=position).first()
            if finding is None:
                raise ActionDenied(_("There is no such finding."), "position")
        said = Comment.objects.create(revision=current, finding=finding, by=by, text=text)
        place = {} if position is None else {"position": position}
        _log(submission, by, "comment", comment=text, **place)
    return said


def return_to_partner(*, by: User, submission: Submission, revision: int, comment: str) -> None:
    """Return the package to the partner, who fixes it.

    ActionDenied: one may not, or neither a confirmed finding nor a comment says what to fix.
    """
    with transaction.atomic():
        submission = _locked(submission)
        current = _as_seen(by, submission, revision)
        require(objections.to_returning(by, submission))
        comment = _checked_text(comment)
        confirmed = current.findings.filter(state=FindingState.APPROVED, has_edit=False)
        if not comment and not confirmed.exists():
            words = _("Say what the partner should fix, or confirm a finding.")
            raise ActionDenied(words, "comment")
        _close(submission, by, "return", comment)


def reject(*, by: User, submission: Submission, revision: int, comment: str) -> None:
    """Reject the package for good. ActionDenied: one may not, or no reason is given."""
    with transaction.atomic():
        submission = _locked(submission)
        _as_seen(by, submission, revision)
        require(objections.to_rejecting(by, submission))
        comment = _checked_text(comment)
        if not comment:
            raise ActionDenied(_("Say why the package is rejected."), "comment")
        _close(submission, by, "reject", comment)


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
    ConfirmationRequired: rejected edits leave images outside of the target registry, or images
    are not shipped.
    """
    with transaction.atomic():
        submission = _locked(submission)
        current = _as_seen(by, submission, revision)
        require(objections.to_claiming(by, submission))
        if findings_version(current) != findings_seen:
            raise _changed_since(current, findings_seen)
        require(preconditions.objection_of_package(submission) or objections.of_images(submission))
        report = read_report(current.report)
        images = images_left_outside(current, report)
        if not confirmed and (sentences := confirmations_of(current, report)):
            raise ConfirmationRequired(sentences, images)
        release = Release.objects.create(
            revision=current,
            approved_by=by,
            findings_seen=findings_seen,
            edits=[asdict(edit) for edit in _approved_edits(current, report)],
            expected=moved_images(report, images),
        )
        _close(
            submission,
            by,
            "approve",
            _checked_text(comment),
            left_outside=list(images),
            confirmed=[each.dump() for each in sentences_of_approval(current, report)],
        )
        enqueue(JobName.RELEASE, release.pk)
    return release


def _approved_edits(revision: Revision, report: Report) -> tuple[Edit, ...]:
    """The edits that reviewers approved, each once, by file and place."""
    approved, rejected = (
        revision.findings.filter(state=state).values_list("position", flat=True)
        for state in (FindingState.APPROVED, FindingState.REJECTED)
    )
    return edits_under(report, approved, rejected)


def _locked(submission: Submission) -> Submission:
    # Only its own row: a lock on the joined ones would stop others for nothing.
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("organisation", "claimed_by", "current__inspection")
        .get(pk=submission.pk)
    )


def _as_seen(by: User, submission: Submission, revision: int) -> Revision:
    """The revision the reviewer looks at; that another took its place comes before all else."""
    require(permissions.objection_to_reviewing(by, submission))
    return current_revision(submission, revision)


def current_revision(submission: Submission, seen: int) -> Revision:
    """The current revision, which number ``seen`` has to be. StaleState: it is another one."""
    current = submission.current
    if current is None:
        raise RuntimeError(f"submission {submission.pk} has no revision")
    if current.number != seen:
        words = _(
            "Revision %(number)s was uploaded meanwhile: look at that one.", number=current.number
        )
        raise StaleState(words)
    return current


def _chosen(revision: Revision, units: Collection[str]) -> list[Finding]:
    findings = list(revision.findings.filter(unit__in=set(units)).order_by("position"))
    if not findings or {each.unit for each in findings} != set(units):
        raise ActionDenied(_("Choose a finding first."), "units")
    return findings


def _objection_to_reason(findings: Sequence[Finding], reason: str, comment: str) -> Message | None:
    if reason and reason not in Reason.values:
        return _("Choose one of the reasons.")
    if any(each.rule == NOTHING_SHIPPED for each in findings):
        if reason != Reason.IN_REGISTRY:
            return _(
                "Dismiss it only where the images are in the registry already, and choose that"
                " reason; else confirm it."
            )
    elif reason == Reason.IN_REGISTRY:
        return _("This reason is only for a package that ships no images.")
    if reason == Reason.OTHER and not comment:
        return _("Give the other reason in the comment.")
    if not reason and any(
        not each.has_edit or each.severity == Severity.ERROR for each in findings
    ):
        return _("Choose a reason: the partner sees it, and it is kept.")
    return None


def _keep_claim(by: User, submission: Submission) -> None:
    """Keep the submission for the reviewer who works on it."""
    is_new = not submission.is_claimed
    update_fields(submission, claimed_by=by, claimed_until=timezone.now() + CLAIM)
    if is_new:
        _log(submission, by, "claim")


def _close(submission: Submission, by: User, verb: str, comment: str, **detail: list[Any]) -> None:
    given = {"comment": comment, **detail}
    given = {name: value for name, value in given.items() if value}
    transition(submission, verb, by=by, detail=given, claimed_by=None, claimed_until=None)


def _checked_text(text: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST:
        raise ActionDenied(
            _("The comment has more than %(most)s characters: shorten it.", most=_LONGEST),
            "comment",
        )
    return text


def _changed_since(revision: Revision, seen: str) -> StaleState:
    events = events_since(revision, seen)
    words = _(
        "The findings are not as you saw them: %(count)s things have happened since. Look at them"
        " once more, then approve.",
        count=len(events),
    )
    return StaleState(words, events)


def _log(submission: Submission, by: User, verb: str, **detail: str | int | list[int]) -> None:
    Event.objects.create(
        by=by, verb=verb, submission=submission, revision=submission.current, detail=detail
    )


def _log_decisions(
    submission: Submission,
    by: User,
    findings: Sequence[Finding],
    verb: str,
    reason: str,
    comment: str,
) -> None:
    """One event for each unit: who decided what, and why."""
    units: dict[str, list[Finding]] = {}
    for each in findings:
        units.setdefault(each.unit, []).append(each)
    Event.objects.bulk_create(
        Event(
            by=by,
            verb="decide",
            submission=submission,
            revision=submission.current,
            detail={
                "decision": verb,
                "unit": unit,
                "rule": members[0].rule,
                "has_edit": members[0].has_edit,
                "positions": [each.position for each in members],
                "reason": reason,
                "comment": comment,
            },
        )
        for unit, members in units.items()
    )
