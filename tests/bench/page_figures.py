"""Fills a portal and asks for its pages, as a reviewer; see ``pages``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.jobs import analysis
from reviews.models import Service, Submission
from reviews.states import SubmissionState
from tests import factories
from tests.bench.pages import Figure, taken

_ZIPPED = {"Accept-Encoding": "gzip"}
_IN_PLACE = {"HX-Request": "true"}
_SEVERAL = 200


def measure(packages: Mapping[str, bytes], queue: int) -> Iterator[Figure]:
    """The figures of each package's review, then those of a long queue."""
    client = Client(headers=_ZIPPED)
    client.force_login(factories.rita())
    for name, package in packages.items():
        yield from _of_review(name, client, _in_review(name, package))
    _fill(queue)
    yield taken(f"queue of {queue}", lambda: client.get("/review/"), _queries)
    asked = "/review/?state=in_review&page=3"
    yield taken("queue, page 3", lambda: client.get(asked), _queries)


def _queries(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def _in_review(name: str, package: bytes) -> Submission:
    submission = factories.submitted(package, version=name[:20])
    assert submission.current is not None
    analysis.analyse(submission.current.pk)
    submission = factories.again(submission)
    assert submission.state == SubmissionState.IN_REVIEW, submission.state
    return submission


def _of_review(name: str, client: Client, submission: Submission) -> Iterator[Figure]:
    assert submission.current is not None
    findings = submission.current.findings
    title = f"{name} ({findings.count()} findings)"
    address = f"/review/{submission.pk}/"
    yield taken(f"{title}: review", lambda: client.get(address), _queries)
    changes = f"/submissions/{submission.pk}/changes/"
    yield taken(f"{title}: changes", lambda: client.get(changes), _queries)
    units = list(dict.fromkeys(findings.order_by("position").values_list("unit", flat=True)))
    turns = iter(["approve", "undo"] * 10)

    def decide(*keys: str) -> Any:
        sent = {"revision": 1, "verb": next(turns), "units": keys}
        answer = client.post(f"{address}decide/", sent, headers=_IN_PLACE)
        assert answer.status_code == 200, answer.content
        return answer

    yield taken(f"{title}: one decision", lambda: decide(units[0]), _queries)
    yield taken(
        f"{title}: {len(units[:_SEVERAL])} decisions", lambda: decide(*units[:_SEVERAL]), _queries
    )


def _fill(count: int) -> None:
    """A queue: a tenth of it in review, the rest decided or waiting for partners."""
    pattern = Submission.objects.latest("pk")
    service = Service.objects.create(organisation=pattern.organisation, name="many")
    states = [SubmissionState.IN_REVIEW, SubmissionState.RETURNED, *[SubmissionState.RELEASED] * 8]
    now = timezone.now()
    Submission.objects.bulk_create(
        (
            Submission(
                service=service,
                organisation=pattern.organisation,
                version=f"1.{number}",
                title=f"many 1.{number}",
                search=f"many 1.{number} acme",
                submitted_by=pattern.submitted_by,
                state=states[number % len(states)].value,
                waiting_since=now - timedelta(minutes=number),
                current=pattern.current,
                kind="helm",
                errors=number % 7,
            )
            for number in range(count)
        ),
        batch_size=2000,
    )


def in_browser(packages: Mapping[str, bytes]) -> Iterator[str]:
    """How long the renderer works for each review page, until its second frame."""
    from playwright.sync_api import Route, sync_playwright  # noqa: PLC0415 - only where asked for

    client = Client()
    client.force_login(factories.rita())

    def answer(route: Route) -> None:
        found = client.get(route.request.url.removeprefix("http://testserver"))
        body = found.getvalue()
        route.fulfill(status=found.status_code, headers=dict(found.items()), body=body)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.route("**/*", answer)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for name in packages:
            submission = Submission.objects.get(version=name[:20])
            times = []
            for _turn in range(3):
                page.goto("about:blank")
                before = _tasks(session)
                page.goto(f"http://testserver/review/{submission.pk}/")
                page.evaluate(
                    "() => new Promise((done) =>"
                    " requestAnimationFrame(() => requestAnimationFrame(done)))"
                )
                times.append((_tasks(session) - before) * 1000)
            elements = page.evaluate("document.querySelectorAll('*').length")
            yield f"{name}: browser {min(times):.0f} ms, {elements} elements"
        browser.close()


def _tasks(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
