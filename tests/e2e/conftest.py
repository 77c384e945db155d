"""A portal that runs, and visitors with a browser whose every step is watched.

Whatever a visitor does: no content security policy is violated, and no request leaves the
portal. Each visitor's fixture looks at that when the test is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from tests.reviews.running import RunningPortal, data_folder

CHROMIUM = "/usr/bin/chromium"
PASSWORD = "a password for the demo"
PATIENCE = 60_000  # milliseconds; a busy machine is slow, and nothing here is timed
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's own Chromium, which looks for nobody on the network.

    It lives no longer than a module: while it does, an event loop runs in this process, and
    Django lets nobody near the database from there.
    """
    quiet = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-sync",
    ]
    # Its sandbox refuses to run for root, who runs tests in containers.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal() -> Iterator[RunningPortal]:
    """The demo, with its accounts ``partner``, ``reviewer`` and ``admin``."""
    with data_folder() as data:
        portal = RunningPortal(data, {"PORTAL_DEMO_PASSWORD": PASSWORD}).start()
        portal.wait("list(Submission.objects.values_list('state', flat=True))", ["in_review"])
        yield portal
        assert portal.stop() == 0


@dataclass
class Visitor:
    """Somebody with a browser window of their own."""

    page: Page
    portal: RunningPortal
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, name: str) -> Visitor:
        """Sign in as one of the demo's people."""
        self.page.goto("/sign-in/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda address: "sign-in" not in address)
        return self

    def barriers(self) -> list[tuple[str, str]]:
        """What bars people from this page: rule and place, by WCAG 2.2 at level AA."""
        # Its preloading would put styles of its own into the page, against the page's policy.
        options = {"runOnly": LEVELS, "preload": False}
        found = Axe().run(self.page, options=options).response["violations"]
        return [(each["id"], node["html"]) for each in found for node in each["nodes"]]

    def watch(self) -> None:
        """Write down every request to another host and every violation of the policy."""
        self.page.on("request", self._look_at_request)
        self.page.on("console", self._look_at_words)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _look_at_request(self, request: Request) -> None:
        if not request.url.startswith((self.portal.address, "data:", "blob:", "about:")):
            self.complaints.append(f"a request left for {request.url}")

    def _look_at_words(self, said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text or "Content-Security-Policy" in said.text:
            self.complaints.append(said.text)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, portal: RunningPortal) -> Iterator[Visit]:
    """Makes visitors: with or without scripts, in a window of some size, in light or dark."""
    visitors: list[Visitor] = []
    contexts: list[BrowserContext] = []

    def arrive(
        *,
        scripts: bool = True,
        width: int = 1400,
        colours: Literal["light", "dark"] = "light",
    ) -> Visitor:
        context = browser.new_context(
            base_url=portal.address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme=colours,
        )
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context.new_page(), portal)
        visitor.watch()
        contexts.append(context)
        visitors.append(visitor)
        return visitor

    yield arrive
    for context in contexts:
        context.close()
    assert [visitor.complaints for visitor in visitors] == [[] for _visitor in visitors]
