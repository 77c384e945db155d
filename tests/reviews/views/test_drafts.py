"""What partners are shown of a review: nothing of it before the verdict, at no address."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from reviews.actions import conversing, reviewing
from reviews.actions.downloads import Artifact
from reviews.actions.transitions import transition
from reviews.models import PortalPolicy, Submission
from reviews.pipeline import MAPPING_UNIT
from reviews.templatetags import event_words
from reviews.visibility import DRAFT_VERBS, SHOWN_VERBS
from tests import factories

pytestmark = pytest.mark.django_db

_PAGES = (
    *("submission", "changes", "images", "files", "release", "history", "revise", "withdraw"),
    *("conversation", "attachments", "compare"),
)
_DRAFTS = ("dismissed by plan", "the partner shall wait", "rita")
_CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|<time[^>]*>[^<]*')


def _addresses(submission: Submission) -> list[str]:
    """Every address at which one reads something of a submission."""
    numbers = range(1, submission.revisions.count() + 1)
    of_revisions = [
        address
        for number in numbers
        for address in (
            reverse("revision", args=[submission.pk, number]),
            reverse("printed-report", args=[submission.pk, number]),
            *(f"{reverse(name, args=[submission.pk])}?rev={number}" for name in _PAGES[:4]),
            *(
                reverse("download", args=[submission.pk, number, artifact.value])
                for artifact in Artifact
            ),
        )
    ]
    history = reverse("history", args=[submission.pk])
    return [
        *(reverse(name, args=[submission.pk]) for name in _PAGES),
        *(f"{history}?kind={kind}" for kind in ("decisions", "comments", "uploads", "visits")),
        f"{reverse('changes', args=[submission.pk])}?view=unified&unfold",
        reverse("progress", args=[submission.pk]),
        reverse("review", args=[submission.pk]),
        reverse("piece", args=[submission.pk]) + "?at=f-0",
        reverse("submissions"),
        reverse("submissions") + "?q=harbour",
        reverse("service", args=[submission.service_id]),
        reverse("log"),
        *(reverse("export-log", args=[form]) for form in ("csv", "json")),
        *of_revisions,
    ]


def _read(client: Client, user: User, addresses: list[str]) -> dict[str, bytes]:
    """What the user reads at each address."""
    client.cookies.clear()
    client.force_login(user)
    found = {}
    for address in addresses:
        answer = client.get(address, headers={"accept-language": "en"})
        found[address] = b"".join(answer) if answer.streaming else answer.content
        answer.close()
    return found


def _alike(found: dict[str, bytes]) -> dict[str, bytes]:
    """The pages without what differs each time, and without the logs of downloads themselves."""
    return {
        address: _CHANGING.sub(b"", content)
        for address, content in found.items()
        if "/log/" not in address and "/history/" not in address and "/proposed/" not in address
    }


def _words(found: dict[str, bytes]) -> dict[str, list[str]]:
    """At which addresses drafts are shown, and which."""
    shown = {
        address: [word for word in _DRAFTS if word.encode() in content]
        for address, content in found.items()
    }
    return {address: words for address, words in shown.items() if words}


def _planted(submission: Submission) -> None:
    """Rita decides everything and says something about it; nothing of it is shown yet."""
    factories.decided(submission)
    assert submission.current is not None
    finding = submission.current.findings.filter(has_edit=False).first()
    assert finding is not None
    factories.decide(submission, "undo", finding.unit)
    factories.decide(submission, "reject", finding.unit, comment="dismissed by plan")
    edits = submission.current.findings.filter(has_edit=True, severity="info")
    edit = edits.exclude(unit=MAPPING_UNIT).first()
    assert edit is not None
    factories.decide(submission, "reject", edit.unit, comment="dismissed by plan")
    for position in (None, finding.position):
        conversing.comment(
            by=factories.rita(),
            submission=submission,
            revision=1,
            text="the partner shall wait",
            position=position,
        )


def test_a_partner_is_shown_nothing_of_a_review_before_its_verdict(client: Client) -> None:
    submission = factories.in_review()
    addresses, petra = _addresses(submission), factories.petra()
    before = _read(client, petra, addresses)
    _planted(submission)

    during = _read(client, petra, addresses)
    own_reviewer = _read(client, factories.robin(), addresses)

    assert _words(during) == {}
    assert {word for words in _words(own_reviewer).values() for word in words} <= {"rita"}
    assert _alike(during) == _alike(before)


def test_the_verdict_shows_what_was_decided_and_no_names(client: Client) -> None:
    submission = factories.in_review()
    _planted(submission)
    reviewing.return_to_partner(
        by=factories.rita(), submission=submission, revision=1, comment="So."
    )

    found = _words(_read(client, factories.petra(), _addresses(submission)))

    shown = {word for words in found.values() for word in words}
    history = reverse("history", args=[submission.pk])
    assert shown == {"dismissed by plan", "the partner shall wait"}
    assert found[history] == ["dismissed by plan", "the partner shall wait"]
    assert found[reverse("submission", args=[submission.pk])] == found[history]
    csv = reverse("download", args=[submission.pk, 1, "report-csv"])
    client.force_login(factories.petra())
    rows = b"".join(client.get(csv, headers={"accept-language": "en"})).decode("utf-8-sig")
    assert '"dismissed"' in rows


def test_administrators_may_let_partners_read_the_names_of_reviewers(client: Client) -> None:
    submission = factories.in_review()
    _planted(submission)
    reviewing.return_to_partner(
        by=factories.rita(), submission=submission, revision=1, comment="So."
    )
    PortalPolicy.objects.create(pk=1, shows_reviewers=True)
    address = reverse("history", args=[submission.pk])

    found = _read(client, factories.petra(), [address])[address].decode()

    assert "rita" in found
    assert "looked at it" not in found
    assert "took it for review" not in found


def test_drafts_of_a_revision_that_was_never_decided_stay_hidden(client: Client) -> None:
    submission = factories.in_review()
    _planted(submission)
    submission = factories.examined(factories.revised(submission))
    addresses = _addresses(submission)

    carried = _read(client, factories.petra(), addresses)
    reviewing.return_to_partner(
        by=factories.rita(), submission=submission, revision=2, comment="Once more."
    )
    shown = _words(_read(client, factories.petra(), addresses))

    assert _words(carried) == {}
    first = reverse("revision", args=[submission.pk, 1])
    assert first not in shown
    assert {word for words in shown.values() for word in words} == {"dismissed by plan"}


def test_each_verb_of_the_log_is_known_to_be_shown_or_not() -> None:
    inside = {"view", "claim", "unclaim", "assign", "note"}

    assert {*event_words._SENTENCES, "decide"} == SHOWN_VERBS | DRAFT_VERBS | inside


def test_what_was_shown_stays_shown_when_a_package_is_in_review_again(client: Client) -> None:
    submission = factories.decided(factories.in_review())
    factories.approve(submission)
    submission = factories.again(submission)
    shown = reverse("history", args=[submission.pk]) + "?kind=decisions"
    before = _read(client, factories.petra(), [shown])[shown].count(b"A reviewer")
    _reopened(submission)
    assert submission.current is not None
    unit = submission.current.findings.filter(has_edit=True).first()
    assert unit is not None
    factories.decide(submission, "reject", unit.unit, comment="dismissed by plan")

    found = _read(client, factories.petra(), [shown])[shown]

    assert found.count(b"A reviewer") == before
    assert b"dismissed by plan" not in found


def _reopened(submission: Submission) -> None:
    with transaction.atomic():
        transition(submission, "reopen", by=None)
