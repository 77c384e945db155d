"""The log is sealed range by range, and whoever alters what is sealed is found out."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from reviews.jobs import sealing
from reviews.jobs.sealing import seal_log
from reviews.models import Event, Seal
from reviews.queries.seals import broken_seals
from tests import factories

pytestmark = pytest.mark.django_db
OLD = timezone.now() - timedelta(days=1)


def _log(count: int = 3, at: datetime = OLD) -> list[int]:
    """So many events that happened at some time; their numbers."""
    submission = factories.submitted(version=f"1.{Event.objects.count()}")
    made = [
        Event.objects.create(submission=submission, verb="view", at=at, detail={"n": n, "é": 0.5})
        for n in range(count)
    ]
    return [event.pk for event in made]


@pytest.fixture
def _old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event counts as finished."""
    monkeypatch.setattr(sealing, "_FINISHED", timedelta(seconds=-60))


def _unguarded(statement: str) -> None:
    """What only the owner of the tables can do."""
    deeds = ["update", "delete", "insert"]
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE reviews_event DISABLE TRIGGER USER")
        else:
            for deed in deeds:
                cursor.execute(f"DROP TRIGGER reviews_event_no_{deed}")
        cursor.execute(statement)


def _verify(*arguments: str) -> tuple[int, list[str]]:
    from io import StringIO  # noqa: PLC0415 - where it is needed

    said = StringIO()
    try:
        call_command("verify_log", *arguments, stdout=said)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue().splitlines()
    return 0, said.getvalue().splitlines()


@pytest.mark.usefixtures("_old")
def test_the_first_seal_covers_the_past_and_the_next_goes_on_from_it() -> None:
    numbers = _log()
    first = seal_log()
    assert first is not None
    assert (first.first, first.last, first.previous) == (1, numbers[-1], "")
    assert seal_log() is None

    more = _log()
    assert seal_log() is None  # an hour has not passed
    sealing_at_once = pytest.MonkeyPatch()
    with sealing_at_once.context() as soon:
        soon.setattr(sealing, "_SOON", 1)
        second = seal_log()

    assert second is not None
    assert (second.first, second.last) == (first.last + 1, more[-1])
    assert second.previous == first.sha256
    assert list(broken_seals()) == []
    assert _verify() == (0, [f"2 seals fit, up to event {more[-1]}"])


def test_what_may_still_be_written_is_not_sealed() -> None:
    _log(at=timezone.now())

    assert seal_log() is None
    assert _verify() == (0, ["nothing is sealed yet"])


def test_an_event_from_a_clock_that_was_wrong_does_not_let_later_ones_be_missed() -> None:
    with pytest.MonkeyPatch.context() as old:
        old.setattr(sealing, "_FINISHED", timedelta(hours=1))
        _log(2, at=timezone.now() - timedelta(minutes=30))
        _log(2)
        assert seal_log() is None


@pytest.mark.usefixtures("_old")
@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE reviews_event SET verb = 'submit' WHERE id = {last}", "an event was altered"),
        ("UPDATE reviews_event SET detail = '{{}}' WHERE id = {last}", "an event was altered"),
        (
            "UPDATE reviews_event SET by_id = (SELECT MIN(id) FROM auth_user) WHERE id = {last}",
            "an event was altered",
        ),
        ("DELETE FROM reviews_event WHERE id = {last}", "there are 3 events, and 4 were sealed"),
    ],
)
def test_what_is_altered_after_all_is_found(statement: str, reason: str) -> None:
    last = _log()[-1]
    seal = seal_log()
    assert seal is not None

    _unguarded(statement.format(last=last))

    (broken,) = broken_seals()
    assert (broken.first, broken.last, str(broken.reason)) == (seal.first, seal.last, reason)
    assert _verify() == (1, [f"events {seal.first} to {seal.last}: {reason}"])


@pytest.mark.usefixtures("_old")
def test_a_seal_that_was_exported_must_be_there(tmp_path: Path) -> None:
    _log()
    seal = seal_log()
    assert seal is not None
    file = tmp_path / "seal.json"

    exported = _verify("--export", str(file))
    kept = _verify("--against", str(file))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"sha256": "0" * 64}))
    forged = _verify("--against", str(file))

    fit = f"1 seals fit, up to event {seal.last}"
    assert exported == (
        0,
        [fit, f"the newest seal is in {file}: keep it where the portal cannot write"],
    )
    assert kept == (0, [f"the seal in {file} is there", fit])
    assert forged == (1, [f"the seal in {file} is not there, or is another one", fit])
    file.write_text("nothing")
    with pytest.raises(CommandError, match="is no exported seal"):
        _verify("--against", str(file))


def test_there_is_no_seal_to_export_yet(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no seal to export"):
        _verify("--export", str(tmp_path / "seal.json"))
    assert not Seal.objects.exists()
