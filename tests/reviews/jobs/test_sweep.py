"""The sweep: what crashed, was lost or was left by a dead worker is not forgotten."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from reviews.jobs.analysis import ANALYSIS
from reviews.jobs.runner import begin
from reviews.jobs.sweep import sweep
from reviews.management.broker import answers, broker_command
from reviews.models import Event, Revision, Submission
from reviews.queue import app, messages_in
from tests import factories
from tests.reviews.running import until

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    revision = factories.again(submission).current
    assert revision is not None
    return revision


def _let_expire(revision: Revision) -> None:
    Revision.objects.filter(pk=revision.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1),
        queued_at=timezone.now() - timedelta(minutes=5),
    )


def test_a_worker_that_dies_each_time_is_failed_by_the_sweep() -> None:
    submission = factories.submitted()
    revision = _current(submission)
    for _attempt in range(3):
        assert begin(ANALYSIS, revision.pk) is not None
        _let_expire(revision)
    assert begin(ANALYSIS, revision.pk) is None

    sweep()

    assert factories.again(submission).state == "failed"
    event = Event.objects.last()
    assert event is not None
    assert (event.verb, event.detail) == ("fail", {"attempts": 3})


def test_the_sweep_queues_again_what_was_never_run(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    lost, fresh, silent, done = (
        factories.submitted(version="1"),
        factories.submitted(version="2"),
        factories.submitted(version="3"),
        factories.in_review(version="4"),
    )
    begin(ANALYSIS, _current(silent).pk)
    for each in (lost, silent, done):
        _let_expire(_current(each))

    with django_capture_on_commit_callbacks() as queued:
        sweep()
        sweep()

    assert sorted(factories.enqueued_for(queued)) == [_current(lost).pk, _current(silent).pk]
    assert factories.again(fresh).state == "received"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="broker-") as folder:
        path = Path(folder, "broker.sock")
        with subprocess.Popen(broker_command(path), stdout=subprocess.DEVNULL) as server:
            until(lambda: answers(path), wanted=True)
            monkeypatch.setitem(app.conf, "broker_url", f"redis+socket://{path}")
            yield
            server.terminate()


def _many_wait(count: int) -> None:
    first = factories.submitted()
    long_ago = timezone.now() - timedelta(minutes=5)
    Revision.objects.bulk_create(
        Revision(
            submission=first,
            number=number,
            uploaded_by=factories.petra(),
            size=1,
            policy={},
            queued_at=long_ago,
        )
        for number in range(2, count + 1)
    )


def _let_wait(broker_has: int) -> None:
    assert messages_in("analyses") == broker_has
    Revision.objects.update(queued_at=timezone.now() - timedelta(minutes=5))


@pytest.mark.usefixtures("broker")
def test_a_queue_that_was_lost_is_there_again_and_does_not_grow(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    _many_wait(200)
    _let_wait(0)

    with django_capture_on_commit_callbacks(execute=True):
        sweep()

    _let_wait(200)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    # Nobody knows whose messages these are: the oldest are queued again.
    assert messages_in("analyses") == 250


def test_the_sweep_clears_drafts_of_yesterday(store: Path) -> None:
    drafts = store / "drafts"
    drafts.mkdir(parents=True)
    old, new = drafts / "old", drafts / "new"
    old.touch()
    new.touch()
    yesterday = time.time() - 25 * 60 * 60
    os.utime(old, (yesterday, yesterday))

    sweep()

    assert list(drafts.iterdir()) == [new]
