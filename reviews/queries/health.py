"""How the portal is: the health facts of the administrators' first page and of the endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from kombu.exceptions import OperationalError

from .. import storage
from ..models import Submission
from ..models.heartbeat import EVERY_SECONDS, SCHEDULER, Heartbeat, heartbeats_since, layers_since
from ..pipeline.core.messages import Message, _
from ..queue import JobName, impatient_connection, queues
from ..states import SubmissionState
from .failures import failed_submissions
from .job_counts import JobCounts, job_counts
from .state_counts import state_counts

_SILENT = timedelta(seconds=4 * EVERY_SECONDS)
_SCHEDULER_SILENT = timedelta(minutes=3)
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fact:
    """One health fact. ``problem`` is None where all is well; it names no address or account."""

    name: str
    problem: Message | None = None

    @property
    def words(self) -> Message:
        """The name for people; ``name`` itself is for machines, and never translated."""
        queue = self.name.partition(":")[2]
        return _PARTS.get(self.name) or _("queue of jobs: %(name)s", name=queue or self.name)


_PARTS = {
    "database": _("database"),
    "migrations": _("migrations of the database"),
    "broker": _("broker"),
    "storage": _("storage"),
    "disk": _("disk"),
    "scheduler": _("scheduler"),
    "sandbox": _("sandbox"),
    "queue:analyses": _("worker for analyses"),
    "queue:archives": _("worker for image archives"),
    "queue:publications": _("worker for publications"),
    "queue:releases": _("worker for releases"),
    "queue:upkeep": _("worker for upkeep and mails"),
}


def health_facts() -> tuple[Fact, ...]:
    """Whether each part that the portal needs works now.

    ``database``, ``migrations``, ``broker``, ``storage``, ``disk``, ``scheduler``, ``sandbox``, and
    for each queue ``queue:NAME``: whether a worker serves it.
    """
    database = _database()
    known = database is None
    return (
        Fact("database", database),
        Fact("migrations", _migrations() if known else _UNKNOWN),
        Fact("broker", _broker()),
        Fact("storage", _storage()),
        Fact("disk", _disk()),
        *(_of_processes() if known else _unknown()),
    )


def _of_processes() -> Iterator[Fact]:
    """What the scheduler and the workers have reported."""
    now = timezone.now()
    heard = heartbeats_since(now - _SCHEDULER_SILENT)
    workers = [each for each in heard if each.at >= now - _SILENT]
    yield Fact("scheduler", _scheduler(heard))
    yield Fact("sandbox", _sandbox(workers))
    served = {queue for each in workers for queue in each.queues}
    for name in queues():
        yield Fact(f"queue:{name}", None if name in served else _("No worker serves this queue."))


def _unknown() -> Iterator[Fact]:
    for name in ("scheduler", "sandbox", *(f"queue:{queue}" for queue in queues())):
        yield Fact(name, _UNKNOWN)


_UNKNOWN = _("This is not known while the database does not answer.")


def _database() -> Message | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _("The database does not answer.")
    return None


def _migrations() -> Message | None:
    missing = known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        return _("%(count)s migrations are not applied.", count=len(missing))
    return None


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this program has, each by its application and its name."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _broker() -> Message | None:
    try:
        with impatient_connection() as broker:
            broker.ensure_connection(max_retries=0)
    except (OperationalError, OSError):
        return _("The broker does not answer: jobs are queued again when it does.")
    return None


def _storage() -> Message | None:
    try:
        storage.write_trial()
    except OSError:
        return _("Nothing can be written to the storage.")
    return None


def _disk() -> Message | None:
    try:
        free = storage.free_bytes()
    except OSError:
        return _("The free space of the storage is not known.")
    reserve = settings.PORTAL_DISK_RESERVE * _MIB
    if free < reserve:
        return _(
            "Only %(free)s MiB are free on the disk of the storage; %(reserve)s are wanted.",
            free=free // _MIB,
            reserve=settings.PORTAL_DISK_RESERVE,
        )
    return None


def _scheduler(heard: Iterable[Heartbeat]) -> Message | None:
    if any(each.name == SCHEDULER for each in heard):
        return None
    return _("The scheduler has not reported for a while.")


def sandbox_of_workers() -> dict[str, list[str]]:
    """The layers of the sandbox of each worker that reports now."""
    return layers_since(timezone.now() - _SILENT)


def _sandbox(workers: Iterable[Heartbeat]) -> Message | None:
    required = settings.PORTAL_REQUIRE_SANDBOX
    missing = {
        layer
        for each in workers
        for layer in required
        if each.layers is not None and layer not in each.layers
    }
    if missing:
        return _("A worker renders without %(layers)s.", layers=tuple(sorted(missing)))
    return None


@dataclass(frozen=True)
class Health:
    """How the processing is: for the administrators' first page.

    ``counts`` are submissions by state, ``failed`` what needs a retry.
    """

    counts: Mapping[SubmissionState, int]
    jobs: Mapping[JobName, JobCounts]
    failed: Sequence[Submission]

    @property
    def oldest(self) -> datetime | None:
        """Since when the oldest package waits for its analysis."""
        return self.jobs[JobName.ANALYSE].oldest

    @property
    def running(self) -> int:
        """How many jobs a worker is at."""
        return sum(each.running for each in self.jobs.values())

    @property
    def overdue(self) -> int:
        """How many jobs have a worker that has gone silent."""
        return sum(each.silent for each in self.jobs.values())


def current_health() -> Health:
    """The state of the pipeline now."""
    return Health(
        counts=state_counts(),
        jobs=job_counts(),
        failed=failed_submissions(),
    )
