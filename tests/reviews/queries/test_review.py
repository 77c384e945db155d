"""A review has everything that its page shows of the findings."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.actions import reviewing
from reviews.demo_package import demo_package
from reviews.queries.review import Difference, review_of, since_earlier
from reviews.states import FindingState
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_review_asks_as_often_for_many_findings_as_for_few() -> None:
    submission = factories.decided(factories.in_review())
    revision = submission.current
    assert revision is not None
    reviewing.comment(
        by=factories.rita(), submission=submission, revision=1, text="Why?", position=0
    )

    with CaptureQueriesContext(connection) as context:
        review = review_of(revision)
        found = [
            (each.decision and str(each.decision.by), each.comments) for each in review.findings
        ]
        needed = [each.row.needs_decision for each in review.findings]
        assert [who for who, _comments in found] == ["rita" if is_it else None for is_it in needed]
        assert [str(said.by) for _who, comments in found for said in comments] == ["rita"]
        assert [each.state for each in review.units if each.needs_decision] != []

    assert len(context) == 3


def test_a_review_shows_units_and_what_is_still_to_be_done() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    review = review_of(submission.current)

    units = [(unit.first.finding.rule, len(unit.members), len(unit.edits)) for unit in review.units]

    assert sorted(units) == [
        ("OSC-ANN-001", 1, 1),
        ("OSC-HELM-008", 1, 0),
        ("OSC-HELM-015", 1, 0),
        ("OSC-HELM-017", 1, 0),
        ("OSC-PKG-008", 1, 0),
        ("PORTAL-002", 1, 1),
        ("PORTAL-002", 1, 1),
        ("PORTAL-002", 2, 2),
        ("PORTAL-002", 2, 2),
    ]
    assert [str(step) for step in review.checklist] == [
        "Rewrites to decide: 5",
        "Findings to decide: 2",
    ]
    factories.decide(submission, "approve", factories.unit_of(submission, "OSC-HELM-008"))
    review = review_of(submission.current)
    assert [str(step) for step in review.checklist] == [
        "Rewrites to decide: 5",
        "Findings to decide: 1",
        "Errors for the partner to fix: 1",
    ]
    submission = factories.decided(submission)
    review = review_of(submission.current or review.revision)
    needed = {unit.state for unit in review.units if unit.needs_decision}
    assert needed == {FindingState.APPROVED, FindingState.REJECTED}


def test_a_review_shows_what_is_to_be_confirmed() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    assert review_of(submission.current).confirmations == ()
    unit = submission.current.findings.get(line=17, rule="PORTAL-002").unit

    factories.decide(submission, "reject", unit)

    assert [str(each) for each in review_of(submission.current).confirmations] == [
        (
            "These images will not be pulled from swr.cn-east-3.myhuaweicloud.com:"
            " docker.io/library/postgres:16.4."
        )
    ]


def test_findings_are_found_by_line() -> None:
    submission = factories.in_review()
    assert submission.current is not None

    found = review_of(submission.current).at_line(
        "harbour/package/harbour-1.4.0.tgz!/harbour/values.yaml"
    )

    assert sorted(found) == [5, 6, 13, 17, 18, 25]


def test_what_a_new_revision_changed() -> None:
    submission = factories.examined(
        factories.revised(factories.in_review(), demo_package(factories.FIXED))
    )
    assert submission.current is not None

    difference = since_earlier(submission.current)

    assert difference == Difference(earlier=1, gone=4, new=2, same=5)
    assert since_earlier(submission.revisions.get(number=1)) is None
