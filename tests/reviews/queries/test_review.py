"""A review has everything that its page shows of the findings."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.actions import conversing
from reviews.approval import findings_version
from reviews.queries.review import review_of
from reviews.states import FindingState
from reviews.visibility import INSIDER, PARTNER
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_review_asks_as_often_for_many_findings_as_for_few() -> None:
    submission = factories.decided(factories.in_review())
    revision = submission.current
    assert revision is not None
    conversing.comment(
        by=factories.rita(), submission=submission, revision=1, text="Why?", position=0
    )

    with CaptureQueriesContext(connection) as context:
        review = review_of(revision, INSIDER)
        found = [
            (each.decision and str(each.decision.by), each.comments) for each in review.findings
        ]
        needed = [each.row.needs_decision for each in review.findings]
        assert [who for who, _comments in found] == ["rita" if is_it else None for is_it in needed]
        assert [str(said.by) for _who, comments in found for said in comments] == ["rita"]
        assert [each.state for each in review.units if each.needs_decision] != []

    assert len(context) == 5  # findings, decisions, comments, who made them, reasons


def test_a_review_shows_units_and_what_is_still_to_be_done() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    review = review_of(submission.current, INSIDER)

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
    review = review_of(submission.current, INSIDER)
    assert [str(step) for step in review.checklist] == [
        "Rewrites to decide: 5",
        "Findings to decide: 1",
        "Errors for the partner to fix: 1",
    ]
    submission = factories.decided(submission)
    review = review_of(submission.current or review.revision, INSIDER)
    needed = {unit.state for unit in review.units if unit.needs_decision}
    assert needed == {FindingState.APPROVED, FindingState.REJECTED}


def test_a_review_shows_what_is_to_be_confirmed() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    assert review_of(submission.current, INSIDER).confirmations == ()
    unit = submission.current.findings.get(line=17, rule="PORTAL-002").unit

    factories.decide(submission, "reject", unit)

    assert [str(each) for each in review_of(submission.current, INSIDER).confirmations] == [
        (
            "These images will not be pulled from swr.cn-east-3.myhuaweicloud.com:"
            " docker.io/library/postgres:16.4."
        )
    ]


def test_findings_are_found_by_line() -> None:
    submission = factories.in_review()
    assert submission.current is not None

    found = review_of(submission.current, INSIDER).at_line(
        "harbour/package/harbour-1.4.0.tgz!/harbour/values.yaml"
    )

    assert sorted(found) == [5, 6, 13, 17, 18, 25]


def test_what_an_approval_rests_on_is_the_same_whoever_reads() -> None:
    submission = factories.in_review()
    revision = submission.current
    assert revision is not None
    unit = revision.findings.get(line=17, rule="PORTAL-002").unit
    factories.decide(submission, "reject", unit)

    shown = [review_of(revision, reader) for reader in (INSIDER, PARTNER)]

    states = [next(each.state for each in one.units if each.key == unit) for one in shown]
    assert states == [FindingState.REJECTED, FindingState.OPEN]
    assert {one.findings_version for one in shown} == {findings_version(revision)}
    assert shown[0].confirmations == shown[1].confirmations != ()
