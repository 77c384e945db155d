"""Every error is in the log once, with the id of the request that caused it, and in the metrics."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from reviews import logs, tasks
from reviews.models import Tally
from reviews.queue import app
from tests import factories
from tests.reviews.log_lines import collected

pytestmark = pytest.mark.django_db


@pytest.fixture
def examined_once() -> None:
    """Each package is examined here: what goes wrong on the way is logged."""


def _counted() -> dict[tuple[str, str], float]:
    """What the metrics say of errors, and of jobs by what became of them."""
    names = ["osc_portal_errors_total", "osc_portal_jobs_total"]
    return {
        (each.name, "/".join(each.label_values.values())): each.value
        for each in Tally.objects.filter(name__in=names)
    }


def _errors(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["level"] in {"ERROR", "CRITICAL"}]


def test_a_request_is_logged_under_the_id_that_its_response_has(client: Client) -> None:
    with collected() as lines:
        answer = client.get(reverse("login"))
        client.get(reverse("login"), headers={"X-Request-ID": "from-the-proxy"})
        client.get(reverse("login"), headers={"X-Request-ID": 'no "good" id'})

    assert lines[0]["request_id"] == answer.headers["X-Request-ID"]
    assert {name: lines[0][name] for name in ("message", "method", "path", "status", "user")} == {
        "message": "GET /sign-in/",
        "method": "GET",
        "path": "/sign-in/",
        "status": 200,
        "user": None,
    }
    assert lines[1]["request_id"] == "from-the-proxy"
    assert "good" not in lines[2]["request_id"]


def test_the_token_of_a_link_that_sets_a_password_is_not_logged(client: Client) -> None:
    with collected() as lines:
        client.get(reverse("password_reset_confirm", args=["MQ", "secret-token"]))

    assert "secret-token" not in str(lines)


def test_a_crash_in_a_view_is_logged_once_and_its_page_says_no_more_than_is_true(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: object, **_more: object) -> None:
        raise ValueError("planted in the view")

    monkeypatch.setattr("reviews.views.frame.render", crash)
    client.raise_request_exception = False

    with collected() as lines:
        answer = client.get(reverse("help"))

    (error,) = _errors(lines)
    assert _counted() == {("osc_portal_errors_total", "django.request"): 1}
    assert error["traceback"].endswith("ValueError: planted in the view")
    assert error["request_id"] == answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Whether what you sent was saved is not known" in page
    assert f"give the number {error['request_id']}." in page


def test_the_id_goes_with_the_job_that_a_request_queues(
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(app, "send_task", lambda *_call, **options: sent.append(options["headers"]))
    client.force_login(factories.petra())

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("demo-package"))

    assert sent == [{"request_id": answer.headers["X-Request-ID"]}]


def test_a_crash_in_the_child_is_logged_once_under_the_id_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submission = factories.submitted()
    monkeypatch.setattr(
        "reviews.pipeline.rendering.process.BOOTSTRAP",
        "import sys; sys.exit('planted in the child')",
    )

    with collected() as lines:
        tasks.analyse.apply((submission.current_id,), headers={"request_id": "the-request"})

    (error,) = _errors(lines)
    assert _counted() == {
        ("osc_portal_errors_total", "reviews.jobs.runner"): 1,
        ("osc_portal_jobs_total", "analyse/crashed"): 1,
    }
    assert "planted in the child" in error["traceback"]
    assert {name: error[name] for name in ("request_id", "task", "job", "run")} == {
        "request_id": "the-request",
        "task": "reviews.tasks.analyse",
        "job": "reviews.tasks.analyse",
        "run": submission.current_id,
    }
    assert logs.context() == {}


def test_a_crash_in_a_task_is_logged_once_under_the_id_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash() -> None:
        raise ValueError("planted in the task")

    monkeypatch.setattr("reviews.tasks.sweep_job.sweep", crash)

    with collected() as lines:
        tasks.sweep.apply(headers={"request_id": "the-request"})

    (error,) = _errors(lines)
    assert _counted() == {("osc_portal_errors_total", "celery.app.trace"): 1}
    assert "ValueError: planted in the task" in error["traceback"]
    assert (error["request_id"], error["task"]) == ("the-request", "reviews.tasks.sweep")


def test_administrators_get_one_mail_of_many_equal_errors(settings: Settings) -> None:
    settings.ADMINS = [("ada", "ada@example.com")]
    logger, handler = logging.getLogger("trial"), logs.MailHandler()
    logger.addHandler(handler)

    with logs.bound(request_id="the-request"):
        for number in range(3):
            logger.error("job %s crashed", number)
        logger.error("something else")
        logger.warning("nothing to send a mail for")
    logger.removeHandler(handler)

    assert [each.subject for each in mail.outbox] == [
        "[OSC Portal] ERROR: job 0 crashed",
        "[OSC Portal] ERROR: something else",
    ]
    assert mail.outbox[0].to == ["ada@example.com"]
    assert "request_id: the-request\n" in mail.outbox[0].body


def test_people_at_a_terminal_see_the_id_behind_the_message() -> None:
    record = logging.LogRecord("reviews.x", logging.ERROR, "x.py", 1, "it broke", None, None)

    with logs.bound(request_id="the-request"):
        assert logs.TextFormatter().format(record) == "ERROR reviews.x: it broke [the-request]"
    assert logs.TextFormatter().format(record) == "ERROR reviews.x: it broke"
