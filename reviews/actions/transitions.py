"""The only place that changes a state: by the table, whoever is first, with its event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ..models import Decision, Event, Finding, Revision, Submission
from ..pipeline.core.messages import Message, _
from ..states import FINDING_VERBS, SUBMISSION_VERBS, SubmissionState
from .errors import StaleState
from .notifying import notify


def transition(
    submission: Submission,
    verb: str,
    *,
    by: User | None,
    revision: Revision | None = None,
    detail: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Do ``verb`` of the table of states to a submission, and write the event and its mails.

    ``changes`` are other fields of the submission that change with it. To be called inside a
    transaction. StaleState: the submission has moved since it was read, or cannot move so.
    """
    _require_transaction()
    rule = SUBMISSION_VERBS[verb]
    came_from = submission.state
    changes = {"needs_administrator": False, **changes}
    now = timezone.now()
    if came_from == SubmissionState.IN_REVIEW:
        changes["waited"] = max(now - submission.waiting_since, timedelta())
    is_back = rule.target is SubmissionState.IN_REVIEW
    since = now - submission.waited if is_back else now
    changes |= {"state": rule.target.value, "waiting_since": since}
    moved = Submission.objects.filter(
        pk=submission.pk, step=submission.step, state__in=rule.sources
    ).update(step=F("step") + 1, **changes)
    if not moved:
        raise StaleState(_moved_on(submission))
    submission.step += 1
    for name, value in changes.items():
        setattr(submission, name, value)
    event = Event.objects.create(
        by=by,
        verb=verb,
        submission=submission,
        revision=revision or submission.current,
        from_state=came_from,
        to_state=rule.target.value,
        detail=detail or {},
    )
    notify(event)


def update_fields(submission: Submission, **changes: Any) -> None:
    """Change fields of a submission that are not its state, if nobody changed it meanwhile.

    To be called inside a transaction. StaleState: somebody did.
    """
    _require_transaction()
    changed = Submission.objects.filter(
        pk=submission.pk, step=submission.step, state=submission.state
    ).update(step=F("step") + 1, **changes)
    if not changed:
        raise StaleState(_moved_on(submission))
    submission.step += 1
    for name, value in changes.items():
        setattr(submission, name, value)


def transition_finding(finding: Finding, verb: str, decision: Decision) -> None:
    """Do ``verb`` of the table of states to a finding, and write the decision.

    To be called inside a transaction. StaleState: the finding is not as it was read.
    """
    decision.finding = finding
    transition_findings(verb, [decision])


def transition_findings(verb: str, decisions: Sequence[Decision]) -> None:
    """Do ``verb`` to the finding of each decision, and write the decisions: all, or none of them.

    To be called inside a transaction. StaleState: a finding is not as it was read.
    """
    _require_transaction()
    rule = FINDING_VERBS[verb]
    by_state: dict[str, list[int]] = {}
    for each in decisions:
        by_state.setdefault(each.finding.state, []).append(each.finding.pk)
    for state, keys in by_state.items():
        found = Finding.objects.filter(pk__in=keys, state=state).filter(state__in=rule.sources)
        if found.update(state=rule.target.value) != len(keys):
            raise StaleState(_("The finding was decided meanwhile. Look at it again."))
    for each in decisions:
        each.verb, each.finding.state = verb, rule.target.value
    Decision.objects.bulk_create(decisions)


def _moved_on(submission: Submission) -> Message:
    now = Submission.objects.get(pk=submission.pk)
    if now.state == submission.state:
        return _("%(title)s was changed meanwhile. Look at it again.", title=now.title)
    return _(
        "%(title)s has moved on meanwhile: its state is “%(state)s”.",
        title=now.title,
        state=now.label,
    )


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a state is only changed inside a transaction")
