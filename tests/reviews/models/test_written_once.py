"""The log and the decisions are never altered: not by the program, not in the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError

from reviews.models import Decision, Event
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


@pytest.mark.parametrize("table", ["reviews_event", "reviews_decision"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET verb = 'approve'", "DELETE FROM {}"])
def test_the_database_itself_refuses(table: str, deed: str) -> None:
    submission = factories.in_review()
    factories.decide(submission, "approve", factories.unit_of(submission, "OSC-ANN-001"))

    with (
        pytest.raises(DatabaseError, match=f"{table} is written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed.format(table))

    assert Decision.objects.count() == 1


@pytest.mark.parametrize("who", ["petra", "rita"])
def test_nobody_who_did_something_can_be_removed(who: str) -> None:
    factories.decided(factories.in_review())

    with pytest.raises((ProtectedError, models.RestrictedError)):
        getattr(factories, who)().delete()
