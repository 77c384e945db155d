"""A running portal, and visitors with a browser whose requests and errors are recorded.

Whatever a visitor does: the content security policy is never violated, and no request goes to
another host. The fixture ``visit`` asserts that when a test is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.reviews.running import RunningPortal, data_folder

CHROMIUM = "/usr/bin/chromium"
LOCALES = {"en": "en-US", "zh-hans": "zh-CN"}
PASSWORD = "a password for the demo"
PATIENCE = 180_000  # milliseconds; a busy machine is slow, and no test here measures time
# Of each page, as soon as it is there and when a part of it is replaced: three English words in a
# row that people see or have read aloud, outside of code and of text that is not for translation.
ENGLISH_IS_REPORTED = """
(() => {
  const SENTENCE = /[A-Za-z]{2,}(?:,? [A-Za-z]{2,}){2,}/;
  const APART = "code, pre, kbd, script, style, textarea, svg, [translate=no]";
  const ALOUD = ["aria-label", "placeholder", "title", "alt"];
  const report = (element, text) => {
    const found = element.closest(APART) === null && SENTENCE.exec(text);
    if (found) reportEnglish(`${location.pathname}: ${found[0]}`);
  };
  const read = () => {
    const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode()); ) report(node.parentElement, node.data);
    for (const name of ALOUD)
      for (const each of document.querySelectorAll(`[${name}]`)) report(each, each.getAttribute(name));
  };
  document.addEventListener("DOMContentLoaded", read);
  document.addEventListener("htmx:afterSettle", read);
})();
"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without requests of its own to the network.

    It lives no longer than a module: while it does, an event loop runs in this process, and
    Django refuses database access from there.
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
    # Its sandbox does not run as root, and containers run tests as root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    # Without this, each expectation waits for five seconds only.
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, *sandbox])
        yield browser
        browser.close()


@contextmanager
def demo(given: Mapping[str, str] | None = None) -> Iterator[RunningPortal]:
    """A demo of its own, with the accounts ``partner``, ``reviewer`` and ``admin``."""
    # On a busy machine a worker may renew a lease of a few seconds too late.
    own = {"PORTAL_DEMO_PASSWORD": PASSWORD, "PORTAL_LEASE_SECONDS": "120"}
    with data_folder() as data:
        portal = RunningPortal(data, {**own, **(given or {})}).start()
        portal.wait("list(Submission.objects.values_list('state', flat=True))", ["in_review"])
        yield portal
        assert portal.stop() == 0


@pytest.fixture(scope="session")
def portal() -> Iterator[RunningPortal]:
    """The demo that the tests share."""
    with demo() as running:
        yield running


@dataclass
class Visitor:
    """A person with a browser window of their own."""

    page: Page
    portal: RunningPortal
    language: str = "en"
    recorded: list[str] = field(default_factory=list)

    def words(self, text: str) -> str:
        """``text``, a text of the portal, in the language of this visitor."""
        with translation.override(self.language):
            return translation.gettext(text)

    def sign_in(self, name: str, password: str = PASSWORD) -> Visitor:
        """Sign in as one of the demo's people, or as ``name`` with a ``password`` of its own."""
        self.page.goto("/sign-in/")
        self.page.get_by_label(self.words("username")).fill(name)
        self.page.get_by_label(self.words("Password"), exact=True).fill(password)
        self.page.get_by_role("button", name=self.words("Sign in")).click()
        self.page.wait_for_url(lambda address: "sign-in" not in address)
        return self

    def accessibility_violations(self) -> list[tuple[str, str]]:
        """The accessibility violations of this page, WCAG 2.2 level AA: rule and element."""
        # Its preloading would put styles of its own into the page, against the page's policy.
        # What passes is not described, which would take longer than finding out that it passes.
        options = {"runOnly": LEVELS, "preload": False, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [(each["id"], node["html"]) for each in found for node in each["nodes"]]

    def watch(self) -> None:
        """Record every request to another host, script error and violation of the policy.

        And where the visitor reads Chinese with scripts, English sentences.
        """
        self.page.on("request", self._record_request)
        self.page.on("console", self._record_message)
        self.page.on("pageerror", lambda error: self.recorded.append(str(error)))
        if self.language != "en":
            self.page.expose_function("reportEnglish", self._record_english)
            self.page.add_init_script(ENGLISH_IS_REPORTED)

    def _record_request(self, request: Request) -> None:
        if not request.url.startswith((self.portal.address, "data:", "blob:", "about:")):
            self.recorded.append(f"a request left for {request.url}")

    def _record_english(self, found: str) -> None:
        self.recorded.append(found)

    def _record_message(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.recorded.append(message.text)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, portal: RunningPortal) -> Iterator[Visit]:
    """Makes visitors: with or without scripts, in a window of some size, in light or dark.

    Those who read Chinese find no English sentence on any page that they pass.
    """
    visitors: list[Visitor] = []
    contexts: list[BrowserContext] = []

    def open_window(
        *,
        scripts: bool = True,
        width: int = 1400,
        colours: Literal["light", "dark"] = "light",
        language: str = "en",
    ) -> Visitor:
        context = browser.new_context(
            base_url=portal.address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme=colours,
            locale=LOCALES[language],
        )
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context.new_page(), portal, language)
        visitor.watch()
        contexts.append(context)
        visitors.append(visitor)
        return visitor

    yield open_window
    for context in contexts:
        context.close()
    assert [visitor.recorded for visitor in visitors] == [[] for _visitor in visitors]
