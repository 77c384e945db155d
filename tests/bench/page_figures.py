"""Fills a portal and asks for its pages, as a reviewer; see ``pages``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.demo_package import demo_package
from reviews.jobs import analysis
from reviews.models import Event, SavedView, Service, Submission
from reviews.states import SubmissionState
from tests import factories
from tests.bench.pages import Figure, Goal, taken

_ZIPPED = {"Accept-Encoding": "gzip"}
_IN_PLACE = {"HX-Request": "true"}
_SEVERAL = 200
_VIEWS = 20
_REVIEW = {"flood": Goal(100, 250)}
_ANY_REVIEW = Goal(50, 150)
_IN_BROWSER = {"flood": 500}
_ANY_IN_BROWSER = 300


def measure(packages: Mapping[str, bytes], queue: int, events: int) -> Iterator[Figure]:
    """The figures of each package's review, then those of a long queue, then of a long log."""
    client = Client(headers=_ZIPPED)
    client.force_login(factories.rita())
    for name, package in packages.items():
        yield from _of_review(name, client, _in_review(name, package))
    _fill(queue)
    yield taken(f"queue of {queue}", lambda: client.get("/review/"), _queries)
    asked = "/review/?state=in_review&page=3"
    yield taken("queue, page 3", lambda: client.get(asked), _queries)
    _fill_log(events)
    yield from _of_log(events)
    yield from _of_working_together()


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
    goal = _REVIEW.get(name, _ANY_REVIEW)
    yield taken(f"{title}: review", lambda: client.get(address), _queries, goal)
    changes = f"/submissions/{submission.pk}/changes/"
    yield taken(f"{title}: changes", lambda: client.get(changes), _queries, Goal(None))
    units = list(dict.fromkeys(findings.order_by("position").values_list("unit", flat=True)))
    turns = iter(["approve", "undo"] * 10)

    def decide(*keys: str) -> Any:
        sent = {"revision": 1, "verb": next(turns), "units": keys}
        answer = client.post(f"{address}decide/", sent, headers=_IN_PLACE)
        assert answer.status_code == 200, answer.content
        return answer

    yield taken(f"{title}: one decision", lambda: decide(units[0]), _queries, Goal(30, 10))
    yield taken(
        f"{title}: {len(units[:_SEVERAL])} decisions",
        lambda: decide(*units[:_SEVERAL]),
        _queries,
        Goal(200),
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


_DEEDS = ("view", "decide", "comment", "claim", "download", "submit", "start", "finish", "approve")


def _fill_log(count: int) -> None:
    """Events over two years, of a few people, of the submissions in turn."""
    submissions = list(Submission.objects.values_list("pk", flat=True))
    revision = Submission.objects.latest("pk").current_id
    people = [factories.rita().pk, factories.ralf().pk, factories.petra().pk]
    begun, step = timezone.now() - timedelta(days=730), timedelta(days=730) / count
    Event.objects.bulk_create(
        (
            Event(
                at=begun + number * step,
                by_id=people[number % 3],
                verb=(verb := _DEEDS[number % len(_DEEDS)]),
                submission_id=submissions[number % len(submissions)],
                revision_id=revision,
                detail=_DETAILS.get(verb, {}),
            )
            for number in range(count)
        ),
        batch_size=2000,
    )


_DETAILS: Mapping[str, dict[str, Any]] = {
    "comment": {"comment": "Why so?"},
    "download": {"artifact": "original"},
    "submit": {"file": "many.zip"},
    "finish": {"errors": 1, "warnings": 2, "images": 3},
    "decide": {"decision": "approve", "has_edit": True, "rule": "OSC-HELM-008", "positions": [0]},
}


def _of_log(events: int) -> Iterator[Figure]:
    """What administrators and partners see of it."""
    day = f"{timezone.now() - timedelta(days=400):%Y-%m-%d}"
    asked = {
        "": "/log/",
        ", one person": "/log/?by=ralf",
        ", one verb": "/log/?verb=approve",
        ", one day": f"/log/?since={day}&until={day}",
        ", one day, person and verb": f"/log/?since={day}&until={day}&by=rita&verb=view",
        ", one submission": "/log/?submission=many+1.500",
        ", many submissions": "/log/?submission=many",
        ", far down": f"/log/?before={events // 2}",
    }
    for user, name in ((factories.ada(), "administrator"), (factories.petra(), "partner")):
        client = Client(headers=_ZIPPED)
        client.force_login(user)
        for words, address in asked.items():
            title = f"log of {events}{words} ({name})"
            yield taken(title, partial(client.get, address), _queries)
    client = Client(headers=_ZIPPED)
    client.force_login(factories.ada())
    yield taken("operations", lambda: client.get("/admin/"), _queries)
    yield taken("policy", lambda: client.get("/admin/policy/"), _queries)


def _of_working_together() -> Iterator[Figure]:
    """The other pages on which partners and reviewers meet, with all that was filled in before."""
    long = Submission.objects.get(title="many 1.500")
    compared = _compared()
    views = (SavedView(user=factories.rita(), name=f"view {n}", query="q=x") for n in range(_VIEWS))
    SavedView.objects.bulk_create(views)
    of_submission = {
        name: f"/submissions/{long.pk}/{name}/" for name in ("history", "conversation")
    }
    shared = of_submission | {
        "findings": f"/submissions/{compared.pk}/",
        "attachments": f"/submissions/{compared.pk}/attachments/",
        "compare": f"/submissions/{compared.pk}/compare/",
        "service": f"/services/{compared.service_id}/",
        "service of many versions": f"/services/{long.service_id}/",
        "submissions": "/submissions/",
        "submissions, page 3": "/submissions/?page=3",
        "submissions, by words": "/submissions/?q=many+1.500",
        "submissions, most errors first": "/submissions/?sort=errors",
        "notifications": "/notifications/",
    }
    asked = {"partner": (factories.petra(), shared), "reviewer": (factories.rita(), shared)}
    for name, (user, addresses) in asked.items():
        client = Client(headers=_ZIPPED)
        client.force_login(user)
        for words, address in addresses.items():
            yield taken(f"{words} ({name})", partial(client.get, address), _queries)
    client = Client(headers=_ZIPPED)
    client.force_login(factories.rita())
    title = f"queue with {_VIEWS} saved views"
    yield taken(title, partial(client.get, "/review/?q=1.500"), _queries)


def _compared() -> Submission:
    """A submission with two examined revisions, which differ."""
    submission = factories.again(factories.in_review(version="compared"))
    changed = demo_package(("quay.io/harbourmaster/worker:1.4.0", "quay.io/berths/worker:1.4.0"))
    return factories.examined(factories.revised(submission, changed))


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
            most = _IN_BROWSER.get(name, _ANY_IN_BROWSER)
            yield f"{name}: browser {min(times):.0f} ms (goal {most}), {elements} elements"
        browser.close()


def _tasks(session: Any) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
