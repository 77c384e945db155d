"""Celery's doorbell: an id in, one action called. The row is the truth.

Whoever is rung twice finds the work taken or done and goes away; whoever is not rung because
the broker was gone is rung by the sweep.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

app = import_string(settings.CELERY_APP)
logger = logging.getLogger(__name__)


@app.task(name="reviews.tasks.analyse")  # type: ignore[untyped-decorator]
def analyse(revision_id: int) -> None:
    """Examine a revision."""
    from .actions import processing  # noqa: PLC0415 - the actions ring this bell

    processing.analyse(revision_id)


@app.task(name="reviews.tasks.inspect")  # type: ignore[untyped-decorator]
def inspect(inspection_id: int) -> None:
    """Read the image archives of a revision."""
    from .actions import inspecting  # noqa: PLC0415 - the actions ring this bell

    inspecting.inspect(inspection_id)


@app.task(name="reviews.tasks.release")  # type: ignore[untyped-decorator]
def release(release_id: int) -> None:
    """Make a release."""
    from .actions import releasing  # noqa: PLC0415 - the actions ring this bell

    releasing.make(release_id)


@app.task(name="reviews.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Ring again for what was left lying."""
    from .actions import processing  # noqa: PLC0415 - the actions ring this bell

    processing.sweep()


def ring(task: Any, pk: int) -> None:
    """Ring for a row when the transaction has written it."""
    transaction.on_commit(partial(_send, task, pk))


def _send(task: Any, pk: int) -> None:
    try:
        task.apply_async((pk,), retry=False)
    except OperationalError as gone:
        logger.warning("the broker cannot be reached (%s): the sweep rings for %s later", gone, pk)
