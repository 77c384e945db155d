"""Programs ask whether the portal is alive and ready, and strangers learn no more than that."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from reviews.queries.health import health_facts
from reviews.queries.metrics import PortalMetrics
from tests.reviews.log_lines import collected

pytestmark = pytest.mark.django_db


def test_it_is_alive_for_any_host_name_and_without_a_sign_in(client: Client) -> None:
    answer = client.get("/healthz", headers={"Host": "10.0.0.7:8000"})

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_being_alive_asks_no_database(client: Client) -> None:
    from django.db import connection  # noqa: PLC0415 - only here

    with connection.execute_wrapper(lambda *_call: pytest.fail("the database was asked")):
        assert client.get("/healthz").status_code == 200


def test_what_is_wrong_is_shown_on_this_machine_only(client: Client) -> None:
    here = client.get("/readyz")
    elsewhere = client.get("/readyz", REMOTE_ADDR="10.0.0.9")
    passed_on = client.get("/readyz", headers={"X-Forwarded-For": "203.0.113.5"})

    assert here.status_code == 503  # no worker reports in a test
    assert here.json()["facts"]["database"] == "ok"
    assert here.json()["facts"]["queue:analyses"] == "No worker serves this queue."
    for answer in (elsewhere, passed_on):
        assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})


def test_with_a_token_only_the_token_opens_the_details(client: Client, settings: Settings) -> None:
    settings.PORTAL_METRICS_TOKEN = "a long token"

    seen = [
        "facts" in client.get("/readyz", headers=headers, REMOTE_ADDR=address).json()
        for headers, address in [
            ({"Authorization": "Bearer a long token"}, "10.0.0.9"),
            ({"Authorization": "Bearer another"}, "10.0.0.9"),
            ({}, "127.0.0.1"),
        ]
    ]

    assert seen == [True, False, False]


def test_not_being_ready_is_no_error_in_the_log(client: Client) -> None:
    with collected() as lines:
        assert client.get("/readyz").status_code == 503

    assert [line for line in lines if line["level"] != "INFO"] == []


def test_they_are_only_read(client: Client) -> None:
    assert client.post("/readyz").status_code == 405
    assert client.head("/healthz").status_code == 200


def test_weaknesses_are_reported_where_the_setting_says(client: Client, settings: Settings) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404

    settings.PORTAL_SECURITY_CONTACT = "mailto:security@example.com"
    settings.CSRF_TRUSTED_ORIGINS = ["https://portal.example.com"]
    answer = client.get("/.well-known/security.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    contact, expires, languages, canonical = answer.content.decode().splitlines()
    assert contact == "Contact: mailto:security@example.com"
    assert datetime.fromisoformat(expires.removeprefix("Expires: ")) > timezone.now()
    assert languages == "Preferred-Languages: en, zh"
    assert canonical == "Canonical: https://portal.example.com/.well-known/security.txt"


def test_the_guide_explains_every_fact_and_every_metric() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "operating.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([\w:]+)", guide, re.MULTILINE))

    facts = {fact.name for fact in health_facts()}
    metrics = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in PortalMetrics().collect()
    }
    assert rows == facts | metrics
