"""Celery's names: each runs its job, and each has its queue."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from reviews import tasks
from reviews.models import Inspection, Publication, Release
from reviews.queue import JobName, app
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db


def test_each_name_runs_its_job() -> None:
    submission = factories.submitted(shipping_package())
    assert submission.current is not None

    tasks.analyse(submission.current.pk)
    tasks.inspect(Inspection.objects.get().pk)
    factories.approve(factories.decided(factories.again(submission)), confirmed=True)
    tasks.release(Release.objects.get().pk)
    tasks.publish(Publication.objects.get().pk)
    tasks.sweep()

    assert factories.again(submission).state == "released"


def test_every_name_is_a_task_and_every_task_has_a_queue(settings: Settings) -> None:
    known = {name for name in app.tasks if name.startswith("reviews.")}
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert known == {name.value for name in JobName}
    assert known == set(settings.CELERY_TASK_ROUTES) | scheduled


def test_no_task_outlives_the_visibility_timeout_of_the_broker(settings: Settings) -> None:
    timeout = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    limits = settings.PORTAL_LIMITS

    assert timeout > 2 * settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_TASK_TIME_LIMIT > settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert 10 * limits.analysis_render_seconds < settings.CELERY_TASK_SOFT_TIME_LIMIT
