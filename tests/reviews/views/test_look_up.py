"""The page says what the registry has, and reviewers have it asked again."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import LookUp, RegistryLookup, Submission
from reviews.pipeline.core.messages import _
from tests import factories

pytestmark = pytest.mark.django_db
REGISTRY = "registry.example.com"
WORDS = "web:1.4.0 is there already with another image."


@pytest.fixture
def submission() -> Submission:
    """In review, its registry asked: one of two addresses is there."""
    submission = factories.in_review()
    revision = submission.current
    assert revision is not None
    web = f"{revision.held_to.registry}/{revision.held_to.organization}/web:1.4.0"
    for reference, found in ((web, True), ("worker:1.4.0", False)):
        RegistryLookup.objects.create(revision=revision, reference=reference, found=found)
    LookUp.objects.create(
        revision=revision,
        address=f"https://{REGISTRY}",
        finished_at=timezone.now(),
        obstacles=[{"reference": web, "words": _(WORDS).dump()}],
    )
    return submission


def _seen(client: Client, by: User, name: str, submission: Submission) -> str:
    client.force_login(by)
    answer = client.get(reverse(name, args=[submission.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())))


def test_partner_and_reviewer_read_what_is_there_and_what_is_in_the_way(
    client: Client, submission: Submission
) -> None:
    partners = _seen(client, factories.petra(), "images", submission)
    reviewers = _seen(client, factories.rita(), "review", submission)

    said = f"{REGISTRY} has 1 of 2 addresses."
    assert [said in page for page in (partners, reviewers)] == [True, True]
    assert (partners.count(WORDS), reviewers.count(WORDS)) == (1, 2)
    assert ["Ask the registry again" in page for page in (partners, reviewers)] == [False, True]


def test_a_reviewer_has_it_asked_again_and_stays_where_it_was_asked(
    client: Client, submission: Submission
) -> None:
    client.force_login(factories.rita())
    ask = reverse("ask-registry", args=[submission.pk])
    LookUp.objects.update(trouble=_("It does not answer.").dump())
    before = _seen(client, factories.rita(), "images", submission)

    from_images = client.post(ask)
    again = client.post(ask, {"review": "1"})

    assert "The registry could not be asked: It does not answer." in before
    assert from_images["Location"] == reverse("images", args=[submission.pk])
    assert again["Location"] == reverse("review", args=[submission.pk])
    page = _seen(client, factories.rita(), "review", submission)
    assert "The registry is being asked what it has." in page
    assert "It is being asked now." in page


def test_a_partner_does_not_have_it_asked(client: Client, submission: Submission) -> None:
    client.force_login(factories.petra())

    client.post(reverse("ask-registry", args=[submission.pk]))

    assert LookUp.objects.get().finished_at is not None
    page = _seen(client, factories.petra(), "images", submission)
    assert "Only reviewers and administrators do this." in page
