"""What has changed between two revisions, and since which one somebody asks."""

from __future__ import annotations

import pytest

from reviews.actions.viewing import remember
from reviews.demo_package import demo_package
from reviews.models import LastLook, PortalPolicy, Revision, Submission
from reviews.queries.comparison import (
    compare_findings,
    difference,
    earlier_revision,
    may_see_decisions,
    since_last_look,
)
from reviews.queries.review import review_of
from reviews.visibility import INSIDER, PARTNER
from tests import factories

pytestmark = pytest.mark.django_db


def revised_twice() -> Submission:
    """Three revisions, of which the third has another tag and no hard-coded image."""
    submission = factories.examined(factories.revised(factories.returned()))
    return factories.examined(factories.revised(submission, demo_package(factories.FIXED)))


def number(submission: Submission, number: int) -> Revision:
    return submission.revisions.get(number=number)


def test_findings_of_two_revisions_are_gone_new_or_the_same() -> None:
    submission = factories.examined(
        factories.revised(factories.in_review(), demo_package(factories.FIXED))
    )
    assert submission.current is not None

    found = difference(number(submission, 1), submission.current, INSIDER)

    assert (found.earlier, found.gone, found.new, found.same) == (1, 4, 2, 5)
    assert len(found.new_units) == 2
    assert since_last_look(factories.rita(), number(submission, 1), INSIDER) is None


def test_what_was_written_before_contents_were_is_compared_all_the_same() -> None:
    submission = factories.examined(
        factories.revised(factories.in_review(), demo_package(factories.FIXED))
    )
    assert submission.current is not None
    number(submission, 1).findings.update(content=None)

    found = difference(number(submission, 1), submission.current, INSIDER)

    assert (found.gone, found.new, found.same) == (4, 2, 5)


def test_it_begins_with_the_revision_that_was_opened_before() -> None:
    submission = revised_twice()
    rita, third = factories.rita(), number(submission, 3)

    def asked_about() -> int | None:
        found = earlier_revision(rita, third)
        return None if found is None else found.number

    assert asked_about() == 2
    remember(by=rita, revision=number(submission, 1))
    assert asked_about() == 1
    remember(by=rita, revision=third)
    assert asked_about() == 1
    remember(by=rita, revision=number(submission, 2))
    assert asked_about() == 1
    assert list(LastLook.objects.values_list("number", "before")) == [(3, 1)]


def test_it_is_said_that_somebody_has_reviewed_the_earlier_revision() -> None:
    submission = factories.examined(factories.revised(factories.returned()))
    assert submission.current is not None

    rita, petra = (
        since_last_look(who, submission.current, INSIDER)
        for who in (factories.rita(), factories.petra())
    )

    assert rita is not None
    assert petra is not None
    assert (rita.is_reviewed, petra.is_reviewed) == (True, False)


def test_decisions_are_carried_over_or_asked_again_with_the_cause() -> None:
    submission = factories.decided(factories.in_review())
    submission = factories.examined(factories.revised(submission))
    assert submission.current is not None

    found = compare_findings(
        review_of(number(submission, 1), INSIDER), review_of(submission.current, INSIDER)
    )

    assert (found.gone, found.new) == ((), ())
    assert {each.state.value for each in found.carried} == {"approved", "rejected"}
    assert {(each.then.state.value, str(each.cause)) for each in found.asked_again} == {
        ("rejected", "A dismissed error is asked again for each revision."),
    }
    assert difference(number(submission, 1), submission.current, INSIDER).carried == len(
        found.carried
    )


def test_another_policy_is_a_cause_to_ask_again() -> None:
    submission = factories.decided(factories.in_review())
    PortalPolicy.objects.create(pk=1, require_images=True)
    submission = factories.examined(factories.revised(submission))
    assert submission.current is not None

    found = compare_findings(
        review_of(number(submission, 1), INSIDER), review_of(submission.current, INSIDER)
    )

    assert (found.gone, found.new, found.carried) == ((), (), ())
    assert {str(each.cause) for each in found.asked_again} == {
        "The policy of the portal has changed.",
        "A dismissed error is asked again for each revision.",
    }


def test_decisions_are_shown_to_partners_after_a_verdict() -> None:
    submission = factories.returned()
    revision = number(submission, 1)
    submission = factories.examined(factories.revised(submission))
    assert submission.current is not None

    assert may_see_decisions(PARTNER, revision)
    assert not may_see_decisions(PARTNER, submission.current)
    assert may_see_decisions(INSIDER, submission.current)
