"""A package that passes several reviews, each with its group, before it is approved."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from reviews import objections
from reviews.actions import approving, reviewing
from reviews.actions.errors import ActionDenied
from reviews.approval import findings_version
from reviews.models import Event, PortalPolicy, Release, ReviewStage, StageApproval, Submission
from reviews.queries.lists import ListFilter, queue_sections, submissions
from reviews.review_stages import next_stages
from reviews.states import SubmissionState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_stages() -> tuple[ReviewStage, ReviewStage]:
    """Technical, which Rita's group approves, then business, which Rita's and Ralf's do."""
    technical, business = (
        ReviewStage.objects.create(
            position=number,
            name=name,
            chinese_name=chinese,
            group=Group.objects.create(name=name.lower()),
        )
        for number, (name, chinese) in enumerate([("Technical", "技术"), ("Business", "商务")], 1)
    )
    factories.rita().groups.add(technical.group, business.group)
    factories.ralf().groups.add(business.group)
    return technical, business


def approve_next(submission: Submission, by: User) -> Release | None:
    submission = factories.again(submission)
    assert submission.current is not None
    return approving.approve_next(
        by=by,
        submission=submission,
        revision=submission.current.number,
        findings_seen=findings_version(submission.current),
    )


def waits_for(submission: Submission) -> str:
    found = next_stages([factories.again(submission)]).get(submission.pk)
    return "" if found is None else found.name


def unclaimed_of(user: User) -> list[int]:
    return [row.pk for row in queue_sections(user, 10)["unclaimed"].rows]


def test_the_last_stage_approves_the_package() -> None:
    submission = factories.decided(factories.in_review())

    assert approve_next(submission, factories.rita()) is None
    assert (waits_for(submission), factories.again(submission).state) == ("Business", "in_review")
    assert not factories.again(submission).is_claimed
    release = approve_next(submission, factories.ralf())

    assert release is not None
    assert factories.again(submission).state == SubmissionState.APPROVED
    said = Event.objects.filter(verb="approve_stage").values_list("by__username", "detail__stage")
    assert list(said) == [("rita", "Technical"), ("ralf", "Business")]
    assert StageApproval.objects.count() == 2


def test_only_the_group_of_the_next_stage_approves_it() -> None:
    submission = factories.decided(factories.in_review())
    reviewing.unclaim(by=factories.rita(), submission=submission)

    assert str(objections.before_approving(factories.ralf(), factories.again(submission))) == (
        "The next stage is “Technical”, which reviewers of the group “technical” approve."
    )
    with pytest.raises(ActionDenied):
        approve_next(submission, factories.ralf())


def test_who_approved_a_stage_does_not_approve_the_next_one() -> None:
    submission = factories.decided(factories.in_review())
    approve_next(submission, factories.rita())

    with pytest.raises(ActionDenied) as denied:
        approve_next(submission, factories.rita())

    assert str(denied.value.words) == (
        "You approved an earlier stage, so another reviewer approves “Business”."
    )
    ReviewStage.objects.update(needs_another=False)
    assert approve_next(submission, factories.rita()) is not None


def test_a_changed_decision_begins_the_stages_again() -> None:
    submission = factories.decided(factories.in_review())
    approve_next(submission, factories.rita())

    unit = factories.unit_of(submission, "OSC-HELM-008")
    factories.decide(factories.again(submission), "undo", unit, by=factories.ralf())

    assert waits_for(submission) == "Technical"


def test_a_new_revision_begins_the_stages_again() -> None:
    submission = factories.decided(factories.in_review())
    approve_next(submission, factories.rita())

    revised = factories.examined(factories.revised(factories.again(submission)))

    assert waits_for(revised) == "Technical"


def test_the_queue_offers_what_waits_for_the_readers_stage() -> None:
    submission = factories.decided(factories.in_review())
    other = factories.in_review(version="2.0.0")
    rita, ralf = factories.rita(), factories.ralf()
    reviewing.unclaim(by=rita, submission=submission)
    assert (unclaimed_of(rita), unclaimed_of(ralf)) == ([submission.pk, other.pk], [])

    approve_next(submission, rita)

    # Rita approves the other stage, too: only not of the same revision.
    assert unclaimed_of(ralf) == [submission.pk]
    stage = ReviewStage.objects.get(name="Business")
    found = submissions(rita, ListFilter(stage=stage.pk))
    assert [row.pk for row in found.rows] == [submission.pk]


def test_the_next_stages_of_many_are_two_queries() -> None:
    rows = [factories.in_review(version=f"{number}.0.0") for number in (1, 2, 3)]
    with CaptureQueriesContext(connection) as asked:
        found = next_stages(rows)
    assert (len(asked), len(found)) == (2, 3)


def test_an_approval_of_a_stage_is_never_altered() -> None:
    submission = factories.decided(factories.in_review())
    approve_next(submission, factories.rita())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_stageapproval SET by_id = by_id")


def test_who_decided_findings_approves_no_stage_where_the_policy_wants_two_reviewers() -> None:
    PortalPolicy.objects.create(pk=1, needs_four_eyes=True)
    submission = factories.decided(factories.in_review(), by=factories.ralf())
    reviewing.unclaim(by=factories.ralf(), submission=submission)
    ReviewStage.objects.update(needs_another=False)

    assert approve_next(submission, factories.rita()) is None
    for approver in (factories.rita(), factories.ralf()):
        with pytest.raises(ActionDenied):
            approve_next(submission, approver)
