"""What is known and accepted for a service fills in a dismissal, and decides nothing by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions import ActionDenied
from reviews.actions.accepting import Scope, accept, end_acceptance
from reviews.models import Acceptance, Decision, Event, Finding, PortalPolicy, Submission
from reviews.queries.acceptances import accepted_units
from reviews.queries.review import review_of
from reviews.visibility import INSIDER
from tests import factories

pytestmark = pytest.mark.django_db

RULE = "OSC-HELM-008"


def _until(days: int = 30) -> date:
    return timezone.localdate() + timedelta(days=days)


def _accepted(submission: Submission, **scope: str) -> Acceptance:
    return accept(
        by=factories.ada(),
        service=submission.service,
        scope=Scope(RULE, **scope),
        until=_until(),
        reason="Planned for 2.0.",
    )


def _finding(submission: Submission, rule: str = RULE) -> Finding:
    return Finding.objects.get(revision=submission.current, rule=rule)


def _found(submission: Submission) -> dict[str, Acceptance]:
    assert submission.current is not None
    return dict(accepted_units(review_of(submission.current, INSIDER), INSIDER))


def test_it_fills_in_the_dismissal_of_the_reviewer(client: Client) -> None:
    submission = factories.in_review()
    before = submission.errors
    acceptance = _accepted(submission)
    unit = factories.unit_of(submission, RULE)
    client.force_login(factories.rita())

    page = client.get(reverse("review", args=[submission.pk])).content.decode()
    assert _found(submission) == {unit: acceptance}
    assert not Decision.objects.exists()
    sent = {"revision": 1, "units": unit, "verb": "reject", "accepted": acceptance.pk}
    client.post(reverse("decide", args=[submission.pk]), sent)

    assert "Dismiss as accepted" in page
    assert "Planned for 2.0." in page
    decision = Decision.objects.get()
    assert (decision.verb, decision.reason, decision.comment, str(decision.by)) == (
        "reject",
        "accepted-risk",
        "Planned for 2.0.",
        "rita",
    )
    assert factories.again(submission).errors == before
    verbs = Event.objects.filter(verb__endswith="accept").values_list("verb", flat=True)
    assert list(verbs) == ["accept"]
    assert Event.objects.filter(verb="use_acceptance").count() == 1


def test_it_fits_the_file_in_every_version_of_the_package() -> None:
    submission = factories.in_review()
    inner = _finding(submission).file.rpartition("!/")[2]

    assert _accepted(submission, file=inner).pk in {each.pk for each in _found(submission).values()}


@pytest.mark.parametrize("scope", [{"file": "other/*"}, {"path": "image.*"}])
def test_it_is_not_used_for_others(scope: dict[str, str]) -> None:
    submission = factories.in_review()
    _accepted(submission, **scope)

    assert _found(submission) == {}


def test_one_that_has_expired_or_ended_is_not_used() -> None:
    submission = factories.in_review()
    expired, ended = _accepted(submission), _accepted(submission)
    Acceptance.objects.filter(pk=expired.pk).update(until=_until(-1))
    end_acceptance(by=factories.ada(), acceptance=ended)
    unit = factories.unit_of(submission, RULE)

    assert _found(submission) == {}
    for each in (expired, ended):
        with pytest.raises(ActionDenied, match="has ended or does not fit"):
            factories.decide(submission, "reject", unit, acceptance=each.pk)
    assert Event.objects.filter(verb="end_acceptance").count() == 1


def test_only_administrators_record_one(client: Client) -> None:
    submission = factories.in_review()
    finding = _finding(submission)
    address = reverse("accept", args=[submission.pk, finding.position])
    sent = {"rule": RULE, "until": _until().isoformat(), "reason": "Known.", "file": "", "path": ""}

    answers = []
    for who in (factories.petra, factories.rita, factories.ada):
        client.force_login(who())
        answers.append(client.post(address, sent).status_code)
    with pytest.raises(ActionDenied, match=r"Only administrators do this\."):
        accept(
            by=factories.rita(),
            service=submission.service,
            scope=Scope(RULE),
            until=_until(),
            reason="Known.",
        )

    assert answers == [404, 404, 302]
    assert Acceptance.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"until": _until(-1).isoformat()}, "This day has passed: choose a later one."),
        ({"until": "soon"}, "Enter a valid date."),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_at_the_form(
    changed: dict[str, str], words: str, client: Client
) -> None:
    submission = factories.in_review()
    finding = _finding(submission)
    client.force_login(factories.ada())
    address = reverse("accept", args=[submission.pk, finding.position])
    sent = {"rule": RULE, "until": _until().isoformat(), "reason": "Known."} | changed

    answer = client.post(address, sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_what_is_never_accepted_is_not_offered_and_says_why(client: Client) -> None:
    submission = factories.in_review()
    unshipped = _finding(submission, "OSC-PKG-008")
    address = reverse("accept", args=[submission.pk, unshipped.position])
    client.force_login(factories.ada())

    page = client.get(reverse("submission", args=[submission.pk])).content.decode()
    answer = client.post(address, {"rule": "-", "until": _until().isoformat(), "reason": "Known."})

    assert (address in page, answer.status_code) == (False, 422)
    assert "it cannot be accepted" in answer.content.decode()


def test_the_partner_reads_on_the_card_that_it_is_accepted_and_by_no_name(client: Client) -> None:
    submission = factories.in_review()
    acceptance = _accepted(submission)
    address = reverse("submission", args=[submission.pk])
    client.force_login(factories.petra())
    said = f"Known and accepted until {acceptance.until}, says "

    page = client.get(address).content.decode()
    printed = client.get(reverse("printed-report", args=[submission.pk, 1])).content.decode()
    PortalPolicy.objects.update_or_create(defaults={"shows_reviewers": True})
    named = client.get(address).content.decode()
    end_acceptance(by=factories.ada(), acceptance=acceptance)
    ended = client.get(address).content.decode()

    for each in (page, printed):
        assert each.count(f"{said}an administrator:") == 1
        assert each.count("Planned for 2.0.") == 1
        assert "ada" not in each
    assert f'{said}<span translate="no">ada</span>:' in named
    assert said not in ended


def test_an_earlier_revision_does_not_speak_of_what_is_accepted_now(client: Client) -> None:
    submission = factories.returned()
    _accepted(submission)
    factories.examined(factories.revised(submission))
    client.force_login(factories.petra())

    earlier = client.get(reverse("revision", args=[submission.pk, 1])).content.decode()

    assert "Known and accepted" not in earlier
