"""What a partner has to do with each finding: three groups, the same on every page.

The unit of counting is what is decided as a whole: a change set counts 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from ..models import Finding, Submission
from ..permissions import organisations_of
from ..pipeline.core.findings import Severity
from ..states import FindingState, SubmissionState
from ..visibility import INSIDER, PARTNER, findings_for, reads_all


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


def in_group(group: Group) -> Q:
    """The findings whose units are in ``group``, as the reviewers' own drafts are."""
    rejected = Q(state=FindingState.REJECTED.value)
    applied = Q(has_edit=True) & ~rejected
    is_heavy = Q(severity=Severity.ERROR.value) & ~rejected
    fix = Q(has_edit=False) & (Q(state=FindingState.APPROVED.value) | is_heavy)
    return {Group.APPLIED: applied, Group.FIX: fix, Group.NOTED: ~applied & ~fix}[group]


def counts_of(groups: Iterable[Group]) -> GroupCounts:
    """How often each group is there."""
    found = list(groups)
    return GroupCounts(*(found.count(each) for each in Group))


_WITH_DRAFTS = frozenset({SubmissionState.IN_REVIEW, SubmissionState.WITHDRAWN})
"""States in which the current revision may have decisions that partners are not shown."""


def group_counts(submissions: Iterable[Submission], user: User) -> dict[int, GroupCounts]:
    """The counts of the current revisions, by the id of the submission, as ``user`` is shown them.

    Two queries at most.

    A submission that was not examined to the end is left out; what is refused is one thing to fix.
    """
    revisions = {each.current_id: each for each in submissions if each.current_id is not None}
    numbers = {each.pk: dict.fromkeys(Group, 0) for each in revisions.values()}
    for revision, has_edit, word, units, errors in _rows(revisions, user):
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


def _rows(
    revisions: Mapping[int, Submission], user: User
) -> Iterator[tuple[int, bool, str, int, int]]:
    """Revision, whether there are edits, state, how many units, and how many of them errors."""
    own = frozenset() if not reads_all(user) else organisations_of(user)
    drafted = {
        pk
        for pk, each in revisions.items()
        if each.status in _WITH_DRAFTS and (not reads_all(user) or each.organisation_id in own)
    }
    for reader, chosen in ((INSIDER, revisions.keys() - drafted), (PARTNER, drafted)):
        if chosen:
            found = Finding.objects.filter(revision__in=chosen).order_by()
            yield from _counted(findings_for(reader, found))


def _counted(found: QuerySet[Any]) -> Iterator[tuple[int, bool, str, int, int]]:
    units = Count("unit", distinct=True)
    errors = Count("unit", distinct=True, filter=Q(severity=Severity.ERROR.value))
    grouped = found.values("revision", "has_edit", "shown_state")
    counted = grouped.annotate(units=units, errors=errors)
    yield from counted.values_list("revision", "has_edit", "shown_state", "units", "errors")
