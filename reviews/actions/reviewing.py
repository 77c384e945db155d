"""What reviewers do: claim, decide about findings, comment, and return, reject or approve."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import permissions, tasks
from ..models import Comment, Decision, Event, Finding, Reason, Release, Revision, Submission
from ..pipeline import MAPPING_UNIT, ImageStatus, Report, edits_under, images_of
from ..pipeline.core.findings import Edit, Severity
from ..pipeline.core.messages import Message, _
from ..states import FINDING_VERBS, FindingState
from ..storage import read_report
from ._mapping_last import mapping_settled
from ._move import move, move_finding, touch
from ._objected import Objected, Overtaken, Unconfirmed, unless

CLAIM = timedelta(minutes=30)
"""How long a claim lasts without anything done."""

_LONGEST = 4000
_QUIET = ("view", "download", "claim", "unclaim", "comment")


def claim(*, by: User, submission: Submission) -> None:
    """Take a submission for review, or keep it for another while. Objected: one may not."""
    with transaction.atomic():
        submission = _locked(submission)
        unless(permissions.objection_to_claiming(by, submission))
        _hold(by, submission)


def unclaim(*, by: User, submission: Submission) -> None:
    """Give a claimed submission back to the queue. Objected: it is not one's own claim."""
    with transaction.atomic():
        submission = _locked(submission)
        unless(permissions.objection_to_unclaiming(by, submission))
        touch(submission, claimed_by=None, claimed_until=None)
        _tell(submission, by, "unclaim")


def decide(
    *,
    by: User,
    submission: Submission,
    revision: int,
    units: Collection[str],
    verb: str,
    reason: str = "",
    comment: str = "",
) -> int:
    """Approve, reject or undo whole units of findings; how many findings changed.

    ``revision`` is the number of the revision the reviewer looks at. A unit that is as asked
    already stays as it is. A decision on the proposed mapping is taken back where its text
    follows from what is decided now. Objected: one may not, a reason is wanted, or the mapping
    has to wait for other edits. Overtaken: the revision is no longer the current one.
    """
    with transaction.atomic():
        submission = _locked(submission)
        unless(permissions.objection_to_deciding(by, submission))
        current = _current(submission, revision)
        findings = _chosen(current, units)
        to_change = [each for each in findings if each.state in FINDING_VERBS[verb].sources]
        comment = _checked(comment)
        if verb == "reject":
            unless(_objection_to_reason(to_change, reason, comment))
        elif reason:
            reason = ""
        if verb != "undo" and MAPPING_UNIT in units:
            unless(permissions.objection_to_deciding_mapping(current, besides=units))
        with mapping_settled(current, by, besides=units):
            batch = uuid.uuid4()
            for each in to_change:
                decision = Decision(by=by, reason=reason, comment=comment, batch=batch)
                move_finding(each, verb, decision)
            if to_change:
                _tell_decisions(submission, by, to_change, verb, reason, comment)
                _hold(by, submission)
    return len(to_change)


def comment(*, by: User, submission: Submission, text: str, position: int | None = None) -> Comment:
    """Say something about the current revision, or about the finding at ``position`` in it.

    Objected: one may not, there is no such finding, or nothing is said.
    """
    unless(permissions.objection_to_commenting(by, submission))
    text = _checked(text)
    if not text:
        raise Objected(_("Write a comment first."), "text")
    with transaction.atomic():
        submission = _locked(submission)
        revision = _current(submission)
        finding = None
        if position is not None:
            finding = revision.findings.filter(position=position).first()
            if finding is None:
                raise Objected(_("There is no such finding."), "position")
        said = Comment.objects.create(revision=revision, finding=finding, by=by, text=text)
        place = {} if position is None else {"position": position}
        _tell(submission, by, "comment", comment=text, **place)
    return said


def return_to_partner(*, by: User, submission: Submission, revision: int, comment: str) -> None:
    """Give the package back for mending.

    Objected: one may not, or neither an upheld finding nor a comment says what to mend.
    """
    with transaction.atomic():
        submission = _locked(submission)
        unless(permissions.objection_to_returning(by, submission))
        current = _current(submission, revision)
        comment = _checked(comment)
        upheld = current.findings.filter(state=FindingState.APPROVED, has_edit=False)
        if not comment and not upheld.exists():
            words = _("Say what the partner should mend, or uphold a finding.")
            raise Objected(words, "comment")
        _close(submission, by, "return", comment)


def reject(*, by: User, submission: Submission, revision: int, comment: str) -> None:
    """Reject the package for good. Objected: one may not, or no reason is given."""
    with transaction.atomic():
        submission = _locked(submission)
        unless(permissions.objection_to_rejecting(by, submission))
        _current(submission, revision)
        comment = _checked(comment)
        if not comment:
            raise Objected(_("Say why the package is rejected."), "comment")
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

    ``findings_seen`` is the ``mark`` of the findings as the reviewer saw them. ``confirmed``
    says that the reviewer accepts the sentence of ``left_outside``. Objected: something still
    stands in the way. Overtaken: the findings are not as they were seen. Unconfirmed: rejected
    edits leave images outside of the target registry.
    """
    with transaction.atomic():
        submission = _locked(submission)
        unless(permissions.objection_to_claiming(by, submission))
        current = _current(submission, revision)
        if mark(current) != findings_seen:
            raise _changed_since(current, findings_seen)
        unless(permissions.objection_of_package(submission))
        report = read_report(current.report)
        images = outside(current, report)
        sentence = left_outside(current, images)
        if sentence is not None and not confirmed:
            raise Unconfirmed(sentence, images)
        release = Release.objects.create(
            revision=current,
            approved_by=by,
            findings_seen=findings_seen,
            edits=[asdict(edit) for edit in _approved_edits(current, report)],
            expected=_expected(report, images),
        )
        _close(submission, by, "approve", _checked(comment), left_outside=list(images))
        tasks.ring(tasks.release, release.pk)
    return release


def mark(revision: Revision) -> str:
    """What names the findings with their decisions, and the history, as they are now."""
    # The report, too: what the archives showed meanwhile was not in what somebody saw.
    digest = hashlib.sha256(f"{revision.pk} {revision.sha256} {revision.report}".encode())
    findings = revision.findings.order_by("position").values_list("fingerprint", "state")
    for fingerprint, state in findings:
        digest.update(f"\n{fingerprint} {state}".encode())
    return f"{_last_event(revision)}-{digest.hexdigest()[:32]}"


def outside(revision: Revision, report: Report) -> tuple[str, ...]:
    """The originals that stay where they are because an edit that moves them was rejected."""
    # The mapping moves no image: it tells the platform which one stands where.
    rejected = revision.findings.filter(state=FindingState.REJECTED, has_edit=True)
    moved = {
        image.original: None
        for position in rejected.exclude(unit=MAPPING_UNIT)
        .order_by("position")
        .values_list("position", flat=True)
        for image in images_of(report, report.findings[position])
        if image.status is ImageStatus.REDIRECTED
    }
    return tuple(moved)


def left_outside(revision: Revision, images: Sequence[str]) -> Message | None:
    """The sentence to be confirmed when ``images`` stay where they are, None where none do."""
    if not images:
        return None
    return _(
        "These images will not be pulled from %(registry)s: %(images)s.",
        registry=revision.held_to.registry,
        images=", ".join(images),
    )


def _approved_edits(revision: Revision, report: Report) -> tuple[Edit, ...]:
    """The edits that reviewers approved, each once, by file and place."""
    approved, rejected = (
        revision.findings.filter(state=state).values_list("position", flat=True)
        for state in (FindingState.APPROVED, FindingState.REJECTED)
    )
    return edits_under(report, approved, rejected)


def _expected(report: Report, left: Collection[str]) -> dict[str, str]:
    return {
        image.original: image.target
        for image in report.images
        if image.status is ImageStatus.REDIRECTED and image.target and image.original not in left
    }


def _locked(submission: Submission) -> Submission:
    # Only its own row: a lock on the joined ones would stop others for nothing.
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("organisation", "claimed_by", "current__inspection")
        .get(pk=submission.pk)
    )


def _current(submission: Submission, seen: int | None = None) -> Revision:
    current = submission.current
    if current is None:
        raise RuntimeError(f"submission {submission.pk} has no revision")
    if seen is not None and current.number != seen:
        words = _(
            "Revision %(number)s was uploaded meanwhile: look at that one.", number=current.number
        )
        raise Overtaken(words)
    return current


def _chosen(revision: Revision, units: Collection[str]) -> list[Finding]:
    findings = list(revision.findings.filter(unit__in=set(units)).order_by("position"))
    if not findings or {each.unit for each in findings} != set(units):
        raise Objected(_("Choose a finding first."), "units")
    return findings


def _objection_to_reason(findings: Sequence[Finding], reason: str, comment: str) -> Message | None:
    if reason and reason not in Reason.values:
        return _("Choose one of the reasons.")
    if reason == Reason.OTHER and not comment:
        return _("Tell the other reason in the comment.")
    if not reason and any(
        not each.has_edit or each.severity == Severity.ERROR for each in findings
    ):
        return _("Choose a reason: it is told to the partner and kept.")
    return None


def _hold(by: User, submission: Submission) -> None:
    """Keep the submission for the reviewer who works on it."""
    is_new = not submission.is_claimed
    touch(submission, claimed_by=by, claimed_until=timezone.now() + CLAIM)
    if is_new:
        _tell(submission, by, "claim")


def _close(
    submission: Submission, by: User, verb: str, comment: str, **detail: str | list[str]
) -> None:
    told = {"comment": comment, **detail}
    told = {name: value for name, value in told.items() if value}
    move(submission, verb, by=by, detail=told, claimed_by=None, claimed_until=None)


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST:
        raise Objected(
            _("The comment has more than %(most)s characters: shorten it.", most=_LONGEST),
            "comment",
        )
    return text


def _last_event(revision: Revision) -> int:
    told = Event.objects.filter(submission=revision.submission_id).exclude(verb__in=_QUIET)
    return told.order_by("-pk").values_list("pk", flat=True).first() or 0


def _changed_since(revision: Revision, seen: str) -> Overtaken:
    number = seen.partition("-")[0]
    since = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    events = (
        Event.objects.filter(submission=revision.submission_id, pk__gt=since)
        .exclude(verb__in=_QUIET)
        .select_related("by")
        .order_by("pk")
    )
    told = tuple(events[:100])
    words = _(
        "The findings are not as you saw them: %(count)s things have happened since. Look at them"
        " once more, then approve.",
        count=len(told),
    )
    return Overtaken(words, told)


def _tell(submission: Submission, by: User, verb: str, **detail: str | int | list[int]) -> None:
    Event.objects.create(
        by=by, verb=verb, submission=submission, revision=submission.current, detail=detail
    )


def _tell_decisions(
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
    for unit, members in units.items():
        _tell(
            submission,
            by,
            "decide",
            decision=verb,
            unit=unit,
            rule=members[0].rule,
            positions=[each.position for each in members],
            reason=reason,
            comment=comment,
        )
