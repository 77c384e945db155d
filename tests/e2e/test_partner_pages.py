"""The partner's pages: uploading, watching, and reading, and their accessibility."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from reviews.demo_package import demo_package
from tests.e2e.conftest import Visit, Visitor

KILOBYTE = 1024
GROUND = "getComputedStyle(document.documentElement).backgroundColor"


def choose(page: Page, content: bytes, name: str = "harbour.zip") -> None:
    file = FilePayload(name=name, mimeType="application/zip", buffer=content)
    page.locator("input[name=file]").set_input_files(file)


def fill(page: Page, version: str, content: bytes) -> None:
    page.goto("/submissions/new/")
    page.get_by_label("Service", exact=True).fill("pages")
    page.get_by_label("Version").fill(version)
    page.get_by_label("Note for the reviewer").fill("What was typed stays.")
    choose(page, content)


def slow_down(page: Page, bytes_a_second: int) -> None:
    """Let what the page sends arrive no faster than that; 0 is as fast as it can."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_a_second or -1,
        },
    )


@pytest.fixture(scope="session")
def submissions() -> dict[str, str]:
    """The addresses of the submissions that these tests look at, once they were made."""
    return {}


@pytest.fixture
def refused(visit: Visit, submissions: dict[str, str]) -> str:
    """The address of a submission that cannot be processed."""
    if "refused" not in submissions:
        page = visit().sign_in("partner").page
        fill(page, "0.0.1", b"no archive at all")
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("The package cannot be processed")).to_be_visible()
        submissions["refused"] = re.findall(r"/submissions/\d+/", page.url)[0]
    return submissions["refused"]


def demo(visitor: Visitor) -> str:
    """The address of the demo's own submission."""
    visitor.page.goto("/submissions/?q=harbour")
    return str(visitor.page.get_by_role("link", name="harbour 1.4.0").get_attribute("href"))


@pytest.mark.parametrize(("width", "colours"), [(1280, "dark"), (400, "light")])
def test_the_pages_are_accessible(
    width: int, colours: Literal["light", "dark"], visit: Visit, refused: str
) -> None:
    outside, partner = visit(width=width, colours=colours), visit(width=width, colours=colours)
    looked_at = demo(partner.sign_in("partner"))
    chart = "harbour/package/harbour-1.4.0.tgz!/harbour"
    addresses = [
        (
            outside,
            ["/sign-in/", "/password/forgotten/", "/help/", "/rules/", "/rules/OSC-HELM-008/"],
        ),
        (
            partner,
            [
                "/submissions/",
                "/submissions/?q=nothing+of+this+name",
                "/submissions/new/",
                "/log/",
                "/password/",
                "/nothing/",
                refused,
                f"{refused}revise/",
                f"{looked_at}",
                f"{looked_at}images/",
                f"{looked_at}files/",
                f"{looked_at}files/?file={chart}/values.yaml#L5",
                f"{looked_at}history/",
                f"{looked_at}withdraw/",
            ],
        ),
    ]
    violations, too_wide = {}, []
    for visitor, pages in addresses:
        for address in pages:
            visitor.page.goto(address)
            violations[address] = visitor.accessibility_violations()
            if visitor.page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append(address)

    assert violations == {address: [] for address in violations}
    assert too_wide == []


def test_results_appear_by_themselves(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    fill(page, "1.0.0", demo_package())

    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_text("The package has arrived and is being examined.")).to_be_visible()
    expect(page.get_by_role("heading", name="You must fix").first).to_be_visible()
    expect(page.locator("#state")).to_have_text("in review")
    expect(page.locator("[hx-trigger]")).to_have_count(0)


def test_an_upload_shows_its_progress_and_can_be_stopped(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    fill(page, "2.0.0", b"x" * 600 * KILOBYTE)
    slow_down(page, 20 * KILOBYTE)

    page.get_by_role("button", name="Submit").click()
    words = page.locator("[data-progress-words]")
    expect(words).to_contain_text(
        re.compile(r"^[\d.]+ kB of 61\d kB, [\d.]+ [kM]?B/s, \d+ s left$")
    )
    expect(page.get_by_role("button", name="Submit")).to_be_disabled()
    page.get_by_role("button", name="Stop").click()

    expect(words).to_have_text("The upload was stopped. Nothing was submitted.")
    expect(page.get_by_role("button", name="Submit")).to_be_enabled()
    expect(page.get_by_label("Version")).to_have_value("2.0.0")
    page.goto("/submissions/?q=pages+2.0.0")
    expect(page.get_by_text("No submission matches this search.")).to_be_visible()


def test_after_a_mistake_even_the_file_is_still_chosen(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    fill(page, "not one word", demo_package())

    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Give a version such as 6.7.0")).to_be_visible()
    expect(page.get_by_label("Version")).to_be_focused()
    expect(page.get_by_label("Note for the reviewer")).to_have_value("What was typed stays.")
    assert page.locator("input[name=file]").evaluate("input => input.files[0].name") == (
        "harbour.zip"
    )
    page.get_by_label("Version").fill("3.0.0")
    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_role("heading", name="pages 3.0.0")).to_be_visible()


def test_a_file_can_be_dropped(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    page.goto("/submissions/new/")
    dropped = page.evaluate_handle(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["x"], "dropped.zip"));
            return dropped;
        }"""
    )

    page.dispatch_event("[data-drop]", "dragover", {"dataTransfer": dropped})
    expect(page.locator("[data-drop]")).to_have_class("drop is-over")
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})

    expect(page.locator("[data-drop]")).to_have_class("drop")
    assert page.locator("input[name=file]").evaluate("input => input.files[0].name") == (
        "dropped.zip"
    )


def test_without_scripts_the_form_errors_are_shown_as_well(visit: Visit) -> None:
    page = visit(scripts=False).sign_in("partner").page
    fill(page, "not one word", demo_package())

    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_text("Give a version such as 6.7.0")).to_be_visible()
    expect(page.get_by_label("Note for the reviewer")).to_have_value("What was typed stays.")


def test_a_change_of_colours_keeps_what_was_typed_and_lasts(visit: Visit) -> None:
    page = visit(colours="light").sign_in("partner").page
    page.goto("/submissions/new/")
    page.get_by_label("Version").fill("7.7.7")
    white = page.evaluate(GROUND)

    page.get_by_title("Theme").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()

    expect(page.get_by_label("Version")).to_have_value("7.7.7")
    dark = page.evaluate(GROUND)
    assert white == "rgb(255, 255, 255)" != dark
    page.goto("/help/")
    assert page.evaluate(GROUND) == dark


def test_without_scripts_colours_change_as_well(visit: Visit) -> None:
    page = visit(scripts=False, colours="dark").page
    page.goto("/help/")

    page.get_by_title("Theme").click()
    page.get_by_role("button", name="Light").click()

    expect(page).to_have_url(re.compile("/help/$"))
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_menu_closes_with_escape_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    menu = page.locator("summary", has_text="partner")

    menu.focus()
    page.keyboard.press("Enter")
    menu.dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_message_can_be_dismissed(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    fill(page, "4.0.0", b"no archive")
    page.get_by_role("button", name="Submit").click()
    words = page.get_by_text("The package has arrived and is being examined.")
    expect(words).to_be_visible()

    page.get_by_role("button", name="Dismiss").click()

    expect(words).to_have_count(0)


def test_the_first_tab_skips_the_frame(visit: Visit) -> None:
    page = visit().sign_in("partner").page
    page.goto("/help/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()


def test_a_finding_leads_to_its_line(visit: Visit) -> None:
    visitor = visit().sign_in("partner")
    visitor.page.goto(demo(visitor))

    visitor.page.get_by_role("link", name="templates/web.yaml:15").first.click()

    line = visitor.page.locator("#L15")
    expect(line).to_contain_text("image: busybox:1.36")
    expect(line).to_be_in_viewport()
