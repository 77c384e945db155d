"""The sweep: give up what was tried enough, queue again what waits too long, tidy up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from .. import storage
from ..models.heartbeat import forget_dead
from ..models.run import MOST_ATTEMPTS
from ..queue import enqueue
from .analysis import ANALYSIS, give_up
from .image_archives import IMAGE_ARCHIVES
from .lease import free
from .release import RELEASE
from .runner import Job
from .sealing import seal_log

JOBS: tuple[Job[Any], ...] = (ANALYSIS, IMAGE_ARCHIVES, RELEASE)
_AT_ONCE = 50  # a sweep queues the oldest; when these are done, the next sweep goes on


def sweep() -> None:
    """Give up what was tried enough, queue overdue runs again, seal the log, clear old drafts."""
    for row in free(ANALYSIS.model).filter(attempts__gte=MOST_ATTEMPTS)[:_AT_ONCE]:
        give_up(row)
    for job in JOBS:
        _enqueue_overdue(job)
    seal_log()
    storage.clear_drafts()
    forget_dead()


def _enqueue_overdue(job: Job[Any]) -> None:
    """Queue runs again that nobody has taken for a while since they were queued or given back."""
    patience = timedelta(seconds=min(60, settings.PORTAL_LEASE_SECONDS))
    overdue = free(job.model).filter(
        attempts__lt=MOST_ATTEMPTS, queued_at__lte=timezone.now() - patience
    )
    for pk in list(overdue.order_by("queued_at").values_list("pk", flat=True)[:_AT_ONCE]):
        if free(job.model).filter(pk=pk).update(queued_at=timezone.now()):
            enqueue(job.name, pk)
