"""The queue of jobs: a job's name and the id of a row go in when the transaction is written.

The row is the truth, the broker only notifies. A worker that is notified twice finds the work
taken or done; a row whose notification was lost is queued again by the sweep.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from functools import partial
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from kombu import pools
from kombu.exceptions import ChannelError, OperationalError

from . import logs

app = import_string(settings.CELERY_APP)
logger = logging.getLogger(__name__)

# Whoever submits waits for as long as a broker that is silent or gone may take.
_PATIENCE = 0.5  # seconds


class JobName(StrEnum):
    """The jobs by the names under which Celery knows them."""

    ANALYSE = "reviews.tasks.analyse"
    INSPECT = "reviews.tasks.inspect"
    RELEASE = "reviews.tasks.release"
    PUBLISH = "reviews.tasks.publish"
    LOOK_UP = "reviews.tasks.look_up"
    SEND_MAILS = "reviews.tasks.send_mails"
    SWEEP = "reviews.tasks.sweep"
    PURGE = "reviews.tasks.purge"

    @property
    def short(self) -> str:
        """The name in the metrics: ``analyse``."""
        return self.value.rpartition(".")[2]


def queues() -> tuple[str, ...]:
    """The names of all queues: each needs a worker."""
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    return tuple(sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed}))


def enqueue(name: JobName, pk: int | None = None) -> None:
    """Queue the job ``name`` when the transaction is committed; ``pk`` is its row, if any."""
    transaction.on_commit(partial(_send, name, pk, request_id=logs.context().get("request_id")))


def queue_of(name: JobName) -> str:
    """The name of the queue into which jobs of this name go."""
    route: dict[str, str] = settings.CELERY_TASK_ROUTES.get(name.value, {})
    return route.get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)


def messages_in(queue: str) -> int | None:
    """How many messages wait in a queue of the broker; None where no broker answers."""
    try:
        with impatient_connection() as broker:
            return int(broker.default_channel.queue_declare(queue, passive=True).message_count)
    except ChannelError:
        return 0  # the broker knows no queue that is empty
    except OperationalError:
        return None


def _send(name: JobName, pk: int | None, *, request_id: str | None) -> None:
    given_up_at = monotonic() + _PATIENCE / 2
    try:
        try:
            _publish(name, pk, request_id)
        except OperationalError:
            # A connection that was kept may be one to a broker that was restarted meanwhile.
            if monotonic() > given_up_at:
                raise
            _publish(name, pk, request_id)
    except OperationalError as error:
        logger.warning("%s %s is not queued, no broker: the sweep queues it: %s", name, pk, error)


def _publish(name: JobName, pk: int | None, request_id: str | None) -> None:
    """Notify the broker. OperationalError: it is gone, or silent for longer than we wait."""
    # The pools know a connection by its address and its options.
    with pools.producers[impatient_connection()].acquire(block=True) as producer:
        app.send_task(
            name.value,
            () if pk is None else (pk,),
            headers={"request_id": request_id},
            producer=producer,
            retry=False,
            ignore_result=True,
        )


def impatient_connection() -> Any:
    """A connection to the broker for whoever cannot wait; it is opened when it is used."""
    return app.connection_for_write(
        transport_options={
            "max_retries": 0,
            "socket_connect_timeout": _PATIENCE,
            "socket_timeout": _PATIENCE,
        }
    )
