"""The queue shows reviewers whose turn it is, and finds what they ask for by an address."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.actions import reviewing
from tests import factories

pytestmark = pytest.mark.django_db


def titles(page: str) -> list[str]:
    """The submissions of a page, or of a part of one, from top to bottom."""
    return re.findall(r'<a href="/review/\d+/" translate="no">([^<]*)</a>', page)


def sections(page: str) -> dict[str, list[str]]:
    parts = re.split(r'<h2 id="s-(\w+)">', page)[1:]
    return {name: titles(part) for name, part in zip(parts[::2], parts[1::2], strict=True)}


def queue_of(client: Client, asked: str = "") -> str:
    answer = client.get(reverse("queue") + asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def rita_asks(client: Client) -> Client:
    client.force_login(factories.rita())
    return client


def test_each_submission_stands_where_its_turn_is(rita_asks: Client) -> None:
    mine = factories.in_review(version="1")
    factories.in_review(version="2")
    theirs = factories.in_review(version="3")
    returned = factories.in_review(version="4")
    rejected = factories.in_review(version="5")
    reviewing.claim(by=factories.rita(), submission=mine)
    reviewing.claim(by=factories.ralf(), submission=theirs)
    reviewing.return_to_partner(
        by=factories.rita(), submission=returned, revision=1, comment="Fix it."
    )
    reviewing.reject(by=factories.rita(), submission=rejected, revision=1, comment="No.")

    assert sections(queue_of(rita_asks)) == {
        "yours": ["harbour 1"],
        "unclaimed": ["harbour 2"],
        "waiting": ["harbour 4"],
        "decided": ["harbour 5"],
    }


def test_an_empty_queue_says_so(rita_asks: Client) -> None:
    assert "Nothing waits for a reviewer." in queue_of(rita_asks)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?q=harbour+1.4", ["harbour 1.4.0"]),
        ("?q=acme", ["harbour 1.4.0", "harbour 2.0.0"]),
        ("?q=globex", []),
        ("?state=returned", ["harbour 2.0.0"]),
        ("?state=in_review&kind=helm", ["harbour 1.4.0"]),
        ("?kind=operator", []),
        ("?mine=on", []),
        ("?sort=title", ["harbour 1.4.0", "harbour 2.0.0"]),
        ("?sort=newest", ["harbour 2.0.0", "harbour 1.4.0"]),
        ("?q=nonsense&state=nonsense&sort=nonsense&page=x", []),
    ],
)
def test_what_is_asked_for_stands_in_the_address(
    asked: str, found: list[str], rita_asks: Client
) -> None:
    factories.in_review()
    returned = factories.in_review(version="2.0.0")
    reviewing.return_to_partner(
        by=factories.rita(), submission=returned, revision=1, comment="Fix it."
    )

    assert titles(queue_of(rita_asks, asked)) == found


def test_what_fits_nothing_offers_the_way_back(rita_asks: Client) -> None:
    page = queue_of(rita_asks, "?q=nothing")
    assert "No submission matches" in page
    assert 'value="nothing"' in page


def test_what_ones_own_organisation_submitted_is_for_others(client: Client) -> None:
    factories.in_review()
    client.force_login(factories.robin())

    page = queue_of(client)

    assert titles(page) == ["harbour 1.4.0"]
    assert "your own: reviewed by others" in page
    assert "data-claim" not in page


@pytest.mark.parametrize("asked", ["", "?sort=oldest"])
def test_a_longer_queue_takes_no_more_queries(asked: str, rita_asks: Client) -> None:
    def taken() -> int:
        with CaptureQueriesContext(connection) as queries:
            queue_of(rita_asks, asked)
        return len(queries)

    factories.in_review(version="1")
    one = taken()
    for version in ("2", "3", "4"):
        factories.in_review(version=version)

    assert taken() == one
    assert one <= 27
