"""What a partner has to do with findings: the same groups and counts wherever they are shown."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from reviews.models import Finding
from reviews.queries.groups import Group, GroupCounts, counts_of, group_counts, group_of
from reviews.queries.review import review_of
from reviews.states import FindingState
from reviews.visibility import INSIDER
from tests import factories

OPEN, APPROVED, REJECTED = FindingState.OPEN, FindingState.APPROVED, FindingState.REJECTED
FIX, APPLIED, NOTED = Group.FIX, Group.APPLIED, Group.NOTED


@pytest.mark.parametrize(
    ("is_error", "has_edit", "groups"),
    [
        (True, False, (FIX, FIX, NOTED)),
        (False, False, (NOTED, FIX, NOTED)),
        (True, True, (APPLIED, APPLIED, NOTED)),
        (False, True, (APPLIED, APPLIED, NOTED)),
    ],
)
def test_the_group_follows_from_severity_edit_and_decision(
    is_error: bool, has_edit: bool, groups: tuple[Group, ...]
) -> None:
    states = (OPEN, APPROVED, REJECTED)

    assert groups == tuple(
        group_of(is_error=is_error, has_edit=has_edit, state=state) for state in states
    )


@pytest.mark.django_db
def test_lists_count_what_the_page_shows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    submissions = [
        factories.in_review(version="2"),
        factories.returned(),
        factories.in_review(b"no archive at all", version="3"),
    ]
    reviews = [
        review_of(each.current, INSIDER) for each in submissions[:2] if each.current is not None
    ]

    rita = factories.rita()
    with django_assert_num_queries(3):  # two of them: who she is
        found = group_counts(submissions, rita)

    shown = [counts_of(unit.group for unit in review.units) for review in reviews]
    assert [found[each.pk] for each in submissions] == [*shown, GroupCounts(fix=1)]


@pytest.mark.django_db
def test_a_change_set_counts_once_whatever_its_findings_weigh() -> None:
    submission = factories.in_review()
    unit = Finding.objects.filter(revision=submission.current, has_edit=True).first()
    assert unit is not None
    before = group_counts([submission], factories.rita())[submission.pk]
    Finding.objects.filter(pk=unit.pk).update(severity="error")

    assert group_counts([submission], factories.rita())[submission.pk] == before


@pytest.mark.django_db
def test_what_is_not_examined_yet_has_no_counts() -> None:
    assert group_counts([factories.submitted()], factories.rita()) == {}
