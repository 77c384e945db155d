"""The metrics are in the text format of Prometheus, and show what really happened."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from reviews.models import Revision
from reviews.models.run import MOST_ATTEMPTS
from reviews.models.tally import count
from reviews.queries.metrics import Family, exposition
from tests import factories
from tests.reviews.log_lines import collected

pytestmark = pytest.mark.django_db
_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? (\S+)")


def read(text: str) -> dict[tuple[str, str], float]:
    """The samples of a text in Prometheus's format 0.0.4; whatever is not in the format fails."""
    assert text.endswith("\n")
    samples: dict[tuple[str, str], float] = {}
    known: list[str] = []
    lines = text.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if helped := re.fullmatch(rf"# HELP ({_NAME}) (\S.*)", line):
            assert helped[1] not in known, "a metric is in one piece"
            known.append(helped[1])
        elif typed := re.fullmatch(rf"# TYPE ({_NAME}) (counter|gauge)", line):
            assert before.startswith(f"# HELP {typed[1]} ")
            assert typed[1].endswith("_total") == (typed[2] == "counter")
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] == known[-1]
            key = (sample[1].removeprefix("osc_portal_"), sample[2] or "")
            assert key not in samples
            samples[key] = float(sample[3])
    return samples


def _metrics(client: Client) -> dict[tuple[str, str], float]:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.content.decode())


def test_values_and_labels_are_written_as_prometheus_reads_them() -> None:
    count("osc_portal_trial_total", logger='a "quoted"\\\nname')

    family = Family("osc_portal_trial", "gauge", "Of a trial.", (("", 0.1), ('a="b"', 1e21)))
    assert exposition([family]) == (
        "# HELP osc_portal_trial Of a trial.\n"
        "# TYPE osc_portal_trial gauge\n"
        "osc_portal_trial 0.1\n"
        'osc_portal_trial{a="b"} 1e+21\n'
    )
    assert read(exposition([family])) == {("trial", ""): 0.1, ("trial", 'a="b"'): 1e21}


def test_jobs_states_and_totals_are_shown(client: Client) -> None:
    waiting = factories.submitted(version="1")
    Revision.objects.update(uploaded_at=timezone.now() - timedelta(minutes=10))
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
