"""The list of submissions and the log."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.actions import submitting
from reviews.states import Turn
from reviews.views.submissions import summary
from tests import factories
from tests.reviews.spoken import spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def petra(client: Client) -> Client:
    client.force_login(factories.petra())
    return client


def _titles(client: Client, query: str = "") -> list[str]:
    page = client.get(reverse("submissions") + query).content.decode()
    return re.findall(r'<td><a href="/submissions/\d+/" translate="no">([^<]*)</a>', page)


def test_before_the_first_submission_the_page_says_what_to_do(petra: Client) -> None:
    page = petra.get(reverse("submissions")).content.decode()

    assert "No submissions yet" in page
    assert f'href="{reverse("new-submission")}"' in page
    assert f'action="{reverse("demo-package")}"' in page


def test_whoever_belongs_nowhere_sees_whom_to_ask(client: Client) -> None:
    client.force_login(factories.person("noor"))

    page = client.get(reverse("submissions")).content.decode()

    assert "an administrator can add you to one" in page
    assert reverse("demo-package") not in page


def test_what_moved_last_stands_on_top(petra: Client) -> None:
    for version in ("1.0.0", "2.0.0"):
        factories.submitted(version=version)

    assert _titles(petra) == ["harbour 2.0.0", "harbour 1.0.0"]
    assert _titles(petra, "?sort=oldest") == ["harbour 1.0.0", "harbour 2.0.0"]


@pytest.mark.parametrize("asked", ["深圳", "ＨＡＲＢＯＵＲ　２.0", "深圳软件　harbour"])
def test_words_are_found_whatever_the_width_of_their_letters(asked: str) -> None:
    client = Client()
    client.force_login(factories.person("li", member_of="深圳软件"))
    submitting.submit(
        by=factories.person("li"),
        organisation=factories.organisation("深圳软件"),
        service="harbour",
        version="2.0.0",
        file_name="harbour.zip",
        content=[b"no archive"],
    )

    assert _titles(client, f"?q={asked}") == ["harbour 2.0.0"]


def test_the_list_is_narrowed_by_state_and_words(petra: Client) -> None:
    factories.submitted(version="1.0.0")
    factories.in_review(version="2.0.0")

    assert _titles(petra, "?state=in_review") == ["harbour 2.0.0"]
    assert _titles(petra, "?q=harbour+1.0") == ["harbour 1.0.0"]
    assert _titles(petra, "?kind=operator") == []
    assert "No submission matches this search." in (
        petra.get(reverse("submissions") + "?q=nothing").content.decode()
    )


def test_others_see_nothing_of_it(client: Client) -> None:
    factories.submitted()
    client.force_login(factories.paul())

    assert _titles(client) == []


def test_a_page_of_fifty_asks_the_database_no_more_than_a_page_of_one(petra: Client) -> None:
    factories.submitted(version="0.0.0")
    petra.get(reverse("submissions"))
    with CaptureQueriesContext(connection) as one:
        petra.get(reverse("submissions"))
    for number in range(51):
        factories.submitted(b"no archive", version=f"1.0.{number}")
    with CaptureQueriesContext(connection) as many:
        titles = _titles(petra)

    assert len(titles) == 50
    assert len(many) == len(one)
    assert _titles(petra, "?page=2") == ["harbour 1.0.0", "harbour 0.0.0"]


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ({}, ""),
        ({Turn.PARTNER: 1}, "1 needs the partner"),
        ({Turn.PARTNER: 2, Turn.REVIEWER: 1}, "2 need the partner, 1 is in review"),
        (
            {Turn.PORTAL: 3, Turn.ADMINISTRATOR: 1, Turn.NOBODY: 9},
            "3 are being worked on, 1 waits for the administrators",
        ),
    ],
)
def test_one_sentence_shows_what_waits_for_whom(turns: dict[Turn, int], words: str) -> None:
    assert summary(dict.fromkeys(Turn, 0) | turns, is_partner=False) == words


def test_the_log_shows_of_what_one_may_see_and_nothing_else(client: Client) -> None:
    factories.submitted()
    words = "submitted harbour-1.4.0.zip"

    seen = {}
    for user in (factories.petra(), factories.rita(), factories.ada(), factories.paul()):
        client.force_login(user)
        seen[str(user)] = words in spoken(client.get(reverse("log")).content.decode())

    assert seen == {"petra": True, "rita": True, "ada": True, "paul": False}


def test_the_log_goes_on_over_pages(petra: Client) -> None:
    for number in range(51):
        factories.submitted(b"no archive", version=f"1.0.{number}")

    first = petra.get(reverse("log")).content.decode()
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    page = petra.get(reverse("log") + older).content.decode()
    (newer,) = re.findall(r'rel="prev" href="([^"]+)"', page)

    assert spoken(page).count("submitted harbour-1.4.0.zip") == 1
    assert 'rel="next"' not in page
    again = petra.get(reverse("log") + newer).content.decode()
    assert spoken(again).count("submitted harbour-1.4.0.zip") == 50
    assert 'rel="prev"' not in again
