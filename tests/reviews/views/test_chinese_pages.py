"""A Chinese reader sees no English sentence, on any page, whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviews.actions import reviewing
from reviews.models import Submission
from reviews.pipeline.core.messages import _
from tests import factories
from tests.catalogue.english import NAMES, english_in, english_in_page, with_marked_names

pytestmark = pytest.mark.django_db

OF_ALL = (
    *("help", "login", "rules", "password_reset", "password_reset_done"),
    "password_reset_complete",
)
OF_SIGNED_IN = (
    *("log", "submissions", "new-submission", "password_change", "password_change_done"),
)
OF_A_SUBMISSION = (
    *("submission", "changes", "images", "files", "release", "history", "revise", "withdraw"),
)
OF_THE_ADMINISTRATOR = ("organisation", "submission", "registrytarget", "user", "group")

OF_DJANGO = frozenset(
    [
        "Acme",
        "ada",
        "petra",
        "rita",
        "harbour",
        "reviewers",
        "Search",
        "True",
        "False",
        "LDAP",
        "Mac",
        "Command",
    ]
)
"""What Django's own administration has in no other language, and names on its pages."""


@pytest.fixture(autouse=True)
def _names_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    with_marked_names(monkeypatch)


def _client(user: User | None) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    if user is not None:
        client.force_login(user)
    return client


def _story() -> tuple[Submission, ...]:
    """Submissions that a reviewer has worked on, one of them released."""
    released = factories.released()
    returned = factories.in_review(version="2.0.0")
    factories.decide(returned, "reject", factories.unit_of(returned, "OSC-HELM-008"))
    reviewing.return_to_partner(
        by=factories.rita(), submission=returned, revision=1, comment="请修复。"
    )
    waiting = factories.in_review(version="3.0.0")
    return released, factories.again(returned), waiting, factories.submitted(version="4.0.0")


def _pages(names: Iterable[str], *given: object) -> Iterator[str]:
    yield from (reverse(name, args=given) for name in names)


def _of_partner(story: Sequence[Submission]) -> Iterator[str]:
    yield from _pages(OF_SIGNED_IN)
    yield from _pages(["service"], story[0].service_id)
    query = urlencode({"from": story[0].pk, "to": story[2].pk})
    yield reverse("compare-versions", args=[story[0].service_id]) + f"?{query}"
    yield reverse("printed-report", args=[story[1].pk, 1])
    for submission in story:
        yield from _pages(OF_A_SUBMISSION, submission.pk)


def _of_reviewer(story: Sequence[Submission]) -> Iterator[str]:
    yield from _pages(["queue", "submissions"])
    for submission in story[:3]:
        yield from _pages(["review", "submission"], submission.pk)


def _of_administrator(story: Sequence[Submission]) -> Iterator[str]:
    yield from _pages(["admin:index"])
    for name in OF_THE_ADMINISTRATOR:
        app = "auth" if name in {"user", "group"} else "reviews"
        yield reverse(f"admin:{app}_{name}_changelist")
        if name in {"organisation", "registrytarget", "user"}:
            yield reverse(f"admin:{app}_{name}_add")
    yield from _pages(["submission", "release"], story[0].pk)


def test_no_page_has_an_english_word() -> None:
    story = _story()
    read = {
        None: [*_pages(OF_ALL), "/nowhere/"],
        factories.petra(): _of_partner(story),
        factories.rita(): _of_reviewer(story),
        factories.ada(): _of_administrator(story),
    }
    found: dict[str, str] = {}
    for person, addresses in read.items():
        client = _client(person)
        for address in addresses:
            page = client.get(address, follow=True)
            for word in english_in_page(page.content.decode(), NAMES | OF_DJANGO):
                found.setdefault(word, address)

    assert found == {}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>中文 <b>Apply</b> it</p>", ["Apply", "it"]),
        ('<button title="Close">关闭</button>', ["Close"]),
        ('<p translate="no">Close <b>it</b></p>是', []),
        ("<p>使用 <code>helm lint</code>，见 registry.example.com/etcd:3.5</p>", []),
        ("<p>写为“type: application”</p>", []),
        ("<img alt='Close'>", ["Close"]),
    ],
)
def test_english_words_of_a_page_are_found(page: str, words: list[str]) -> None:
    assert english_in_page(page) == words


def test_a_name_that_fills_a_message_is_no_english_word() -> None:
    assert list(english_in(_("The file %(name)s", name="the file").text())) == ["The", "file"]
