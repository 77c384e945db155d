"""The proposed mapping is decided last: when its text changes, its decision is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User

from ..models import Decision, Event, Finding, Revision
from ..pipeline import mapping_edit
from ..pipeline.core.findings import Edit
from ..states import FindingState
from ..storage import read_report
from .transitions import transition_finding


@contextmanager
def mapping_settled(revision: Revision, by: User, mapping: Collection[Finding]) -> Iterator[None]:
    """Take the mapping's decision back where the decisions made inside change its text.

    ``mapping`` are its findings, none where it is decided inside, too: then it is decided for the
    text that then stands. To be called inside a transaction.
    """
    decided = [each for each in mapping if not each.is_open]
    before = _text(revision) if decided else None
    yield
    if decided and _text(revision) != before:
        _take_back(revision, by, decided)


def _text(revision: Revision) -> Edit | None:
    rejected = revision.findings.filter(state=FindingState.REJECTED)
    report = read_report(revision.report)
    return mapping_edit(report, rejected.values_list("position", flat=True))


def _take_back(revision: Revision, by: User, decided: list[Finding]) -> None:
    batch = uuid.uuid4()
    for each in decided:
        transition_finding(each, "undo", Decision(by=by, batch=batch))
    Event.objects.create(
        verb="unsettle",
        submission=revision.submission,
        revision=revision,
        detail={"rule": decided[0].rule, "positions": [each.position for each in decided]},
    )
