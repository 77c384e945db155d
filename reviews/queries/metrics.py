"""The metrics of the whole portal, for Prometheus.

They are read from the records, so that each web server shows the same, and no process has to be
asked. What a record does not keep is counted in ``Tally``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from .. import storage
from ..models import Inspection, LookUp, Publication, Release, Revision, Submission, Tally
from ..models.run import MOST_ATTEMPTS, leased, not_leased
from ..queue import JobName
from ..states import SubmissionState
from .health import health_facts

_TALLIES = {
    "osc_portal_jobs_total": "Jobs that ended, by what became of them.",
    "osc_portal_job_seconds_total": "Seconds that jobs took, by job.",
    "osc_portal_analyses_total": "Analyses that ended with a report.",
    "osc_portal_stage_seconds_total": "Seconds of these analyses, by stage.",
    "osc_portal_renders_total": "Renders of these analyses.",
    "osc_portal_bytes_total": "Bytes of packages, by what was done with them.",
    "osc_portal_errors_total": "Errors in the log, by logger.",
}
_RUNS: tuple[tuple[JobName, QuerySet[Any], str], ...] = (
    (JobName.ANALYSE, Revision.objects.all(), "uploaded_at"),
    (JobName.INSPECT, Inspection.objects.all(), "revision__finished_at"),
    (JobName.RELEASE, Release.objects.all(), "approved_at"),
    (JobName.PUBLISH, Publication.objects.all(), "asked_at"),
    (JobName.LOOK_UP, LookUp.objects.all(), "asked_at"),
)
_GAUGES = {
    "osc_portal_jobs_waiting": "Jobs that wait for a worker.",
    "osc_portal_jobs_oldest_waiting_seconds": "How long the oldest of them waits.",
    "osc_portal_jobs_running": "Jobs that a worker is at.",
    "osc_portal_jobs_abandoned": "Jobs that failed too often: administrators retry.",
}


class PortalMetrics(Collector):
    """Reads all metrics as they are when it is asked."""

    def collect(self) -> Iterator[Metric]:
        working = {fact.name: float(not fact.problem) for fact in health_facts()}
        yield _gauge("osc_portal_health", "1 where this works, 0 where not.", "fact", working)
        free = float(storage.free_bytes())
        words = "Free bytes on the disk of the storage."
        yield GaugeMetricFamily("osc_portal_disk_free_bytes", words, value=free)
        yield _gauge("osc_portal_submissions", "Submissions by state.", "state", _states())
        jobs = {name.short: _runs(rows, since) for name, rows, since in _RUNS}
        for name, words in _GAUGES.items():
            of_each = {job: found[name] for job, found in jobs.items()}
            yield _gauge(name, words, "job", of_each)
        yield from _totals(Tally.objects.filter(name__in=_TALLIES).order_by("name", "labels"))


def _gauge(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    gauge = GaugeMetricFamily(name, words, labels=(label,))
    for each, value in values.items():
        gauge.add_metric((each,), value)
    return gauge


def _totals(tallies: Iterable[Tally]) -> Iterable[Metric]:
    """One counter for each name, also where nothing was counted yet."""
    counters = {
        name: Metric(name.removesuffix("_total"), words, "counter")
        for name, words in _TALLIES.items()
    }
    for each in tallies:
        counters[each.name].add_sample(each.name, each.label_values, each.value)
    return counters.values()


def _states() -> dict[str, float]:
    counted = dict(Submission.objects.values_list("state").annotate(Count("pk")).order_by())
    return {state.value: float(counted.get(state.value, 0)) for state in SubmissionState}


def _runs(rows: QuerySet[Any], since: str) -> dict[str, float]:
    now = timezone.now()
    nobody = not_leased()
    waits = nobody & Q(attempts__lt=MOST_ATTEMPTS)
    found = rows.filter(finished_at__isnull=True).aggregate(
        osc_portal_jobs_waiting=Count("pk", filter=waits),
        osc_portal_jobs_oldest_waiting_seconds=Min(F(since), filter=waits),
        osc_portal_jobs_running=Count("pk", filter=leased()),
        osc_portal_jobs_abandoned=Count("pk", filter=nobody & Q(attempts__gte=MOST_ATTEMPTS)),
    )
    oldest = found.pop("osc_portal_jobs_oldest_waiting_seconds")
    age = (now - oldest).total_seconds() if oldest else 0.0
    return {name: float(number) for name, number in found.items()} | {
        "osc_portal_jobs_oldest_waiting_seconds": age
    }
