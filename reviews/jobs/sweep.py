"""The sweep: give up what was tried enough, queue again what waits too long, tidy up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .. import storage
from ..models import Publication
from ..models.heartbeat import forget_dead
from ..models.run import MOST_ATTEMPTS
from ..queue import JobName, enqueue, messages_in, queue_of
from ..states import SubmissionState
from .analysis import ANALYSIS, give_up
from .handing_over import hand_over
from .image_archives import IMAGE_ARCHIVES
from .lease import free, overdue, waiting
from .look_up_addresses import LOOK_UP
from .mails import due_mails, gather_daily_mails, give_up_mails
from .publication import PUBLICATION, pass_on
from .release import RELEASE
from .runner import Job
from .sealing import seal_log

JOBS: tuple[Job[Any], ...] = (ANALYSIS, IMAGE_ARCHIVES, RELEASE, PUBLICATION, LOOK_UP)
HANDED_OVER: tuple[Job[Any], ...] = (IMAGE_ARCHIVES, RELEASE)
"""Jobs whose failure leaves the submission in its state: administrators have to hear of it."""
_AT_ONCE = 50  # always the oldest, whose own messages may be lost among many others
_MOST_QUEUED = 1000


def sweep() -> None:
    """Give up what was tried enough, queue overdue runs and mails, seal the log, tidy up."""
    for row in free(ANALYSIS.model).filter(attempts__gte=MOST_ATTEMPTS)[:_AT_ONCE]:
        give_up(row)
    for publication in _spent()[:_AT_ONCE]:
        pass_on(publication)
    for job in HANDED_OVER:
        for run in _abandoned(job):
            hand_over(run, job.submission_of(run))
    # A queue that was lost is there again at once; one that is only long hardly grows.
    lost = _lost_messages()
    for job in JOBS:
        _enqueue_overdue(job, min(max(_AT_ONCE, lost[queue_of(job.name)]), _MOST_QUEUED))
    _send_mails()
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


def _abandoned(job: Job[Any]) -> list[Any]:
    """The runs of a job whose attempts are used up, while their package waits for them."""
    spent = free(job.model).filter(attempts__gte=MOST_ATTEMPTS).select_related(job.path)
    return [run for run in spent[:_AT_ONCE] if job.is_needed(run, job.submission_of(run))]


def _send_mails() -> None:
    """Have the mails sent that are due."""
    give_up_mails()
    gather_daily_mails()
    if due_mails().exists():
        enqueue(JobName.SEND_MAILS)


def _enqueue_overdue(job: Job[Any], most: int) -> None:
    """Queue runs again that nobody has taken for a while since they were queued or given back."""
    rows = overdue(job.model).order_by("queued_at")
    with transaction.atomic():
        for pk in list(rows.values_list("pk", flat=True)[:most]):
            if free(job.model).filter(pk=pk).update(queued_at=timezone.now()):
                enqueue(job.name, pk)


def _lost_messages() -> dict[str, int]:
    """How many messages each queue has less than there are runs that wait: those were lost."""
    lost: Counter[str] = Counter()
    for job in JOBS:
        lost[queue_of(job.name)] += waiting(job.model).count()
    for queue in lost:
        found = messages_in(queue)
        lost[queue] = 0 if found is None else lost[queue] - found
    return lost
