"""Administrators see how the processing is, and programs whether all of it works."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import MagicMock, patch

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from reviews.jobs.sweep import sweep
from reviews.models import Heartbeat, Inspection
from reviews.models.heartbeat import SCHEDULER, report_alive
from reviews.models.run import MOST_ATTEMPTS
from reviews.queries.health import current_health, health_facts
from reviews.queries.state_counts import state_counts
from reviews.queue import app
from reviews.states import SubmissionState
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db


def test_the_health_of_the_pipeline() -> None:
    waiting = factories.submitted(version="1")
    factories.in_review(version="2")

    health = current_health()

    assert health.counts == {SubmissionState.RECEIVED: 1, SubmissionState.IN_REVIEW: 1}
    assert (health.oldest, health.running, health.overdue) == (waiting.waiting_since, 0, 0)
    assert list(health.failed) == []


def test_what_is_released_is_counted_as_what_is_left() -> None:
    factories.released()
    factories.in_review(version="2")

    assert state_counts() == {SubmissionState.RELEASED: 1, SubmissionState.IN_REVIEW: 1}


def test_archives_that_could_not_be_read_are_listed_as_failed() -> None:
    unread = factories.in_review(shipping_package())
    gone = factories.in_review(shipping_package(), version="2")
    Inspection.objects.update(attempts=MOST_ATTEMPTS)
    factories.revised(gone)

    assert list(current_health().failed) == [unread]


def _problems() -> dict[str, str]:
    return {fact.name: str(fact.problem) for fact in health_facts() if fact.problem}


def _all_report() -> None:
    report_alive("packages@here", ["analyses", "releases", "upkeep"])
    report_alive("archives@here", ["archives"])
    report_alive("publications@here", ["publications"])
    report_alive(SCHEDULER, [])


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that answers."""
    monkeypatch.setattr("reviews.queries.health.impatient_connection", MagicMock)


@pytest.mark.usefixtures("broker")
def test_nothing_is_wrong_where_everything_works() -> None:
    _all_report()

    assert _problems() == {}
    assert [fact.name for fact in health_facts()] == [
        *("database", "migrations", "broker", "storage", "disk", "scheduler", "sandbox"),
        *("queue:analyses", "queue:archives", "queue:publications"),
        *("queue:releases", "queue:upkeep"),
    ]


@pytest.mark.usefixtures("broker")
def test_a_silent_worker_and_a_silent_scheduler_are_noticed() -> None:
    _all_report()
    Heartbeat.objects.filter(name__in=["archives@here", SCHEDULER]).update(
        at=timezone.now() - timedelta(minutes=5)
    )

    assert _problems() == {
        "scheduler": "The scheduler has not reported for a while.",
        "queue:archives": "No worker serves this queue.",
    }


def test_a_broker_that_does_not_answer_is_noticed(tmp_path: Path) -> None:
    _all_report()
    nowhere = f"redis+socket://{tmp_path}/none.sock"
    connect = partial(app.connection_for_write, url=nowhere)
    with patch("reviews.queue.app.connection_for_write", connect):
        assert _problems() == {
            "broker": "The broker does not answer: jobs are queued again when it does."
        }


@pytest.mark.usefixtures("broker")
def test_missing_migrations_are_counted() -> None:
    _all_report()
    newest = MigrationRecorder(connection).migration_qs.filter(app="reviews").latest("pk")
    newest.delete()

    assert "migrations are not applied" in _problems()["migrations"]


@pytest.mark.usefixtures("broker")
def test_a_store_that_cannot_be_written_and_a_full_disk_are_noticed(
    settings: Settings, store: Path
) -> None:
    _all_report()
    store.write_bytes(b"a file where the folder should be")
    settings.PORTAL_DISK_RESERVE = 1 << 40

    assert _problems()["storage"] == "Nothing can be written to the storage."
    assert _problems()["disk"].endswith("1099511627776 are wanted.")


@pytest.mark.usefixtures("broker")
def test_a_database_that_does_not_answer_leaves_the_rest_unknown() -> None:
    with patch("reviews.queries.health.connection.cursor", side_effect=DatabaseError):
        problems = _problems()

    unknown = "This is not known while the database does not answer."
    assert problems["database"] == "The database does not answer."
    assert [name for name, words in problems.items() if words == unknown] == [
        *("migrations", "scheduler", "sandbox"),
        *("queue:analyses", "queue:archives", "queue:publications"),
        *("queue:releases", "queue:upkeep"),
    ]


def test_processes_that_ended_long_ago_are_forgotten() -> None:
    _all_report()
    Heartbeat.objects.filter(name=SCHEDULER).update(at=timezone.now() - timedelta(days=2))

    sweep()

    assert sorted(Heartbeat.objects.values_list("name", flat=True)) == [
        "archives@here",
        "packages@here",
        "publications@here",
    ]


def test_the_command_prints_the_facts_that_are_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _all_report()
    call_command("health", "--only", "database,queue:archives")
    assert capsys.readouterr().out == "database: ok\nqueue:archives: ok\n"

    Heartbeat.objects.all().delete()
    with pytest.raises(SystemExit, match="1"):
        call_command("health", "--only", "database,queue:archives")
    assert "queue:archives: No worker serves this queue.\n" in capsys.readouterr().out

    with pytest.raises(CommandError, match="there is no weather: write database,"):
        call_command("health", "--only", "weather")


def test_a_worker_without_a_layer_that_is_required_is_a_problem(settings: Settings) -> None:
    report_alive("packages@here", ["analyses"], ["landlock", "seccomp"])
    settings.PORTAL_REQUIRE_SANDBOX = ["landlock"]
    assert "sandbox" not in _problems()

    settings.PORTAL_REQUIRE_SANDBOX = ["landlock", "user-namespace"]
    assert _problems()["sandbox"] == "A worker renders without user-namespace."
