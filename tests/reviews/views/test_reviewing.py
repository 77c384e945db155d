"""What a reviewer does on the page happens, and what may not be done is said in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import preconditions
from reviews.actions import reviewing
from reviews.demo_package import demo_package
from reviews.models import Comment, Decision, Event, Submission
from reviews.queries.comparison import since_last_look
from reviews.queries.review import review_of
from reviews.views.diff_page import Reading
from reviews.views.review_sections import groups_of
from reviews.visibility import INSIDER
from tests import factories
from tests.reviews.spoken import spoken

pytestmark = pytest.mark.django_db

DECIDING = ("claim", "unclaim", "decide", "review-comment", "return", "reject", "approve")
WITHOUT_LITERAL = demo_package(factories.FIXED)


@pytest.fixture
def rita(client: Client) -> Client:
    client.force_login(factories.rita())
    return client


def look(client: Client, submission: Submission) -> str:
    answer = client.get(reverse("review", args=[submission.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def do(client: Client, name: str, submission: Submission, **sent: Any) -> Any:
    return client.post(reverse(name, args=[submission.pk]), {"revision": 1, **sent})


def decide(client: Client, submission: Submission, verb: str, *units: str, **sent: Any) -> Any:
    return do(client, "decide", submission, verb=verb, units=units, **sent)


def unit(submission: Submission, rule: str = "PORTAL-002") -> str:
    return factories.unit_of(submission, rule)


def state_of(submission: Submission, key: str) -> set[str]:
    assert submission.current is not None
    return set(submission.current.findings.filter(unit=key).values_list("state", flat=True))


def mark_on(page: str) -> str:
    """What the form of the approval names."""
    found = re.search(r'name="findings_seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def all_decided(package: bytes = WITHOUT_LITERAL, verb: str = "approve") -> Submission:
    return factories.decided(factories.in_review(package), verb)


def anchors(submission: Submission) -> list[str]:
    """Where the units are decided, from top to bottom."""
    assert submission.current is not None
    groups = groups_of(review_of(submission.current, INSIDER), Reading())
    sections = (section for group in groups for section in group.sections)
    return [each.decided.anchor for section in sections for each in section.listed]


def anchor(submission: Submission, key: str) -> str:
    """Where a unit is decided."""
    assert submission.current is not None
    positions = submission.current.findings.filter(unit=key).values_list("position", flat=True)
    return f"f-{max(positions)}"


# Who may


@pytest.mark.parametrize("name", DECIDING)
@pytest.mark.parametrize("who", [factories.petra, factories.paul])
def test_for_others_than_reviewers_the_actions_is_not_there(
    who: Any, name: str, client: Client
) -> None:
    submission = factories.in_review()
    client.force_login(who())
    assert do(client, name, submission).status_code == 404
    assert Event.objects.filter(verb__in=["claim", "decide", "view"]).count() == 0


@pytest.mark.parametrize("name", DECIDING)
def test_administrators_look_and_change_nothing(name: str, client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.ada())
    assert do(client, name, submission).status_code in {302, 422}
    assert factories.again(submission).step == submission.step
    assert Event.objects.filter(verb__in=["claim", "decide"]).count() == 0


@pytest.mark.parametrize("name", DECIDING)
def test_whoever_has_not_signed_in_is_sent_to_do_so(name: str, client: Client) -> None:
    answer = do(client, name, factories.in_review())
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("login"))


def test_a_reviewer_of_the_own_organisation_reads_why_not(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.robin())

    page = look(client, submission)

    assert "Your own organisation submitted it: another reviewer decides." in page
    assert 'value="approve"' not in page
    assert page.count("disabled aria-describedby") == 3


def test_what_another_has_claimed_is_read_only(rita: Client) -> None:
    submission = factories.in_review()
    reviewing.claim(by=factories.ralf(), submission=submission)

    page = look(rita, submission)
    answer = decide(rita, submission, "approve", unit(submission))

    assert "ralf has claimed it." in spoken(page)
    assert 'value="approve"' not in page
    assert (answer.status_code, state_of(submission, unit(submission))) == (422, {"open"})
    assert "ralf has claimed it." in spoken(answer.content.decode())


def test_what_was_not_examined_has_no_review(rita: Client) -> None:
    submission = factories.refused()
    answer = rita.get(reverse("review", args=[submission.pk]))
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("submission", args=[submission.pk]),
    )


def test_the_page_takes_no_more_queries_for_more_findings(rita: Client) -> None:
    def taken(submission: Submission) -> int:
        look(rita, submission)  # the visit is logged once
        with CaptureQueriesContext(connection) as queries:
            look(rita, submission)
        return len(queries)

    few = factories.in_review(demo_package(("image: ghcr.io", "picture: ghcr.io")), version="1")
    many = factories.in_review(version="2")
    assert few.current is not None
    assert many.current is not None
    assert few.current.findings.count() < many.current.findings.count()
    assert taken(few) == taken(many) == 23


# Claim


def test_a_submission_is_claimed_and_given_back(rita: Client) -> None:
    submission = factories.in_review()
    do(rita, "claim", submission)
    assert factories.again(submission).claimed_by == factories.rita()
    assert "You have claimed it." in look(rita, submission)
    do(rita, "unclaim", submission)
    assert factories.again(submission).claimed_by is None


def test_giving_back_what_one_has_not_is_answered_in_words(rita: Client) -> None:
    submission = factories.in_review()
    answer = rita.post(reverse("unclaim", args=[submission.pk]), follow=True)
    assert "You have not claimed it." in answer.content.decode()


# Decide


@pytest.mark.parametrize(("verb", "state"), [("approve", {"approved"}), ("reject", {"rejected"})])
def test_a_finding_is_decided_where_it_stands(verb: str, state: set[str], rita: Client) -> None:
    submission = factories.in_review()
    key = unit(submission)

    answer = decide(rita, submission, verb, key, comment="So be it.", then="stay")

    address, place = reverse("review", args=[submission.pk]), anchor(submission, key)
    assert answer["Location"] == f"{address}?at={place}#{place}"
    assert state_of(submission, key) == state
    assert {each.comment for each in Decision.objects.all()} == {"So be it."}
    assert "So be it." in look(rita, submission)


def test_going_on_leads_to_the_next_that_is_open(rita: Client) -> None:
    submission = factories.in_review()
    key = unit(submission)
    answer = decide(rita, submission, "approve", key, then="next")
    found = anchors(submission)
    assert answer["Location"].endswith(f"#{found[found.index(anchor(submission, key)) + 1]}")


def test_after_the_last_one_comes_the_verdict(rita: Client) -> None:
    submission = factories.in_review(WITHOUT_LITERAL)
    last = unit(submission, "OSC-ANN-001")
    assert submission.current is not None
    for each in submission.current.findings.exclude(unit=last):
        factories.decide(submission, "approve", each.unit)
    answer = decide(rita, submission, "approve", last, then="next")
    assert answer["Location"].endswith("#verdict")


def test_an_error_is_dismissed_with_a_reason_only(rita: Client) -> None:
    submission = factories.in_review()
    key = unit(submission, "OSC-HELM-008")

    answer = decide(rita, submission, "reject", key, comment="Not so <b>fast</b>.")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Choose a reason: the partner sees it, and it is kept." in page
    assert "Not so &lt;b&gt;fast&lt;/b&gt;.</textarea>" in page
    assert "Reject 1 finding?" in page
    decide(rita, submission, "reject", key, reason="intended")
    assert state_of(submission, key) == {"rejected"}


def test_a_decision_is_undone_by_another(rita: Client) -> None:
    submission = factories.in_review()
    key = unit(submission)
    decide(rita, submission, "approve", key)
    decide(rita, submission, "undo", key)
    assert state_of(submission, key) == {"open"}
    assert [each.verb for each in Decision.objects.order_by("pk")] == [
        "approve",
        "approve",
        "undo",
        "undo",
    ]


def test_before_several_are_decided_the_page_says_how_many(rita: Client) -> None:
    submission = factories.in_review()
    literal = unit(submission, "OSC-HELM-008")

    answer = do(rita, "ask", submission, verb="approve", sections="rewrites", units=literal)
    page = answer.content.decode()

    assert "Approve 5 findings?" in page
    assert page.count('name="units"') == 5
    assert Decision.objects.count() == 0


def test_several_are_decided_at_once(rita: Client) -> None:
    submission = factories.in_review()
    assert submission.current is not None
    units = sorted(set(submission.current.findings.values_list("unit", flat=True)))

    answer = rita.post(
        reverse("decide", args=[submission.pk]),
        {"revision": 1, "verb": "approve", "units": units},
        follow=True,
    )

    count = submission.current.findings.count()
    assert "Confirmed: 4; to be applied: 5." in answer.content.decode()
    assert len({each.batch for each in Decision.objects.all()}) == 1
    assert Event.objects.filter(verb="decide").count() == len(units) < count


def test_several_that_want_a_reason_ask_for_it(rita: Client) -> None:
    submission = factories.in_review()
    units = [unit(submission), unit(submission, "OSC-HELM-008")]

    answer = decide(rita, submission, "reject", *units, comment="None of it.")
    page = answer.content.decode()

    assert (answer.status_code, Decision.objects.count()) == (422, 0)
    assert "Choose a reason: the partner sees it, and it is kept." in page
    assert "Reject 2 findings?" in page
    assert "None of it.</textarea>" in page


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"verb": "approve"},
        {"verb": "nonsense", "sections": "all"},
        {"verb": "approve", "units": "nonsense"},
    ],
)
def test_asking_about_nothing_leads_back(asked: dict[str, str], rita: Client) -> None:
    submission = factories.in_review()
    answer = rita.post(reverse("ask", args=[submission.pk]), asked, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("review", args=[submission.pk])
    assert "Choose a finding first." in answer.content.decode()


def test_an_address_of_the_question_leads_back(rita: Client) -> None:
    submission = factories.in_review()
    answer = rita.get(reverse("ask", args=[submission.pk]))
    assert answer["Location"] == reverse("review", args=[submission.pk])


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"verb": "approve"},
        {"verb": "nonsense", "units": "finding-1"},
        {"verb": "approve", "units": "nonsense"},
        {"verb": "approve", "units": "finding-1", "revision": "x"},
        {"verb": "reject", "units": "finding-1", "reason": "nonsense"},
    ],
)
def test_a_form_of_ones_own_making_is_answered_in_words(
    sent: Mapping[str, str], rita: Client
) -> None:
    submission = factories.in_review()
    answer = rita.post(reverse("decide", args=[submission.pk]), sent)
    assert answer.status_code == 422
    assert "The form was not complete. Try once more." in answer.content.decode()
    assert Decision.objects.count() == 0


# Comment


def test_a_comment_stands_at_its_finding(rita: Client) -> None:
    submission = factories.in_review()

    answer = do(rita, "review-comment", submission, position=1, text="Is this <i>yours</i>?")

    assert answer["Location"].endswith("?at=f-1#f-1")
    assert [each.text for each in Comment.objects.all()] == ["Is this <i>yours</i>?"]
    assert "Is this &lt;i&gt;yours&lt;/i&gt;?" in look(rita, submission)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": " "}, "Write a comment first."),
        ({"text": "x", "position": 999}, "There is no such finding."),
        ({"text": "x" * 4001}, "The comment has more than 4000 characters: shorten it."),
    ],
)
def test_a_comment_that_cannot_be_kept_is_answered_in_words(
    sent: dict[str, Any], words: str, rita: Client
) -> None:
    answer = do(rita, "review-comment", factories.in_review(), **sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Comment.objects.count() == 0


def test_what_cannot_be_kept_stays_in_its_box(rita: Client) -> None:
    text = "x" * 4001
    answer = do(rita, "review-comment", factories.in_review(), position=1, text=text)
    assert f">{text}</textarea>" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("review-comment", {"position": 0, "text": "Typed <i>once</i>."}),
        ("decide", {"verb": "reject", "units": ["gone"], "comment": "Typed <i>once</i>."}),
        ("return", {"comment": "Typed <i>once</i>."}),
        ("reject", {"comment": "Typed <i>once</i>."}),
        ("approve", {"findings_seen": "x", "comment": "Typed <i>once</i>."}),
    ],
)
@pytest.mark.parametrize("is_examined", [True, False])
def test_what_was_typed_about_an_earlier_revision_is_given_back(
    name: str, sent: dict[str, Any], is_examined: bool, rita: Client
) -> None:
    submission = factories.revised(factories.in_review())
    if is_examined:
        factories.examined(submission)

    answer = do(rita, name, submission, **sent)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Revision 2 was uploaded meanwhile: look at that one." in page
    assert "Typed &lt;i&gt;once&lt;/i&gt;." in page
    assert (Comment.objects.count(), Decision.objects.count()) == (0, 0)


def test_the_forms_at_a_finding_carry_the_revision(rita: Client) -> None:
    submission = factories.examined(factories.revised(factories.in_review()))
    page = look(rita, submission)
    forms = re.findall(r"<form[^>]* data-decide .*?</form>", page, re.DOTALL)
    assert forms
    assert all('name="revision" value="2"' in form for form in forms)


# Return, reject, approve


def test_a_package_is_given_back_to_its_partner(rita: Client) -> None:
    submission = factories.in_review()
    answer = do(rita, "return", submission, comment="Fix the image.")
    assert answer["Location"] == reverse("submission", args=[submission.pk])
    assert factories.again(submission).state == "returned"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("return", "Say what the partner should fix, or confirm a finding."),
        ("reject", "Say why the package is rejected."),
    ],
)
def test_without_words_nothing_is_given_back(name: str, words: str, rita: Client) -> None:
    submission = factories.in_review()
    answer = do(rita, name, submission)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert factories.again(submission).state == "in_review"


def test_a_package_is_rejected(rita: Client) -> None:
    submission = factories.in_review()
    do(rita, "reject", submission, comment="Not for us.")
    assert factories.again(submission).state == "rejected"


def test_what_is_still_open_greys_the_approval_in_words(rita: Client) -> None:
    submission = factories.in_review()

    page = look(rita, submission)
    answer = do(rita, "approve", submission, findings_seen=mark_on(page))

    said = str(preconditions.objection_of_findings(submission))
    assert "<button data-approve disabled" in page
    assert said in page
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert factories.again(submission).state == "in_review"


def test_what_was_seen_is_approved(rita: Client) -> None:
    submission = all_decided()

    page = look(rita, submission)
    answer = do(rita, "approve", submission, findings_seen=mark_on(page), comment="Well done.")

    assert "All findings are decided." in page
    assert answer["Location"] == reverse("submission", args=[submission.pk])
    assert factories.again(submission).state == "approved"


def test_what_was_decided_meanwhile_is_shown_instead(rita: Client) -> None:
    submission = all_decided()
    seen = mark_on(look(rita, submission))
    factories.decide(submission, "undo", unit(submission))

    answer = do(rita, "approve", submission, findings_seen=seen, comment="Well done.")
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "The submission has changed in the meantime" in page
    assert "1 event since you loaded the page" in page
    assert "Well done." in page
    assert factories.again(submission).state == "in_review"


def test_a_new_revision_is_shown_instead(rita: Client) -> None:
    submission = all_decided()
    seen = mark_on(look(rita, submission))
    factories.examined(factories.revised(submission))

    answer = do(rita, "approve", submission, findings_seen=seen)

    assert answer.status_code == 409
    assert "Revision 2 was uploaded meanwhile: look at that one." in answer.content.decode()


def test_an_image_that_stays_outside_wants_its_sentence_confirmed(rita: Client) -> None:
    submission = all_decided(verb="reject")

    page = look(rita, submission)
    required = do(rita, "approve", submission, findings_seen=mark_on(page))
    sentence = "images will not be pulled from swr.cn-east-3.myhuaweicloud.com"

    assert sentence in spoken(page)
    assert (required.status_code, sentence in spoken(required.content.decode())) == (422, True)
    do(rita, "approve", submission, findings_seen=mark_on(page), confirmed="on")
    assert factories.again(submission).state == "approved"


def test_since_the_earlier_revision_it_is_shown_what_changed(rita: Client) -> None:
    submission = factories.returned()
    submission = factories.examined(factories.revised(submission, WITHOUT_LITERAL))
    assert submission.current is not None
    difference = since_last_look(factories.rita(), submission.current, INSIDER)
    assert difference is not None
    assert difference.gone
    assert (
        f"Since rev 1, which you reviewed: {difference.gone} findings gone, {difference.new} new,"
        f" {difference.same} unchanged."
    ) in look(rita, submission)
