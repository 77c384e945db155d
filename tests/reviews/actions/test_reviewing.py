"""Reviewers claim, decide, comment, return, reject."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.actions import ActionDenied, StaleState, conversing, reviewing
from reviews.demo_package import demo_package
from reviews.models import Comment, Decision, Event, Finding, Submission
from reviews.queries.review import review_of
from reviews.visibility import INSIDER
from tests import factories

pytestmark = pytest.mark.django_db

REGISTRY = "swr.cn-east-3.myhuaweicloud.com"
MARK, LITERAL, ADDRESS = "OSC-ANN-001", "OSC-HELM-008", "PORTAL-002"


def _states(submission: Submission, rule: str) -> list[str]:
    assert submission.current is not None
    found = submission.current.findings.filter(rule=rule).order_by("position")
    return list(found.values_list("state", flat=True))


def test_a_claimed_submission_is_held_for_half_an_hour() -> None:
    submission = factories.in_review()

    reviewing.claim(by=factories.rita(), submission=submission)

    submission = factories.again(submission)
    assert submission.claimed_by == factories.rita()
    assert submission.claimed_until is not None
    left = submission.claimed_until - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)


def test_what_another_has_claimed_is_theirs() -> None:
    submission = factories.in_review()
    reviewing.claim(by=factories.rita(), submission=submission)

    with pytest.raises(ActionDenied) as denied:
        factories.decide(
            submission, "approve", factories.unit_of(submission, MARK), by=factories.ralf()
        )

    assert str(denied.value) == "rita has claimed it."
    assert _states(submission, MARK) == ["open"]


def test_a_claim_that_is_not_used_ends() -> None:
    submission = factories.in_review()
    reviewing.claim(by=factories.rita(), submission=submission)
    Submission.objects.update(claimed_until=timezone.now())

    reviewing.claim(by=factories.ralf(), submission=submission)

    assert factories.again(submission).claimed_by == factories.ralf()
    claims = Event.objects.filter(verb="claim").values_list("by__username", flat=True)
    assert list(claims) == ["rita", "ralf"]


def test_a_claim_is_given_back() -> None:
    submission = factories.in_review()
    reviewing.claim(by=factories.rita(), submission=submission)
    with pytest.raises(ActionDenied) as denied:
        reviewing.unclaim(by=factories.ralf(), submission=submission)

    reviewing.unclaim(by=factories.rita(), submission=submission)

    assert str(denied.value) == "You have not claimed it."
    assert factories.again(submission).claimed_by is None


def test_deciding_claims_what_nobody_holds() -> None:
    submission = factories.in_review()

    factories.decide(submission, "approve", factories.unit_of(submission, MARK))

    assert factories.again(submission).claimed_by == factories.rita()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("petra", "Only reviewers do this."),
        ("ada", "Only reviewers do this."),
        ("robin", "Your own organisation submitted it: another reviewer decides."),
    ],
)
def test_not_everybody_decides(who: str, words: str) -> None:
    submission = factories.in_review()
    by: User = getattr(factories, who)()

    with pytest.raises(ActionDenied) as denied:
        factories.decide(submission, "approve", factories.unit_of(submission, MARK), by=by)

    assert str(denied.value) == words


def test_who_uploaded_a_package_does_not_decide_about_it_whatever_they_became() -> None:
    submission = factories.in_review()
    petra = factories.petra()
    petra.memberships.all().delete()
    petra = factories.person("petra", reviewer=True)
    petra = User.objects.get(pk=petra.pk)

    with pytest.raises(ActionDenied) as denied:
        reviewing.claim(by=petra, submission=submission)

    assert str(denied.value) == "You uploaded it yourself: another reviewer decides."


def test_a_decision_is_written_with_who_and_why() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, LITERAL)

    changed = factories.decide(
        submission, "reject", unit, reason="other", comment="It is never pulled."
    )

    decision = Decision.objects.get()
    assert changed == 1
    assert (decision.verb, decision.reason, decision.comment, decision.by) == (
        "reject",
        "other",
        "It is never pulled.",
        factories.rita(),
    )
    event = Event.objects.filter(verb="decide").get()
    assert event.detail == {
        "decision": "reject",
        "unit": unit,
        "rule": LITERAL,
        "has_edit": False,
        "positions": [decision.finding.position],
        "reason": "other",
        "comment": "It is never pulled.",
    }


def test_a_change_set_is_decided_as_a_whole() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    unit = submission.current.findings.get(line=5, rule=ADDRESS).unit

    assert factories.decide(submission, "approve", unit) == 2

    lines = submission.current.findings.filter(state="approved").values_list("line", flat=True)
    assert sorted(line or 0 for line in lines) == [5, 6]


@pytest.mark.parametrize(
    ("rule", "reason", "comment", "words"),
    [
        (LITERAL, "", "", "Choose a reason: the partner sees it, and it is kept."),
        (MARK, "", "", "Choose a reason: the partner sees it, and it is kept."),
        (LITERAL, "other", "", "Give the other reason in the comment."),
        (LITERAL, "because", "", "Choose one of the reasons."),
        (ADDRESS, "", "", None),
        (LITERAL, "intended", "", None),
    ],
)
def test_a_reason_is_asked_where_it_matters(
    rule: str, reason: str, comment: str, words: str | None
) -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, rule)

    try:
        factories.decide(submission, "reject", unit, reason=reason, comment=comment)
        said = None
    except ActionDenied as denied:
        said = str(denied)

    assert said == words
    assert Decision.objects.exists() is (words is None)


def test_many_are_decided_in_one_go_or_none() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    units = {each.unit for each in submission.current.findings.all()}
    with pytest.raises(ActionDenied):
        factories.decide(submission, "approve", *units, "finding-99")
    assert not Decision.objects.exists()

    changed = factories.decide(submission, "approve", *units)

    assert changed == submission.current.findings.count() == Decision.objects.count()
    assert Decision.objects.values("batch").distinct().count() == 1
    assert Event.objects.filter(verb="decide").count() == len(units)


def test_a_decision_is_undone_by_another() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, MARK)
    factories.decide(submission, "approve", unit)

    factories.decide(submission, "undo", unit)

    assert _states(submission, MARK) == ["open"]
    assert list(Decision.objects.values_list("verb", flat=True)) == ["approve", "undo"]


def test_what_is_decided_so_already_stays() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, MARK)
    factories.decide(submission, "approve", unit)

    assert factories.decide(submission, "approve", unit) == 0
    assert Decision.objects.count() == 1


def test_nothing_is_decided_on_a_revision_that_is_not_the_current_one() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, MARK)
    submission = factories.examined(factories.revised(submission))

    with pytest.raises(StaleState) as overtaken:
        reviewing.decide(
            by=factories.rita(), submission=submission, revision=1, units=[unit], verb="approve"
        )

    assert str(overtaken.value) == "Revision 2 was uploaded meanwhile: look at that one."


def test_partners_and_reviewers_talk() -> None:
    submission = factories.in_review()
    conversing.comment(
        by=factories.rita(), submission=submission, revision=1, text="Why?", position=1
    )
    said = conversing.comment(
        by=factories.petra(), submission=submission, revision=1, text=" Soon. "
    )

    assert (said.text, said.finding) == ("Soon.", None)
    assert submission.current is not None
    assert review_of(submission.current, INSIDER).findings[1].comments[0].text == "Why?"


@pytest.mark.parametrize(
    ("who", "text", "position", "words"),
    [
        ("paul", "Hello.", None, "It belongs to another organisation."),
        ("petra", "  ", None, "Write a comment first."),
        ("petra", "Hello.", 99, "There is no such finding."),
        (
            "petra",
            "x" * 4001,
            None,
            "The comment has more than 4000 characters: shorten it.",
        ),
    ],
)
def test_not_everything_is_said(who: str, text: str, position: int | None, words: str) -> None:
    submission = factories.in_review()

    with pytest.raises(ActionDenied) as denied:
        conversing.comment(
            by=getattr(factories, who)(),
            submission=submission,
            revision=1,
            text=text,
            position=position,
        )

    assert str(denied.value) == words


def test_a_comment_belongs_to_the_revision_that_was_read() -> None:
    submission = factories.in_review()
    submission = factories.examined(factories.revised(submission))

    with pytest.raises(StaleState) as overtaken:
        conversing.comment(
            by=factories.rita(), submission=submission, revision=1, text="Why?", position=0
        )

    assert str(overtaken.value) == "Revision 2 was uploaded meanwhile: look at that one."
    assert Comment.objects.count() == 0


def test_that_a_revision_was_overtaken_comes_before_all_else() -> None:
    submission = factories.revised(factories.in_review())

    with pytest.raises(StaleState) as overtaken:
        reviewing.reject(by=factories.rita(), submission=submission, revision=1, comment="No.")

    assert str(overtaken.value) == "Revision 2 was uploaded meanwhile: look at that one."


def test_a_package_is_returned_with_words_or_with_a_confirmed_finding() -> None:
    submission = factories.in_review()
    rita = factories.rita()
    with pytest.raises(ActionDenied) as denied:
        reviewing.return_to_partner(by=rita, submission=submission, revision=1, comment="")
    factories.decide(submission, "approve", factories.unit_of(submission, LITERAL))

    reviewing.return_to_partner(by=rita, submission=submission, revision=1, comment="")

    assert str(denied.value) == "Say what the partner should fix, or confirm a finding."
    assert factories.again(submission).state == "returned"


def test_a_package_is_rejected_only_with_a_reason() -> None:
    submission = factories.in_review()
    with pytest.raises(ActionDenied) as denied:
        reviewing.reject(by=factories.rita(), submission=submission, revision=1, comment=" ")

    reviewing.reject(by=factories.rita(), submission=submission, revision=1, comment="No.")

    assert (denied.value.field, str(denied.value)) == (
        "comment",
        "Say why the package is rejected.",
    )
    event = Event.objects.last()
    assert event is not None
    assert (event.verb, event.from_state, event.to_state, event.detail) == (
        "reject",
        "in_review",
        "rejected",
        {"comment": "No."},
    )


def test_decisions_hold_on_where_nothing_has_changed() -> None:
    submission = factories.decided(factories.in_review())

    submission = factories.examined(factories.revised(submission))

    assert _states(submission, ADDRESS) == ["approved"] * 6
    # A dismissed error is always asked again.
    assert _states(submission, LITERAL) == ["open"]
    assert _states(submission, MARK) == ["approved"]
    assert submission.current is not None
    carried = Decision.objects.filter(finding__revision=submission.current)
    assert {each.carried_from_id for each in carried}.isdisjoint({None})
    event = Event.objects.filter(verb="carry").get()
    assert event.detail == {"count": 8, "from_revision": 1}


def test_a_decision_ends_where_something_has_changed() -> None:
    submission = factories.decided(factories.in_review())
    changed = demo_package(("quay.io/harbourmaster/worker:1.4.0", "quay.io/berths/worker:1.4.0"))

    submission = factories.examined(factories.revised(submission, changed))

    assert submission.current is not None
    found = submission.current.findings.filter(rule=ADDRESS).order_by("line")
    assert {each.line: each.state for each in found} == {
        5: "approved",
        6: "approved",
        13: "open",
        17: "approved",
        18: "approved",
        25: "approved",
    }


def test_a_decision_ends_where_the_policy_has_changed() -> None:
    submission = factories.decided(factories.in_review())
    acme = factories.organisation()
    acme.namespace = "acme"
    acme.save()

    submission = factories.examined(factories.revised(submission))

    assert set(Finding.objects.filter(revision=submission.current).values_list("state")) == {
        ("open",)
    }


def test_many_are_decided_in_as_many_queries_as_few() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    units = list(submission.current.findings.values_list("unit", flat=True).distinct())
    factories.decide(submission, "approve", units[0])

    def taken(*chosen: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            factories.decide(submission, "approve", *chosen)
        factories.decide(submission, "undo", *chosen)
        return len(queries)

    assert len(units) > 5
    assert taken(*units[1:3]) == taken(*units[1:])
