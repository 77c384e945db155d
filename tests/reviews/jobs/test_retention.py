"""Originals are removed when their time is over; what was released, and every record, is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from reviews import storage
from reviews.actions import submitting
from reviews.demo_package import demo_package
from reviews.jobs.retention import purge
from reviews.models import Event, Revision, Submission
from reviews.templatetags.event_words import event_comment, event_sentence
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy(settings: Settings) -> None:
    settings.PORTAL_RETENTION = {"withdrawn": 30, "refused": 60, "superseded": 90}


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock forward, by so many days from now."""
    real = timezone.now

    def set_forward(days: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=days))

    return set_forward


def _package(number: int) -> bytes:
    return demo_package() + b" " * number


def _is_there(revision: Revision | None) -> bool:
    assert revision is not None
    return storage.local_path(revision.original).exists()


def _purged() -> list[tuple[str, int, str]]:
    return [
        (event.submission.title, event.revision.number, event.detail["reason"])
        for event in Event.objects.filter(verb="purge").select_related("submission", "revision")
        if event.revision is not None
    ]


def _withdrawn(version: str, number: int) -> Submission:
    submission = factories.submitted(_package(number), version)
    submitting.withdraw(by=factories.petra(), submission=submission)
    return factories.again(submission)


def test_each_reason_has_its_days(forward: Callable[[int], None]) -> None:
    withdrawn = _withdrawn("1", 1)
    refused = factories.in_review(b"no archive at all", "2")
    revised = factories.revised(factories.in_review(version="3"), shipping_package())
    waiting = factories.in_review(shipping_package(), "4")

    seen = []
    for days in (29, 31, 59, 61, 89, 91, 1000):
        forward(days)
        seen.append((days, purge()))

    assert seen == [(29, 0), (31, 1), (59, 0), (61, 1), (89, 0), (91, 1), (1000, 0)]
    assert _purged() == [
        ("harbour 1", 1, "withdrawn"),
        ("harbour 2", 1, "refused"),
        ("harbour 3", 1, "superseded"),
    ]
    first = revised.revisions.get(number=1)
    assert [_is_there(each) for each in (withdrawn.current, refused.current, first)] == [False] * 3
    assert [_is_there(each) for each in (revised.current, waiting.current)] == [True, True]
    assert storage.local_path(first.report).exists()


def test_what_was_released_is_never_removed(forward: Callable[[int], None]) -> None:
    submission = factories.released()
    kept = Revision.objects.get()

    forward(10_000)

    assert purge() == 0
    assert _is_there(kept)
    # Not even if it were superseded one day.
    newer = Revision.objects.create(
        submission=submission,
        number=2,
        uploaded_by=factories.petra(),
        uploaded_at=kept.uploaded_at,
        size=1,
        policy=kept.policy,
    )
    Submission.objects.update(current=newer)
    assert purge() == 0


def test_nothing_is_removed_without_a_policy(
    settings: Settings, forward: Callable[[int], None]
) -> None:
    settings.PORTAL_RETENTION = {}
    submission = factories.withdrawn()
    forward(10_000)

    assert (purge(), _is_there(submission.current)) == (0, True)


def test_while_a_backup_is_made_nothing_is_removed(forward: Callable[[int], None]) -> None:
    submission = factories.withdrawn()
    forward(31)

    with storage.removals_paused(wait=True):
        assert (purge(), _is_there(submission.current)) == (0, True)
    assert (purge(), _is_there(submission.current)) == (1, False)


def test_content_that_another_revision_has_is_kept(forward: Callable[[int], None]) -> None:
    withdrawn = _withdrawn("1", 1)
    waiting = factories.submitted(_package(1), "2")
    assert waiting.current is not None
    assert withdrawn.current is not None
    assert withdrawn.current.original == waiting.current.original
    forward(31)

    assert (purge(), _is_there(waiting.current)) == (1, True)

    submitting.withdraw(by=factories.petra(), submission=factories.again(waiting))
    forward(70)
    assert (purge(), _is_there(waiting.current)) == (1, False)


def test_a_file_that_was_stored_again_lately_waits_for_its_records(
    forward: Callable[[int], None],
) -> None:
    submission = _withdrawn("1", 1)
    Submission.objects.update(waiting_since=timezone.now() - timedelta(days=31))
    storage.keep([_package(1)], "originals", suffix=".zip")

    assert (purge(), _is_there(submission.current)) == (1, True)

    forward(2)
    assert (purge(), _is_there(submission.current)) == (0, False)


def test_its_page_says_what_became_of_the_file(
    client: Client, forward: Callable[[int], None]
) -> None:
    submission = factories.in_review()
    submitting.withdraw(by=factories.petra(), submission=submission)
    forward(31)
    purge()
    client.force_login(factories.petra())

    pages = {
        name: client.get(reverse(name, args=[submission.pk]))
        for name in ("submission", "changes", "images", "files", "history")
    }

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    for page in pages.values():
        assert "as the retention policy of the portal wants it" in page.content.decode()
        assert b"download/original" not in page.content
    history = pages["history"].content.decode()
    assert "removed the file of revision 1, which was withdrawn for 30 days" in history
    for artifact in ("original", "proposed", "mapping"):
        address = reverse("download", args=[submission.pk, 1, artifact])
        assert client.get(address).status_code == 404
    event = Event.objects.get(verb="purge")
    assert event_comment(event, {}) == ""
    assert event_sentence(event).startswith("removed the file of revision 1")
