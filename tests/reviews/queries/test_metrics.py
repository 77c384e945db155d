"""The metrics are in the text format of Prometheus, and show what really happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from reviews.models import Revision, Submission
from reviews.models.run import MOST_ATTEMPTS
from reviews.models.tally import count
from tests import factories
from tests.reviews.log_lines import collected

pytestmark = pytest.mark.django_db


def _metrics(client: Client) -> dict[tuple[str, str], float]:
    """The value of each metric without its prefix, and with its labels in order."""
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.content.decode()))
    assert {family.type for family in families} == {"gauge", "counter"}
    samples = [sample for family in families for sample in family.samples]
    read = {
        (each.name.removeprefix("osc_portal_"), _written(each.labels)): each.value
        for each in samples
    }
    assert len(read) == len(samples)
    return read


def _written(labels: dict[str, str]) -> str:
    return ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))


def test_values_and_labels_come_back_as_they_were_counted(client: Client) -> None:
    for _time in range(2):
        count("osc_portal_errors_total", 0.25, logger='a "quoted"\\\nname')

    seen = _metrics(client)

    assert seen["errors_total", 'logger="a "quoted"\\\nname"'] == 0.5


def test_they_are_given_as_open_metrics_where_that_is_asked_for(client: Client) -> None:
    wanted = "application/openmetrics-text; version=1.0.0"
    answer = client.get("/metrics", headers={"Accept": wanted})

    assert answer.headers["Content-Type"].startswith(wanted)
    assert answer.content.endswith(b"# EOF\n")
    families = open_metrics(answer.content.decode())  # type: ignore[no-untyped-call]
    assert "osc_portal_submissions" in {family.name for family in families}


def test_jobs_states_and_totals_are_shown(client: Client) -> None:
    waiting = factories.submitted(version="1")
    Submission.objects.update(waiting_since=timezone.now() - timedelta(minutes=10))
    factories.in_review(version="2")
    abandoned = factories.submitted(version="3")
    Revision.objects.filter(submission=abandoned).update(attempts=MOST_ATTEMPTS)

    seen = _metrics(client)

    assert waiting.current is not None
    assert seen["submissions", 'state="received"'] == 2
    assert seen["submissions", 'state="in_review"'] == 1
    assert seen["submissions", 'state="released"'] == 0
    assert seen["jobs_waiting", 'job="analyse"'] == 1
    assert 600 <= seen["jobs_oldest_waiting_seconds", 'job="analyse"'] < 4000
    assert seen["jobs_abandoned", 'job="analyse"'] == 1
    assert seen["jobs_running", 'job="release"'] == 0
    assert seen["jobs_total", 'job="analyse",outcome="done"'] == 1
    assert seen["analyses_total", ""] == 1
    assert seen["renders_total", ""] > 0
    assert seen["stage_seconds_total", 'stage="render"'] > 0
    assert seen["bytes_total", 'deed="uploaded"'] == 3 * waiting.current.size
    assert seen["bytes_total", 'deed="analysed"'] == waiting.current.size
    assert seen["health", 'fact="database"'] == 1
    assert seen["health", 'fact="queue:analyses"'] == 0
    assert seen["disk_free_bytes", ""] > 0


def test_a_crash_is_one_error_in_the_metrics(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: object, **_more: object) -> None:
        raise ValueError("planted in the view")

    monkeypatch.setattr("reviews.views.frame.render", crash)
    client.raise_request_exception = False

    with collected():
        client.get("/help/")

    errors = {key: value for key, value in _metrics(client).items() if key[0] == "errors_total"}
    assert errors == {("errors_total", 'logger="django.request"'): 1}


def test_they_are_for_those_who_operate_the_portal(client: Client, settings: Settings) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403

    settings.PORTAL_METRICS_TOKEN = "a long token"
    assert client.get("/metrics").status_code == 403
    token = {"Authorization": "Bearer a long token"}
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", headers=token).status_code == 200
