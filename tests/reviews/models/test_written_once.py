"""The log and the decisions are never altered: not by the program, not in the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from reviews.models import Comment, Event, PortalEvent, Release, Seal
from reviews.models.append_only import WrittenOnce
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    factories.submitted()
    return Event.objects.get()


def test_a_record_that_is_written_is_not_saved_again(event: Event) -> None:
    event.verb = "approve"

    with pytest.raises(WrittenOnce):
        event.save()


def test_a_record_is_not_deleted(event: Event) -> None:
    with pytest.raises(WrittenOnce):
        event.delete()


def test_records_are_not_changed_or_deleted_by_the_set(event: Event) -> None:
    found = Event.objects.filter(pk=event.pk)

    with pytest.raises(WrittenOnce):
        found.update(verb="approve")
    with pytest.raises(WrittenOnce):
        found.delete()


def _everything() -> None:
    """A row of each kind, and a release that is finished."""
    submission = factories.released()
    assert submission.current is not None
    Comment.objects.create(revision=submission.current, by=factories.rita(), text="Well done.")
    Seal.objects.create(first=1, last=1, events=1, sha256="0" * 64)
    PortalEvent.objects.create(verb="invite")
    connection.check_constraints()  # PostgreSQL empties no table whose references it has to check


def _refused(statement: str, words: str) -> bool:
    with (
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return True


def _replacing(table: str) -> str:
    """What replaces every row of a table: each database has its own way."""
    if connection.vendor == "postgresql":
        return f"TRUNCATE {table} CASCADE"
    return f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608 - our own table


@pytest.mark.parametrize("table", ["event", "decision", "comment", "seal", "portalevent"])
def test_the_database_itself_refuses(table: str) -> None:
    _everything()
    words = f"reviews_{table} is written once"

    assert _refused(f"UPDATE reviews_{table} SET id = id + 1000", words)  # noqa: S608 - our own table
    assert _refused(f"DELETE FROM reviews_{table}", words)  # noqa: S608 - as above
    assert _refused(_replacing(f"reviews_{table}"), "is written once")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it is a way of SQLite")
def test_a_seal_is_not_replaced_by_another_with_the_same_beginning() -> None:
    _everything()

    assert _refused(
        "INSERT OR REPLACE INTO reviews_seal (at, first, last, events, sha256, previous)"
        " VALUES ('2026-11-01', 1, 9, 9, '', '')",
        "reviews_seal is written once",
    )


@pytest.mark.parametrize(
    "change",
    [
        "revision_id = revision_id + 1",
        "approved_by_id = approved_by_id + 1",
        "edits = '[]'",
        "archive = 'another'",
        "sha256 = 'another'",
        "size = size + 1",
        "finished_at = NULL",
    ],
)
def test_of_a_finished_release_what_was_approved_and_made_is_final(change: str) -> None:
    _everything()

    words = "reviews_release is final once it is finished"
    assert _refused(f"UPDATE reviews_release SET {change}", words)  # noqa: S608 - our own table


def test_a_finished_release_is_neither_deleted_nor_replaced() -> None:
    _everything()

    assert _refused("DELETE FROM reviews_release", "is final once it is finished")
    assert _refused(_replacing("reviews_release"), "is final|is written once")


def test_what_jobs_note_on_a_release_is_written_before_and_after_its_end() -> None:
    submission = factories.decided(factories.in_review())
    assert submission.current is not None
    release = Release.objects.create(
        revision=submission.current,
        approved_by=factories.rita(),
        findings_seen="",
        edits=[],
        expected={},
    )

    begun = Release.objects.filter(pk=release.pk).update(archive="a", attempts=1, size=1)
    ended = Release.objects.filter(pk=release.pk).update(finished_at=timezone.now(), archive="b")
    noted = Release.objects.filter(pk=release.pk).update(failure="", lease_until=None)

    assert (begun, ended, noted) == (1, 1, 1)


@pytest.mark.parametrize("who", ["petra", "rita"])
def test_nobody_who_did_something_can_be_removed(who: str) -> None:
    factories.decided(factories.in_review())

    with pytest.raises((ProtectedError, models.RestrictedError)):
        getattr(factories, who)().delete()
