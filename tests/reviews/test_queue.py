"""Jobs are queued by name and id when all is written, and nothing is lost without a broker."""

from __future__ import annotations

import logging
import socket
from time import monotonic
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from reviews.queue import JobName, app, enqueue
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_job_is_sent_by_its_name_when_the_transaction_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, tuple[int]]] = []

    def send_task(name: str, args: tuple[int], **_options: Any) -> None:
        sent.append((name, args))

    monkeypatch.setattr(app, "send_task", send_task)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue(JobName.ANALYSE, 7)
        assert sent == []

    assert sent == [("reviews.tasks.analyse", (7,))]


def test_without_a_broker_a_submission_is_received_all_the_same(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.conf, "broker_url", "redis://127.0.0.1:1/0")

    with (
        caplog.at_level(logging.WARNING, "reviews.queue"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        submission = factories.submitted()

    assert factories.again(submission).state == "received"
    assert [record.message.partition(": ")[0] for record in caplog.records] == [
        f"reviews.tasks.analyse {submission.current_id} is not queued, no broker"
    ]


def test_a_broker_that_says_nothing_is_not_waited_for(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        monkeypatch.setitem(app.conf, "broker_url", address)
        begun = monotonic()

        with django_capture_on_commit_callbacks(execute=True):
            submission = factories.submitted()

    # Half a second; Celery's own patience with it is half a minute, and with none six seconds.
    assert monotonic() - begun < 15
    assert factories.again(submission).state == "received"
    assert "is not queued, no broker" in caplog.text
