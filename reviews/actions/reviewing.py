"""What reviewers do: claim, decide about findings, return and reject; see also ``approving``."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import objections, permissions, preconditions
from ..approval import (
    NOTHING_SHIPPED,
)
from ..models import (
    Acceptance,
    Decision,
    DecisionReason,
    Event,
    Finding,
    Reason,
    Revision,
    Submission,
)
from ..models.submission import CLAIM
from ..pipeline import MAPPING_UNIT
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..states import FINDING_VERBS, FindingState
from .accepting import acceptance_of, use_acceptance
from .errors import ActionDenied, StaleState, require
from .mapping_last import mapping_settled
from .notifying import notify
from .showing import show_drafts
from .transitions import transition, transition_findings, update_fields

_LONGEST = 4000


def claim(*, by: User, submission: Submission) -> None:
    """Take a submission for review, or keep it for another while. ActionDenied: one may not."""
    with transaction.atomic():
        submission = locked(submission)
        require(objections.to_claiming(by, submission))
        _keep_claim(by, submission)


def unclaim(*, by: User, submission: Submission) -> None:
    """Give a claimed submission back to the queue. ActionDenied: it is not one's own claim."""
    with transaction.atomic():
        submission = locked(submission)
        require(objections.to_unclaiming(by, submission))
        lost = who_loses(submission, by)
        update_fields(submission, claimed_by=None, claimed_until=None, reviewer=None)
        _log(submission, by, "unclaim", lost)


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
    acceptance: int | None = None,
) -> int:
    """Approve, reject or undo whole units of findings; how many findings changed.

    ``revision`` is the number of the revision the reviewer looks at; ``batch`` names what is
    decided in one go, else a new name is made. ``acceptance`` is the id of an administrator's
    acceptance, which gives a dismissal its reason. A unit that is as asked
    already stays as it is. A decision on the proposed mapping is taken back where its text
    follows from what is decided now. ActionDenied: one may not, a reason is wanted, or the mapping
    has to wait for other edits. StaleState: the revision is no longer the current one.
    """
    with transaction.atomic():
        submission = locked(submission)
        current = as_seen(by, submission, revision)
        require(objections.to_deciding(by, submission))
        findings, mapping = _chosen(current, units)
        to_change = [each for each in findings if each.state in FINDING_VERBS[verb].sources]
        comment = checked_text(comment)
        used = acceptance_of(submission, current, to_change, verb, acceptance)
        if used is not None:
            reason, comment = Acceptance.REASON.value, used.reason
        elif verb == "reject":
            require(_objection_to_reason(to_change, reason, comment))
        elif reason:
            reason = ""
        if verb != "undo" and MAPPING_UNIT in units:
            require(preconditions.objection_of_other_edits(current, besides=units))
        with mapping_settled(current, by, mapping):
            said = {"by": by, "reason": reason, "comment": comment, "batch": batch or uuid.uuid4()}
            transition_findings(verb, [Decision(finding=each, **said) for each in to_change])
            if to_change:
                # Who decides takes it for review: in the history that comes first.
                _keep_claim(by, submission)
                _log_decisions(submission, by, to_change, verb, reason, comment)
            if to_change and used is not None:
                use_acceptance(by=by, submission=submission, used=used)
    return len(to_change)


def return_to_partner(*, by: User, submission: Submission, revision: int, comment: str) -> None:
    """Return the package to the partner, who fixes it.

    ActionDenied: one may not, or neither a confirmed finding nor a comment says what to fix.
    """
    with transaction.atomic():
        submission = locked(submission)
        current = as_seen(by, submission, revision)
        require(objections.to_returning(by, submission))
        comment = checked_text(comment)
        confirmed = current.findings.filter(state=FindingState.APPROVED, has_edit=False)
        if not comment and not confirmed.exists():
            words = _("Say what the partner should fix, or confirm a finding.")
            raise ActionDenied(words, "comment")
        close(submission, by, "return", comment)


def reject(*, by: User, submission: Submission, revision: int, comment: str) -> None:
    """Reject the package for good. ActionDenied: one may not, or no reason is given."""
    with transaction.atomic():
        submission = locked(submission)
        as_seen(by, submission, revision)
        require(objections.to_rejecting(by, submission))
        comment = checked_text(comment)
        if not comment:
            raise ActionDenied(_("Say why the package is rejected."), "comment")
        close(submission, by, "reject", comment)


def locked(submission: Submission) -> Submission:
    """The submission as it is now, which nobody else changes before the transaction ends."""
    # Only its own row: a lock on the joined ones would stop others for nothing.
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("current__inspection")
        .get(pk=submission.pk)
    )


def as_seen(by: User, submission: Submission, revision: int) -> Revision:
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


def _chosen(
    revision: Revision, units: Collection[str]
) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """The findings of ``units``, and those of the mapping where it is not among them."""
    read = revision.findings.filter(unit__in={*units, MAPPING_UNIT}).order_by("position")
    findings = [each for each in read if each.unit in units]
    if not findings or {each.unit for each in findings} != set(units):
        raise ActionDenied(_("Choose a finding first."), "units")
    return findings, [each for each in read if each.unit not in units]


def _objection_to_reason(findings: Sequence[Finding], reason: str, comment: str) -> Message | None:
    offered = DecisionReason.objects.filter(code=reason, is_active=True)
    if reason and not offered.exists():
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
    lost = who_loses(submission, by) if is_new else ""
    reviewer = by if submission.reviewer_id == by.pk else None
    until = timezone.now() + CLAIM
    update_fields(submission, claimed_by=by, claimed_until=until, reviewer=reviewer)
    if is_new:
        _log(submission, by, "claim", lost)


def who_loses(submission: Submission, to: User) -> str:
    """Who had it, or was to review it first, where that is not ``to``; empty: nobody had it."""
    holder = submission.claimed_by or submission.reviewer
    return holder.username if holder is not None and holder.pk != to.pk else ""


def close(submission: Submission, by: User, verb: str, comment: str, **detail: list[Any]) -> None:
    """Move it by a verdict, with what is to be kept of it; drafts are shown to partners now."""
    given = {"comment": comment, **detail}
    given = {name: value for name, value in given.items() if value}
    free = {"claimed_by": None, "claimed_until": None}
    # What comes back, corrected or because it could not be released, is for whoever knows it.
    transition(submission, verb, by=by, detail=given, reviewer=by, **free)
    if submission.current is not None:
        show_drafts(submission.current)


def checked_text(text: str, field: str = "comment") -> str:
    """What somebody has written, without blanks around it. ActionDenied: it is too long."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise ActionDenied(
            _("The comment has more than %(most)s characters: shorten it.", most=_LONGEST),
            field,
        )
    return text


def _log(submission: Submission, by: User, verb: str, lost: str) -> None:
    """Write who has it now, and let the one who ``lost`` it know."""
    event = Event.objects.create(
        by=by,
        verb=verb,
        submission=submission,
        revision=submission.current,
        detail={"from": lost} if lost else {},
    )
    notify(event)


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
