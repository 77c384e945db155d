"""Signs of life of workers and the scheduler.

The scheduler reports when it starts and whenever it queues a job; a worker every few seconds,
from the loop that takes its jobs, so that one whose loop stands still is silent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from celery import bootsteps, signals
from django.db import DatabaseError, connection

from ..models.heartbeat import EVERY_SECONDS, SCHEDULER, report_alive
from . import sandbox

logger = logging.getLogger(__name__)


class WorkerHeartbeats(bootsteps.StartStopStep):  # type: ignore[misc]
    """Started by Celery with each connection to the broker; a lost one clears all timers."""

    requires = ("celery.worker.consumer:Tasks",)

    def start(self, consumer: Any) -> None:
        name, queues = str(consumer.hostname), sorted(consumer.app.amqp.queues.consume_from)
        layers = sandbox.layers_at_start()
        _report(name, queues, layers)
        consumer.timer.call_repeatedly(EVERY_SECONDS, _report, (name, queues, layers))


def watch_scheduler(**_signal: Any) -> None:
    """This process reports as the scheduler: now, and whenever it queues a job."""
    _scheduler_queued()
    signals.after_task_publish.connect(_scheduler_queued, weak=False)


def _scheduler_queued(**_signal: Any) -> None:
    _report(SCHEDULER, [])


def _report(name: str, queues: list[str], layers: Sequence[str] | None = None) -> None:
    try:
        report_alive(name, queues, layers)
    except DatabaseError:
        logger.warning("the heartbeat of %s could not be written", name, exc_info=True)
    finally:
        # The processes of the pool are forked from this one, and share no connection with it.
        connection.close()
