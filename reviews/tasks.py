"""Celery's names for the jobs: an id goes in, one job is run."""

from __future__ import annotations

from celery import signals

from .jobs import analysis, heartbeats, image_archives
from .jobs import release as release_job
from .jobs import sweep as sweep_job
from .queue import JobName, app

app.steps["consumer"].add(heartbeats.WorkerHeartbeats)
signals.beat_init.connect(heartbeats.watch_scheduler)


@app.task(name=JobName.ANALYSE.value)  # type: ignore[untyped-decorator]
def analyse(revision_id: int) -> None:
    """Examine a revision."""
    analysis.analyse(revision_id)


@app.task(name=JobName.INSPECT.value)  # type: ignore[untyped-decorator]
def inspect(inspection_id: int) -> None:
    """Read the image archives of a revision."""
    image_archives.inspect(inspection_id)


@app.task(name=JobName.RELEASE.value)  # type: ignore[untyped-decorator]
def release(release_id: int) -> None:
    """Make a release."""
    release_job.make(release_id)


@app.task(name=JobName.SWEEP.value)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Give up what was tried enough, and queue again what waits too long."""
    sweep_job.sweep()
