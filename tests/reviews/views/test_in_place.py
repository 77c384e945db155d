"""With a script, a decision is answered by what it changed, and by nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from reviews.actions import reviewing
from reviews.demo_package import demo_package
from reviews.models import Comment, Decision, Submission
from reviews.views import review_page, review_sections
from tests import factories
from tests.reviews.spoken import spoken

pytestmark = pytest.mark.django_db

MOST_BYTES = 10_000


@pytest.fixture
def rita(client: Client) -> Client:
    client.force_login(factories.rita())
    return client


def do(client: Client, name: str, submission: Submission, **sent: Any) -> Any:
    address = reverse(name, args=[submission.pk])
    return client.post(address, {"revision": 1, **sent}, headers={"HX-Request": "true"})


def swapped(page: str) -> list[str]:
    """The ids of the elements that take the place of those on the page."""
    return re.findall(r' id="([^"]+)"[^>]* hx-swap-oob="true"', page)


def unit(submission: Submission, rule: str = "PORTAL-002") -> str:
    return factories.unit_of(submission, rule)


def test_a_decision_swaps_its_card_its_row_and_the_verdict(rita: Client) -> None:
    submission = factories.in_review()
    literal = unit(submission, "OSC-HELM-008")
    assert submission.current is not None
    at = f"f-{submission.current.findings.get(unit=literal).position}"

    answer = do(rita, "decide", submission, verb="approve", units=literal)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert len(answer.content) < MOST_BYTES
    assert swapped(page) == [at, f"{at}-row", "standing", "verdict-actions", "verdict-bar"]
    assert ("Confirmed: 1." in page, "confirmed: to be fixed" in page) == (True, True)
    assert "<html" not in page


def test_a_decision_takes_as_many_queries_for_many_findings_as_for_few(
    rita: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = factories.in_review(demo_package(("image: ghcr.io", "picture: ghcr.io")), version="1")
    many = factories.in_review(version="2")
    for submission in (few, many):
        do(rita, "decide", submission, verb="approve", units=unit(submission))  # a first visit
        with django_assert_num_queries(26):
            do(rita, "decide", submission, verb="undo", units=unit(submission))


@pytest.mark.parametrize(("target", "other"), [("toasts", None), ("ask-problem", "#toasts")])
def test_only_the_answer_to_a_dialog_goes_elsewhere(
    target: str, other: str | None, rita: Client
) -> None:
    submission = factories.in_review()
    sent = {"revision": 1, "verb": "approve", "units": unit(submission)}
    headers = {"HX-Request": "true", "HX-Target": target}

    answer = rita.post(reverse("decide", args=[submission.pk]), sent, headers=headers)

    assert (answer.status_code, answer.headers.get("HX-Retarget")) == (200, other)


def test_what_was_decided_in_one_go_is_undone_in_one_go(rita: Client) -> None:
    submission = factories.in_review()
    factories.decide(submission, "approve", unit(submission, "OSC-HELM-008"))

    page = do(rita, "decide", submission, verb="approve", sections="rewrites").content.decode()
    (batch,) = re.findall(r'name="batch" value="([^"]+)"', page)
    undone = do(rita, "decide", submission, verb="undo", batch=batch).content.decode()

    assert ("To be applied: 4." in page, "Decisions undone: 4." in undone) == (True, True)
    assert submission.current is not None
    decided = submission.current.findings.exclude(state="open").values_list("rule", flat=True)
    assert list(decided) == ["OSC-HELM-008"]


def test_what_was_decided_anew_since_stays_when_the_rest_is_undone(rita: Client) -> None:
    submission = factories.in_review()
    page = do(rita, "decide", submission, verb="approve", sections="rewrites").content.decode()
    (batch,) = re.findall(r'name="batch" value="([^"]+)"', page)
    kept = unit(submission)
    do(rita, "decide", submission, verb="reject", units=kept)

    do(rita, "decide", submission, verb="undo", batch=batch)

    assert submission.current is not None
    decided = submission.current.findings.exclude(state="open").values_list("unit", flat=True)
    assert set(decided) == {kept}


def test_a_group_names_the_pieces_that_are_drawn_anew(rita: Client) -> None:
    submission = factories.in_review()
    answer = do(rita, "decide", submission, verb="approve", sections="rewrites")
    event = json.loads(answer.headers["HX-Trigger-After-Settle"])["decided"]
    page = rita.get(reverse("review", args=[submission.pk])).content.decode()
    assert event["sections"] == ["rewrites"]
    assert [f'id="{name}"' in page for name in event["pieces"]] == [True]


def test_an_objection_is_said_and_nothing_is_changed(rita: Client) -> None:
    submission = factories.in_review()
    answer = do(rita, "decide", submission, verb="reject", units=unit(submission, "OSC-HELM-008"))
    assert answer.status_code == 422
    assert "Choose a reason: the partner sees it, and it is kept." in answer.content.decode()
    assert (swapped(answer.content.decode()), Decision.objects.count()) == ([], 0)


@pytest.mark.parametrize("sent", [{"batch": "nonsense"}, {"sections": "nonsense"}, {}])
def test_a_decision_about_nothing_is_answered_in_words(sent: dict[str, str], rita: Client) -> None:
    answer = do(rita, "decide", factories.in_review(), verb="undo", **sent)
    assert answer.status_code == 422
    assert "The form was not complete. Try once more." in answer.content.decode()


def test_a_new_revision_is_offered_instead(rita: Client) -> None:
    submission = factories.examined(factories.revised(factories.in_review()))
    answer = do(rita, "decide", submission, verb="approve", units=unit(submission))
    assert answer.status_code == 409
    assert "Revision 2 was uploaded meanwhile: look at that one." in answer.content.decode()
    assert "Load the current state" in answer.content.decode()


def test_a_comment_and_a_claim_change_their_places_alone(rita: Client) -> None:
    submission = factories.in_review()
    said = do(rita, "review-comment", submission, position=1, text="Is it <i>yours</i>?")
    page = said.content.decode()

    assert ("Is it &lt;i&gt;yours&lt;/i&gt;?" in page, Comment.objects.count()) == (True, 1)
    assert 'name="batch"' not in page
    claimed = do(rita, "claim", submission).content.decode()
    assert swapped(claimed) == ["standing", "verdict-actions", "verdict-bar"]
    assert "You have claimed it." in claimed


def test_a_claim_of_another_is_said_in_place(rita: Client) -> None:
    submission = factories.in_review()
    reviewing.claim(by=factories.ralf(), submission=submission)
    answer = do(rita, "claim", submission)
    assert (answer.status_code, "ralf has claimed it." in spoken(answer.content.decode())) == (
        422,
        True,
    )


def test_what_is_not_sent_at_first_is_asked_for_when_it_is_reached(
    rita: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (review_sections, review_page):
        monkeypatch.setattr(module, "PIECE", 2)
    submission = factories.in_review()
    address = reverse("review", args=[submission.pk])
    page = rita.get(address).content.decode()
    waiting = re.findall(r'hx-get="([^"]+)" hx-trigger="reach once"', page)

    pieces = [rita.get(each).content.decode() for each in waiting]
    drawn = [re.findall(r'<article[^>]* id="(f-\d+)"', each) for each in (page, *pieces)]

    everything = [each for piece in drawn for each in piece]
    assert submission.current is not None
    units = submission.current.findings.values("unit").distinct().order_by().count()
    assert len(set(everything)) == len(everything) == units
    assert 0 < len(drawn[0]) < units
    assert {len(each) for each in drawn[1:]} <= {1, 2}
    last = drawn[-1][0]
    asked = rita.get(f"{address}?at={last}").content.decode()
    assert (f'id="{last}" tabindex' in asked, f'id="{last}" tabindex' in page) == (True, False)


def test_a_piece_that_is_not_there_is_not_found(rita: Client) -> None:
    address = reverse("piece", args=[factories.in_review().pk])
    assert [rita.get(f"{address}?at={at}").status_code for at in ("", "f-999", "x")] == [404] * 3
