"""Celery's names for the jobs: an id goes in, one job is run."""

from __future__ import annotations

from typing import Any

from celery import signals

from . import logs
from .jobs import (
    analysis,
    before_forking,
    heartbeats,
    image_archives,
    look_up_addresses,
    mails,
    publication,
    retention,
    sandbox,
)
from .jobs import release as release_job
from .jobs import sweep as sweep_job
from .queue import JobName, app

_NEVER = 365 * 24 * 3600  # seconds; None would mean the limit of all tasks

app.steps["consumer"].add(heartbeats.WorkerHeartbeats)
signals.beat_init.connect(heartbeats.watch_scheduler)
signals.worker_init.connect(sandbox.require_layers)
signals.worker_init.connect(before_forking.prepare)


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def keep_logging(**_signal: Any) -> None:
    """Leave the logging as the settings have it: Celery adds its own where nobody listens here."""


@signals.task_prerun.connect  # type: ignore[untyped-decorator]
def begin_log(task_id: str, task: Any, **_signal: Any) -> None:
    """Let the lines of a task have the id of the request that queued it."""
    given = (task.request.headers or {}).get("request_id")
    logs.replace_context(
        {
            "request_id": given or task_id.replace("-", "")[:16],
            "task": task.name,
            "task_id": task_id,
        }
    )


@signals.task_postrun.connect  # type: ignore[untyped-decorator]
def end_log(**_signal: Any) -> None:
    """The task is over, and what follows in this process has nothing to do with it."""
    logs.replace_context({})


@app.task(name=JobName.ANALYSE.value)  # type: ignore[untyped-decorator]
def analyse(revision_id: int) -> None:
    """Examine a revision."""
    analysis.analyse(revision_id)


@app.task(name=JobName.INSPECT.value, time_limit=_NEVER, soft_time_limit=_NEVER)  # type: ignore[untyped-decorator]
def inspect(inspection_id: int) -> None:
    """Read the image archives of a revision; what makes no progress ends itself."""
    image_archives.inspect(inspection_id)


@app.task(name=JobName.RELEASE.value, time_limit=_NEVER, soft_time_limit=_NEVER)  # type: ignore[untyped-decorator]
def release(release_id: int) -> None:
    """Make a release; what makes no progress is ended."""
    release_job.make(release_id)


@app.task(name=JobName.PUBLISH.value, time_limit=_NEVER, soft_time_limit=_NEVER)  # type: ignore[untyped-decorator]
def publish(publication_id: int) -> None:
    """Publish a release; what makes no progress ends itself."""
    publication.publish(publication_id)


@app.task(name=JobName.LOOK_UP.value)  # type: ignore[untyped-decorator]
def look_up(look_up_id: int) -> None:
    """Ask the registry what is there of a revision's addresses."""
    look_up_addresses.look_up(look_up_id)


@app.task(name=JobName.SEND_MAILS.value)  # type: ignore[untyped-decorator]
def send_mails() -> None:
    """Send the mails that are due."""
    mails.send_mails()


@app.task(name=JobName.SWEEP.value)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Give up what was tried enough, and queue again what waits too long."""
    sweep_job.sweep()


@app.task(name=JobName.PURGE.value)  # type: ignore[untyped-decorator]
def purge() -> None:
    """Remove the originals and the mails whose time is over."""
    retention.purge()
    mails.forget_mails()
