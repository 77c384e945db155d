"""Signs of life: a scheduler that has just started is no silent one."""

from __future__ import annotations

import pytest
from celery import signals
from django.db import connection
from django.utils import timezone

from reviews.jobs import heartbeats
from reviews.models.heartbeat import SCHEDULER, heartbeats_since


@pytest.mark.django_db
def test_the_scheduler_reports_when_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = []
    monkeypatch.setattr(
        signals.after_task_publish, "connect", lambda each, **_more: connected.append(each)
    )
    monkeypatch.setattr(connection, "close", lambda: None)  # it is the test's own
    start = timezone.now()

    heartbeats.watch_scheduler()

    assert [(each.name, each.queues) for each in heartbeats_since(start)] == [(SCHEDULER, [])]
    assert len(connected) == 1
