"""Acceptances: administrators record what is known and accepted for a service, and end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import permissions
from ..approval import NOTHING_SHIPPED, path_in
from ..models import Acceptance, Event, Finding, Revision, Service, Submission
from ..pipeline import CHECKS
from ..pipeline.core.messages import _
from ..storage import read_report
from .errors import ActionDenied, require

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Scope:
    """The findings that are accepted: of a rule, in a file, at the path of a value.

    Empty ``file`` and ``path`` mean any; * fits anything.
    """

    rule: str
    file: str = ""
    path: str = ""


def accept(*, by: User, service: Service, scope: Scope, until: date, reason: str) -> Acceptance:
    """Record that what a rule reports is known and accepted for a service until a day.

    It fills in the dismissal for the reviewer, who still decides. ActionDenied: one is no
    administrator, there is no such rule, the day has passed, or no reason is given.
    """
    require(permissions.objection_to_administering(by))
    if scope.rule not in {each.ID for each in CHECKS}:
        raise ActionDenied(_("There is no such rule."))
    if scope.rule == NOTHING_SHIPPED:
        words = _(
            "This finding is dismissed only where the images are in the registry already: it cannot"
            " be accepted."
        )
        raise ActionDenied(words)
    if until < timezone.localdate():
        raise ActionDenied(_("This day has passed: choose a later one."), "until")
    reason = reason.strip()
    if not reason:
        raise ActionDenied(_("Give a reason: reviewers and the partner see it."), "reason")
    if len(reason) > _LONGEST:
        words = _("The reason has more than %(most)s characters: shorten it.", most=_LONGEST)
        raise ActionDenied(words, "reason")
    with transaction.atomic():
        acceptance = Acceptance.objects.create(
            service=service,
            rule=scope.rule,
            file=scope.file.strip(),
            path=scope.path.strip(),
            until=until,
            reason=reason,
            recorded_by=by,
        )
        _log("accept", acceptance, by)
    return acceptance


def end_acceptance(*, by: User, acceptance: Acceptance) -> None:
    """End an acceptance before its day. ActionDenied: one is no administrator, or it has ended."""
    require(permissions.objection_to_administering(by))
    with transaction.atomic():
        acceptance = Acceptance.objects.select_for_update().get(pk=acceptance.pk)
        if acceptance.ended_at is not None:
            raise ActionDenied(_("It was ended already."))
        acceptance.ended_at, acceptance.ended_by = timezone.now(), by
        acceptance.save(update_fields=("ended_at", "ended_by"))
        _log("end_acceptance", acceptance, by)


def acceptance_of(
    submission: Submission,
    revision: Revision,
    findings: Sequence[Finding],
    verb: str,
    given: int | None,
) -> Acceptance | None:
    """The acceptance that fills in the dismissal of ``findings``; None where none is given.

    ``given`` is its id. ActionDenied: it is not valid any more, or is about something else.
    """
    if given is None or verb != "reject":
        return None
    valid = {each.pk: each for each in Acceptance.valid_for(submission.service_id)}
    report = read_report(revision.report)
    chosen = [report.findings[each.position] for each in findings]
    found = valid.get(given)
    if found is None or not all(found.fits(each, path_in(report, each)) for each in chosen):
        raise ActionDenied(_("The acceptance has ended or does not fit: give a reason yourself."))
    if any(each.has_edit for each in findings):
        raise ActionDenied(_("An acceptance is for findings without an edit."))
    return found


def use_acceptance(*, by: User, submission: Submission, used: Acceptance) -> None:
    """Write down that a reviewer dismissed a finding as it was accepted.

    To be called inside the transaction of the decision.
    """
    _log("use_acceptance", used, by, submission)


def _log(verb: str, acceptance: Acceptance, by: User, submission: Submission | None = None) -> None:
    """Write the event; one of no submission in particular is of the newest of the service."""
    submission = submission or (
        Submission.objects.filter(service=acceptance.service_id)
        .select_related("current")
        .order_by("pk")
        .last()
    )
    if submission is None:
        raise RuntimeError(f"service {acceptance.service_id} has no submission")
    Event.objects.create(
        by=by,
        verb=verb,
        submission=submission,
        revision=submission.current,
        detail={
            "acceptance": acceptance.pk,
            "rule": acceptance.rule,
            "file": acceptance.file,
            "path": acceptance.path,
            "until": acceptance.until.isoformat(),
            "comment": acceptance.reason if verb == "accept" else "",
        },
    )
