"""The sweep: give up what was tried enough, queue again what waits too long, tidy up."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from .. import storage
from ..models import Publication
from ..models.heartbeat import forget_dead
from ..models.run import MOST_ATTEMPTS
from ..queue import enqueue
from ..states import SubmissionState
from .analysis import ANALYSIS, give_up
from .image_archives import IMAGE_ARCHIVES
from .lease import free, overdue
from .look_up_addresses import LOOK_UP
from .publication import PUBLICATION, pass_on
from .release import RELEASE
from .runner import Job
from .sealing import seal_log

JOBS: tuple[Job[Any], ...] = (ANALYSIS, IMAGE_ARCHIVES, RELEASE, PUBLICATION, LOOK_UP)
_AT_ONCE = 50  # a sweep queues the oldest; when these are done, the next sweep goes on


def sweep() -> None:
    """Give up what was tried enough, queue overdue runs again, seal the log, clear old drafts."""
    for row in free(ANALYSIS.model).filter(attempts__gte=MOST_ATTEMPTS)[:_AT_ONCE]:
        give_up(row)
    for publication in _spent()[:_AT_ONCE]:
        pass_on(publication)
    for job in JOBS:
        _enqueue_overdue(job)
    seal_log()
    storage.clear_drafts()
    forget_dead()


def _spent() -> QuerySet[Publication]:
    """Publications whose last worker died, of which no administrator knows yet."""
    return free(Publication).filter(
        attempts__gte=MOST_ATTEMPTS,
        release__revision__submission__state=SubmissionState.PUBLISHING.value,
        release__revision__submission__needs_administrator=False,
    )


def _enqueue_overdue(job: Job[Any]) -> None:
    """Queue runs again that nobody has taken for a while since they were queued or given back."""
    for pk in list(
        overdue(job.model).order_by("queued_at").values_list("pk", flat=True)[:_AT_ONCE]
    ):
        if free(job.model).filter(pk=pk).update(queued_at=timezone.now()):
            enqueue(job.name, pk)
