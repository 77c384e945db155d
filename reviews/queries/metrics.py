"""The metrics of the whole portal, in the text format of Prometheus.

They are read from the records, so that each web server shows the same, and no process has to be
asked. What a record does not keep is counted in ``Tally``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from .. import storage
from ..models import Inspection, LookUp, Publication, Release, Revision, Submission, Tally
from ..models.run import MOST_ATTEMPTS, leased, not_leased
from ..models.tally import written_labels
from ..queue import JobName
from ..states import SubmissionState
from .health import health_facts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_TALLIES: dict[str, tuple[Literal["counter"], str]] = {
    "osc_portal_jobs_total": ("counter", "Jobs that ended, by what became of them."),
    "osc_portal_job_seconds_total": ("counter", "Seconds that jobs took, by job."),
    "osc_portal_analyses_total": ("counter", "Analyses that ended with a report."),
    "osc_portal_stage_seconds_total": ("counter", "Seconds of these analyses, by stage."),
    "osc_portal_renders_total": ("counter", "Renders of these analyses."),
    "osc_portal_bytes_total": ("counter", "Bytes of packages, by what was done with them."),
    "osc_portal_errors_total": ("counter", "Errors in the log, by logger."),
}
_RUNS: tuple[tuple[JobName, QuerySet[Any], str], ...] = (
    (JobName.ANALYSE, Revision.objects.all(), "uploaded_at"),
    (JobName.INSPECT, Inspection.objects.all(), "revision__finished_at"),
    (JobName.RELEASE, Release.objects.all(), "approved_at"),
    (JobName.PUBLISH, Publication.objects.all(), "asked_at"),
    (JobName.LOOK_UP, LookUp.objects.all(), "asked_at"),
)


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its samples are pairs of labels, as they are written, and a value."""

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    samples: tuple[tuple[str, float], ...]


def exposition(families: Iterable[Family]) -> str:
    """The text that Prometheus reads."""
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help}"
    yield f"# TYPE {family.name} {family.kind}"
    for labels, value in family.samples:
        yield f"{family.name}{{{labels}}} {value!r}" if labels else f"{family.name} {value!r}"


def portal_metrics() -> tuple[Family, ...]:
    """All metrics as they are now."""
    states = dict(Submission.objects.values_list("state").annotate(Count("pk")).order_by())
    runs = {name: _runs(rows, since) for name, rows, since in _RUNS}
    tallies: dict[str, list[tuple[str, float]]] = {name: [] for name in _TALLIES}
    for each in Tally.objects.filter(name__in=_TALLIES).order_by("name", "labels"):
        tallies[each.name].append((each.labels, each.value))
    facts = (
        (written_labels({"fact": fact.name}), float(not fact.problem)) for fact in health_facts()
    )
    return (
        Family("osc_portal_health", "gauge", "1 where this works, 0 where not.", tuple(facts)),
        Family(
            "osc_portal_disk_free_bytes",
            "gauge",
            "Free bytes on the disk of the storage.",
            (("", float(storage.free_bytes())),),
        ),
        Family(
            "osc_portal_submissions",
            "gauge",
            "Submissions by state.",
            tuple(
                (written_labels({"state": s.value}), float(states.get(s.value, 0)))
                for s in SubmissionState
            ),
        ),
        *(
            Family(
                name, "gauge", words, tuple((_job(job), found[key]) for job, found in runs.items())
            )
            for name, key, words in _GAUGES
        ),
        *(Family(name, *_TALLIES[name], tuple(samples)) for name, samples in tallies.items()),
    )


_GAUGES = (
    ("osc_portal_jobs_waiting", "waiting", "Jobs that wait for a worker."),
    ("osc_portal_jobs_oldest_waiting_seconds", "age", "How long the oldest of them waits."),
    ("osc_portal_jobs_running", "running", "Jobs that a worker is at."),
    ("osc_portal_jobs_abandoned", "abandoned", "Jobs that failed too often: administrators retry."),
)


def _runs(rows: QuerySet[Any], since: str) -> dict[str, float]:
    now = timezone.now()
    nobody = not_leased()
    waits = nobody & Q(attempts__lt=MOST_ATTEMPTS)
    found = rows.filter(finished_at__isnull=True).aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min(F(since), filter=waits),
        running=Count("pk", filter=leased()),
        abandoned=Count("pk", filter=nobody & Q(attempts__gte=MOST_ATTEMPTS)),
    )
    oldest = found.pop("oldest")
    age = (now - oldest).total_seconds() if oldest else 0.0
    return {**{name: float(number) for name, number in found.items()}, "age": age}


def _job(name: JobName) -> str:
    return written_labels({"job": name.short})
