"""A package is given to a reviewer, or taken over from one who is away."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviews.actions import ActionDenied, reviewing
from reviews.actions.assigning import assign
from reviews.models import Event, OutgoingMail, Submission
from reviews.permissions import reviewers_of
from reviews.queries.lists import queue_sections
from tests import factories

pytestmark = pytest.mark.django_db


def claimed_by_rita() -> Submission:
    submission = factories.in_review()
    reviewing.claim(by=factories.rita(), submission=submission)
    return factories.again(submission)


def why_not(by: User, submission: Submission, to: User, comment: str = "") -> str:
    with pytest.raises(ActionDenied) as denied:
        assign(by=by, submission=submission, to=to, comment=comment)
    return str(denied.value.words)


def test_it_is_in_the_turn_of_whom_it_is_given_to_who_gets_a_mail() -> None:
    ralf = factories.ralf()
    User.objects.filter(pk=ralf.pk).update(email="ralf@example.com")
    submission = factories.in_review()

    assign(by=factories.ada(), submission=submission, to=ralf)

    submission = factories.again(submission)
    assert (submission.claimed_by, submission.reviewer) == (ralf, ralf)
    assert [row.pk for row in queue_sections(ralf, 10)["yours"].rows] == [submission.pk]
    (event,) = Event.objects.filter(verb="assign")
    assert (event.by, event.detail) == (factories.ada(), {"person": "ralf"})
    assert [mail.account for mail in OutgoingMail.objects.filter(event=event)] == [ralf]


def test_what_another_has_claimed_is_taken_over_with_a_reason() -> None:
    submission, ralf = claimed_by_rita(), factories.ralf()
    assert why_not(ralf, submission, ralf) == "Say why: rita has claimed it."

    assign(by=ralf, submission=submission, to=ralf, comment="Rita is on holiday.")

    assert factories.again(submission).claimed_by == ralf
    (event,) = Event.objects.filter(verb="assign")
    said = {"person": "ralf", "from": "rita", "comment": "Rita is on holiday."}
    assert event.detail == said
    assert not OutgoingMail.objects.filter(event=event).exists()


def test_only_who_may_review_it_is_given_it() -> None:
    submission, rita = factories.in_review(), factories.rita()
    own = factories.robin()  # a reviewer whose organisation submitted it

    assert why_not(rita, submission, own) == "robin may not review it."
    assert why_not(rita, submission, factories.ada()) == "ada may not review it."
    assert why_not(factories.petra(), submission, rita) == "Only reviewers do this."
    factories.ralf()
    assert [user.username for user in reviewers_of(submission)] == ["ralf", "rita"]


def test_what_is_in_no_review_is_not_assigned() -> None:
    assert why_not(factories.ada(), factories.returned(), factories.rita())


def test_the_page_assigns_or_says_why_not(client: Client) -> None:
    submission, ralf = claimed_by_rita(), factories.ralf()
    client.force_login(ralf)
    address = reverse("assign", args=[submission.pk])
    assert (
        "Take over or assign…"
        in client.get(reverse("review", args=[submission.pk])).content.decode()
    )
    assert "has claimed it." in client.get(address).content.decode()

    denied = client.post(address, {"to": ralf.pk})
    sent_on = client.post(address, {"to": ralf.pk, "comment": "Rita is ill."})

    assert (denied.status_code, sent_on.status_code) == (422, 302)
    assert "Say why: rita has claimed it." in denied.content.decode()
    assert factories.again(submission).claimed_by == ralf
