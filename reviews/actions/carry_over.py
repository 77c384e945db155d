"""Decisions that hold on: what was decided about the very same finding of an earlier revision."""

from __future__ import annotations

import uuid

from ..models import Decision, Event, Finding, Revision
from ..pipeline import MAPPING_UNIT, Decidable, decidables, same_units
from ..pipeline.core.findings import Severity
from ..states import FindingState
from ..storage import read_report
from .transitions import transition_finding


def carry_over(revision: Revision, since: int = 0) -> int:
    """Repeat the decisions of the last examined revision where nothing has changed at all.

    Only findings from position ``since`` on are looked at. A rejected error is always asked
    again, and so is the proposed mapping, whose text follows from the other decisions. To be
    called inside a transaction, when the findings of ``revision`` are written. The number of
    decisions that hold on.
    """
    earlier = (
        revision.submission.revisions.filter(number__lt=revision.number)
        .exclude(report="")
        .order_by("number")
        .last()
    )
    if earlier is None:
        return 0
    then = {each.position: each for each in earlier.findings.all()}
    now = {each.position: each for each in revision.findings.all()}
    pairs = same_units(_decidables(earlier), _decidables(revision))
    pairs = {new: old for new, old in pairs.items() if new >= since}
    asked_again = {now[new].unit for new, old in pairs.items() if _is_asked_again(then[old])}
    asked_again.add(MAPPING_UNIT)
    batch, carried = uuid.uuid4(), 0
    for new, old in sorted(pairs.items()):
        if now[new].unit not in asked_again:
            carried += _repeat(then[old], now[new], batch)
    if carried:
        Event.objects.create(
            verb="carry",
            submission=revision.submission,
            revision=revision,
            detail={"count": carried, "from_revision": earlier.number},
        )
    return carried


def _decidables(revision: Revision) -> tuple[Decidable, ...]:
    return decidables(read_report(revision.report), revision.held_to)


def _is_asked_again(finding: Finding) -> bool:
    return finding.severity == Severity.ERROR and finding.state == FindingState.REJECTED


def _repeat(then: Finding, now: Finding, batch: uuid.UUID) -> int:
    decision = then.decisions.order_by("pk").last()
    if decision is None or then.is_open:
        return 0
    carried = Decision(
        reason=decision.reason,
        comment=decision.comment,
        by_id=decision.by_id,
        batch=batch,
        carried_from=decision,
    )
    transition_finding(now, decision.verb, carried)
    return 1
