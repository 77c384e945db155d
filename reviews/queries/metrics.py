"""The metrics of the whole portal, for Prometheus.

They are read from the records, so that each web server shows the same, and no process has to be
asked. What a record does not keep is counted in ``Tally``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from .. import storage
from ..models import Tally
from ..states import SubmissionState
from .health import health_facts
from .job_counts import JobCounts, job_counts
from .state_counts import state_counts

_TALLIES = {
    "osc_portal_jobs_total": "Jobs that ended, by what became of them.",
    "osc_portal_job_seconds_total": "Seconds that jobs took, by job.",
    "osc_portal_analyses_total": "Analyses that ended with a report.",
    "osc_portal_stage_seconds_total": "Seconds of these analyses, by stage.",
    "osc_portal_renders_total": "Renders of these analyses.",
    "osc_portal_mails_total": "Mails, by what became of them.",
    "osc_portal_bytes_total": "Bytes of packages, by what was done with them.",
    "osc_portal_errors_total": "Errors in the log, by logger.",
}
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
        jobs = {name.short: _figures(counts) for name, counts in job_counts().items()}
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
    counted = state_counts()
    return {state.value: float(counted.get(state, 0)) for state in SubmissionState}


def _figures(counts: JobCounts) -> dict[str, float]:
    age = (timezone.now() - counts.oldest).total_seconds() if counts.oldest else 0.0
    return {
        "osc_portal_jobs_waiting": float(counts.waiting),
        "osc_portal_jobs_oldest_waiting_seconds": age,
        "osc_portal_jobs_running": float(counts.running),
        "osc_portal_jobs_abandoned": float(counts.abandoned),
    }
