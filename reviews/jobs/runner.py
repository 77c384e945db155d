"""How every job runs: acquire a lease, work under a heartbeat, finish or give back, wake the next.

A job is queued by the id of its row. Whoever runs it twice finds the lease taken or the work
done; a worker that dies leaves a lease that ends, and the sweep queues the row again.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from .. import logs
from ..models import Organisation, Run, Submission
from ..models.run import MOST_ATTEMPTS, leased
from ..models.tally import Counted, count_all
from ..models.turn import take_turn, turns_of
from ..queue import JobName, enqueue
from .lease import Lease, acquire, free, heartbeat, waiting

logger = logging.getLogger(__name__)

_LONGEST_FAILURE = 4000  # characters of a traceback; the log has it in full
_Run = TypeVar("_Run", bound=Run)


class Cancelled(Exception):  # noqa: N818 - nobody needs the work any more, and nothing went wrong
    """Another worker has the lease now, or the package no longer needs the work."""


@dataclass(frozen=True, slots=True)
class Job(Generic[_Run]):
    """One kind of job, whose runs are rows of ``model``.

    ``path`` leads from a run to its submission in a query, ``submission_of`` in Python.
    ``is_needed`` says whether the submission still needs the run. ``limit`` is how many runs of
    one organisation may be worked on at once, None for any number. ``begun`` is called when the
    lease is acquired, in the same transaction. ``work`` does it all and writes the result; what it
    gives is counted with the job. ``give_up`` follows when the last attempt has crashed. With
    ``in_turns`` organisations are served one after the other: who is notified of one run does the
    one whose turn it is.
    """

    name: JobName
    model: type[_Run]
    path: str
    submission_of: Callable[[_Run], Submission]
    is_needed: Callable[[_Run, Submission], bool]
    work: Callable[[_Run, Lease], Iterable[Counted] | None]
    limit: Callable[[Organisation], int | None] = lambda _organisation: None
    begun: Callable[[_Run, Submission], None] = lambda _run, _submission: None
    give_up: Callable[[_Run], None] = lambda _run: None
    in_turns: bool = False


def run(job: Job[_Run], pk: int) -> None:
    """Do the work of the row ``pk``, unless it is done, being done, not needed or has to wait.

    Of a job in turns, do that of the row whose turn it is. An internal error gives the work back:
    the sweep queues it again until all attempts are used.
    """
    lease = begin_next(job, pk) if job.in_turns else begin(job, pk)
    if lease is not None:
        with logs.bound(job=job.name.value, run=lease.pk):
            _run_once(job, lease)


def _run_once(job: Job[_Run], lease: Lease) -> None:
    row = _row(job, lease.pk)
    logger.info("%s of %s begins", job.name, row)
    started, outcome = monotonic(), "done"
    counted: Iterable[Counted] = ()
    try:
        with heartbeat(lease):
            counted = job.work(row, lease) or ()
    except Cancelled:
        outcome = "cancelled"
        lease.finish(failure="")
    except Exception as error:
        outcome = "crashed"
        logger.exception("%s of %s crashed", job.name, row)
        _give_back(job, row, lease, error)
    else:
        logger.info("%s of %s is done", job.name, row)
    seconds, name = monotonic() - started, job.name.short
    count_all(
        [
            *counted,
            Counted("osc_portal_jobs_total", labels={"job": name, "outcome": outcome}),
            Counted("osc_portal_job_seconds_total", seconds, {"job": name}),
        ]
    )
    _wake_next(job, job.submission_of(row).organisation_id)


def begin_next(job: Job[_Run], named: int) -> Lease | None:
    """The lease on the run whose turn it is; None where none of those that wait can be begun.

    ``named`` is the row of which one was notified: it counts as waiting, even right after a crash.
    """
    passed: set[int] = set()
    while (found := _next(job, named, passed)) is not None:
        organisation, pk = found
        lease = begin(job, pk)
        if lease is not None:
            return lease
        if free(job.model).filter(pk=pk).exists():
            passed.add(organisation)  # as many of its runs are worked on as may be
    return None


def _next(job: Job[_Run], named: int, passed: Collection[int]) -> tuple[int, int] | None:
    """The organisation that was served longest ago, and the oldest run that waits there."""
    organisation = f"{job.path}__organisation"
    firsts = (
        waiting(job.model, named)
        .exclude(**{f"{organisation}__in": passed})
        .order_by()
        .values_list(organisation)
        .annotate(first=Min("pk"))
    )
    turns = turns_of(job.name.short)
    return min(firsts, key=lambda each: (turns.get(each[0], 0), each[1]), default=None)


def begin(job: Job[_Run], pk: int) -> Lease | None:
    """The lease on the row ``pk``; None where its work is not needed, taken, or has to wait.

    A row whose work nobody needs any more is finished at once.
    """
    with transaction.atomic():
        row = _row(job, pk)
        submission = job.submission_of(row)
        # One at a time for one organisation, so that two do not both take the last place.
        organisation = Organisation.objects.select_for_update().get(pk=submission.organisation_id)
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        if not job.is_needed(row, submission):
            free(job.model).filter(pk=pk).update(finished_at=timezone.now())
            return None
        limit = job.limit(organisation)
        if limit is not None and _running(job, organisation, besides=pk) >= limit:
            return None
        lease = acquire(job.model, pk)
        if lease is not None:
            job.begun(row, submission)
            if job.in_turns:
                take_turn(job.name.short, organisation)
        return lease


def _row(job: Job[_Run], pk: int) -> _Run:
    return job.model._default_manager.select_related(job.path).get(pk=pk)  # noqa: SLF001 - Django's own way to a model by variable


def _running(job: Job[_Run], organisation: Organisation, besides: int) -> int:
    rows = job.model._default_manager.filter(  # noqa: SLF001 - as in _row
        leased(), **{f"{job.path}__organisation": organisation}, finished_at__isnull=True
    )
    return rows.exclude(pk=besides).count()


def _give_back(job: Job[_Run], row: _Run, lease: Lease, error: Exception) -> None:
    lease.give_back("".join(traceback.format_exception(error))[-_LONGEST_FAILURE:])
    row.refresh_from_db()
    if row.attempts >= MOST_ATTEMPTS:
        logger.critical("%s of %s failed %s times: see the admin", job.name, row, row.attempts)
        job.give_up(row)


def _wake_next(job: Job[_Run], organisation_id: int) -> None:
    """Queue the oldest run that waits for the place that the organisation has free now.

    What crashed is not woken but left to the sweep, so that it rests between its attempts.
    """
    waiting = free(job.model).filter(**{f"{job.path}__organisation": organisation_id}, attempts=0)
    pk = waiting.order_by("pk").values_list("pk", flat=True).first()
    # Where there is no limit, nothing waits for a place.
    if pk is not None and job.limit(Organisation.objects.get(pk=organisation_id)) is not None:
        enqueue(job.name, pk)
