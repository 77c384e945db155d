"""How the portal is: the health facts of the administrators' first page and of the endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, F, Min, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from .. import storage
from ..models import Inspection, Publication, Release, Revision, Submission, inspection_of
from ..models.heartbeat import EVERY_SECONDS, SCHEDULER, heard_since, layers_since
from ..models.run import MOST_ATTEMPTS, leased, not_leased
from ..pipeline.core.messages import Message, _
from ..preconditions import publication_of
from ..queue import impatient_connection, queues
from ..states import SubmissionState

_MOST_FAILED = 50
_SILENT = timedelta(seconds=4 * EVERY_SECONDS)
_SCHEDULER_SILENT = timedelta(minutes=3)
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fact:
    """One health fact. ``problem`` is None where all is well; it names no address or account."""

    name: str
    problem: Message | None = None


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
        Fact("scheduler", _scheduler() if known else _UNKNOWN),
        Fact("sandbox", _sandbox() if known else _UNKNOWN),
        *(Fact(f"queue:{name}", _queue(name) if known else _UNKNOWN) for name in queues()),
    )


_UNKNOWN = _("This is not known while the database does not answer.")


def _database() -> Message | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _("The database does not answer.")
    return None


def _migrations() -> Message | None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return _("%(count)s migrations are not applied.", count=len(missing))
    return None


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


def _scheduler() -> Message | None:
    if SCHEDULER in heard_since(timezone.now() - _SCHEDULER_SILENT):
        return None
    return _("The scheduler has not reported for a while.")


def sandbox_of_workers() -> dict[str, list[str]]:
    """The layers of the sandbox of each worker that reports now."""
    return layers_since(timezone.now() - _SILENT)


def _sandbox() -> Message | None:
    required = settings.PORTAL_REQUIRE_SANDBOX
    missing = {
        layer
        for layers in sandbox_of_workers().values()
        for layer in required
        if layer not in layers
    }
    if missing:
        return _("A worker renders without %(layers)s.", layers=", ".join(sorted(missing)))
    return None


def _queue(name: str) -> Message | None:
    heard = heard_since(timezone.now() - _SILENT)
    if any(name in served for served in heard.values()):
        return None
    return _("No worker serves this queue.")


@dataclass(frozen=True)
class Health:
    """How the processing is: for the administrators' first page.

    ``counts`` are submissions by state, ``oldest`` is since when the oldest waits for a
    worker, ``overdue`` are runs whose worker has gone silent, ``failed`` what needs a retry.
    """

    counts: Mapping[SubmissionState, int]
    oldest: datetime | None
    running: int
    overdue: int
    failed: Sequence[Submission]


def current_health() -> Health:
    """The state of the pipeline now."""
    counted: Iterator[tuple[str, int]] = iter(
        Submission.objects.values_list("state").annotate(Count("pk")).order_by()
    )
    unfinished = [
        model.objects.filter(finished_at__isnull=True, lease_until__isnull=False)
        for model in (Revision, Inspection, Release, Publication)
    ]
    received = Submission.objects.filter(state=SubmissionState.RECEIVED.value)
    spent = not_leased() & Q(finished_at__isnull=True, attempts__gte=MOST_ATTEMPTS)
    crashed = Submission.objects.filter(state=SubmissionState.FAILED.value)
    releases = Release.objects.filter(
        spent, revision__submission__state=SubmissionState.APPROVED.value
    )
    inspections = Inspection.objects.filter(
        spent,
        revision__submission__state=SubmissionState.IN_REVIEW.value,
        revision=F("revision__submission__current"),
    )
    stuck = Submission.objects.filter(needs_administrator=True)
    failed = [
        *crashed.values_list("pk", flat=True)[:_MOST_FAILED],
        *releases.values_list("revision__submission_id", flat=True)[:_MOST_FAILED],
        *inspections.values_list("revision__submission_id", flat=True)[:_MOST_FAILED],
        *stuck.values_list("pk", flat=True)[:_MOST_FAILED],
    ]
    return Health(
        counts={SubmissionState(state): count for state, count in counted},
        oldest=received.aggregate(oldest=Min("waiting_since"))["oldest"],
        running=sum(runs.filter(leased()).count() for runs in unfinished),
        overdue=sum(runs.filter(not_leased()).count() for runs in unfinished),
        failed=list(
            Submission.objects.filter(pk__in=failed)
            .select_related("current", "organisation")
            .order_by("waiting_since")
        ),
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """A submission whose work has failed, and the last error: in words, or the end of its trace."""

    submission: Submission
    reason: Message | str


def with_trouble(failed: Sequence[Submission]) -> tuple[Failure, ...]:
    """What is in the way of each."""
    return tuple(Failure(each, _reason(each)) for each in failed)


def _reason(submission: Submission) -> Message | str:
    revision = submission.current
    if revision is None:
        return ""
    match submission.status:
        case SubmissionState.PUBLISHING:
            publication = publication_of(submission)
            if publication is None:
                return ""
            return publication.trouble_words or _last_line(publication.failure)
        case SubmissionState.APPROVED:
            release = revision.releases.order_by("pk").last()
            return _last_line(release.failure) if release else ""
        case SubmissionState.IN_REVIEW:
            inspection = inspection_of(revision)
            return _last_line(inspection.failure) if inspection else ""
        case _:
            return _last_line(revision.failure)


def _last_line(trace: str) -> str:
    return trace.strip().rpartition("\n")[2][:500]
