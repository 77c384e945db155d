"""What a partner has to do with each finding: three groups, the same on every page.

The unit of counting is what is decided as a whole: a change set counts 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q

from ..models import Finding, Submission
from ..pipeline.core.findings import Severity
from ..states import FindingState, SubmissionState


class Group(StrEnum):
    """What becomes of a unit: the partner fixes it, the portal does, or nobody has to."""

    FIX = "fix"
    APPLIED = "applied"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """How many units each group has."""

    fix: int = 0
    applied: int = 0
    noted: int = 0


def group_of(*, is_error: bool, has_edit: bool, state: FindingState) -> Group:
    """The group of a unit: whether its heaviest finding is an error, and what was decided."""
    if has_edit:
        return Group.NOTED if state is FindingState.REJECTED else Group.APPLIED
    is_confirmed = state is FindingState.APPROVED
    if is_confirmed or (is_error and state is not FindingState.REJECTED):
        return Group.FIX
    return Group.NOTED


def counts_of(groups: Iterable[Group]) -> GroupCounts:
    """How often each group is there."""
    found = list(groups)
    return GroupCounts(*(found.count(each) for each in Group))


def group_counts(submissions: Iterable[Submission]) -> dict[int, GroupCounts]:
    """The counts of the current revisions, by the id of the submission. One query.

    A submission that was not examined to the end is left out; what is refused is one thing to fix.
    """
    revisions = {each.current_id: each for each in submissions if each.current_id is not None}
    numbers = {each.pk: dict.fromkeys(Group, 0) for each in revisions.values()}
    for revision, has_edit, word, units, errors in _rows(list(revisions)):
        state, counts = FindingState(word), numbers[revisions[revision].pk]
        for is_error, count in ((True, errors), (False, units - errors)):
            counts[group_of(is_error=is_error, has_edit=has_edit, state=state)] += count
    return {
        each.pk: GroupCounts(fix=1)
        if each.status is SubmissionState.REFUSED
        else GroupCounts(*numbers[each.pk].values())
        for each in revisions.values()
        if each.kind or each.status is SubmissionState.REFUSED
    }


def _rows(revisions: Collection[int]) -> Iterable[tuple[int, bool, str, int, int]]:
    """Revision, whether there are edits, state, how many units, and how many of them errors."""
    units = Count("unit", distinct=True)
    errors = Count("unit", distinct=True, filter=Q(severity=Severity.ERROR.value))
    found = Finding.objects.filter(revision__in=revisions).order_by()
    grouped = found.values("revision", "has_edit", "state").annotate(units=units, errors=errors)
    return grouped.values_list("revision", "has_edit", "state", "units", "errors")
