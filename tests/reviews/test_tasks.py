"""The doorbell: an id in, one action called, and nobody minds when nobody hears it."""

from __future__ import annotations

import logging

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from reviews import tasks
from reviews.models import Release
from tests import factories

pytestmark = pytest.mark.django_db


def test_each_bell_calls_its_action() -> None:
    submission = factories.submitted()
    assert submission.current is not None

    tasks.analyse(submission.current.pk)
    factories.approve(factories.decided(factories.again(submission)))
    tasks.release(Release.objects.get().pk)
    tasks.sweep()

    assert factories.again(submission).state == "released"


def test_without_a_broker_a_submission_is_received_all_the_same(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(tasks.app.conf, "broker_url", "redis://127.0.0.1:1/0")

    with (
        caplog.at_level(logging.WARNING, "reviews.tasks"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        submission = factories.submitted()

    assert factories.again(submission).state == "received"
    assert [record.message.rpartition("): ")[2] for record in caplog.records] == [
        f"the sweep rings for {submission.current_id} later"
    ]


def test_no_task_outlives_the_patience_of_the_broker(settings: Settings) -> None:
    patience = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    limits = settings.PORTAL_LIMITS

    assert patience > 2 * settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_TASK_TIME_LIMIT > settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert 10 * limits.analysis_render_seconds < settings.CELERY_TASK_SOFT_TIME_LIMIT


def test_every_bell_has_a_queue(settings: Settings) -> None:
    bells = {name for name in tasks.app.tasks if name.startswith("reviews.")}
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert bells == set(settings.CELERY_TASK_ROUTES) | scheduled
