"""From the queue to the verdict by keyboard alone, and with few clicks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from reviews.demo_package import SERVICE, demo_package
from tests.e2e.conftest import Visit, Visitor
from tests.shipping import clean_package


def submit(partner: Visitor, version: str, package: bytes) -> None:
    """Submit a package and wait until all of it was looked at."""
    page = partner.page
    page.goto("/submissions/new/")
    page.get_by_label("Service", exact=True).fill(SERVICE)
    page.get_by_label("Version").fill(version)
    file = FilePayload(name="harbour-1.4.0.zip", mimeType="application/zip", buffer=package)
    page.locator("input[name=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/submissions/\d+/"))
    expect(page.locator("#state").get_by_text("in review")).to_be_visible()
    expect(page.locator(".stages .is-now")).to_have_count(0)


def queue(reviewer: Visitor, version: str) -> Page:
    """The queue, with this package alone."""
    reviewer.page.goto(f"/review/?q={SERVICE}+{version}")
    return reviewer.page


@pytest.mark.parametrize("way", ["keys", "clicks"])
def test_a_clean_package_takes_four_keys_or_three_clicks(way: str, visit: Visit) -> None:
    version = f"4.0.0-{way}"
    submit(visit().sign_in("partner"), version, clean_package())
    page = queue(visit().sign_in("reviewer"), version)

    if way == "keys":
        page.keyboard.press("Enter")
        page.wait_for_url("**/review/*/")
        page.keyboard.press("g")
        expect(page.get_by_text("All findings are decided.")).to_be_visible()
        page.keyboard.press("v")
        page.keyboard.press("Enter")
    else:
        page.get_by_role("link", name=f"{SERVICE} {version}").click()
        page.locator("#rewrites-head").get_by_role("button", name="Apply 5").click()
        page.get_by_role("button", name="Approve package").click()

    page.wait_for_url("**/submissions/*/")
    expect(page.get_by_text("was approved")).to_be_visible()


def test_after_the_last_group_the_verdict_has_the_focus(visit: Visit) -> None:
    """And no card of that group, which is drawn anew a moment later."""
    submit(visit().sign_in("partner"), "4.2.0", clean_package())
    page = queue(visit().sign_in("reviewer"), "4.2.0")

    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*/")
    page.keyboard.press("g")

    expect(page.get_by_role("button", name="Approve package")).to_be_focused()
    expect(page.locator("[data-finding][data-open]")).to_have_count(0)


def test_a_package_is_returned_by_keyboard_alone(visit: Visit) -> None:
    submit(visit().sign_in("partner"), "4.1.0", demo_package())
    page = queue(visit().sign_in("reviewer"), "4.1.0")

    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*/")
    literal = page.locator("[data-finding]", has=page.get_by_role("link", name="OSC-HELM-008"))
    while "is-here" not in (literal.get_attribute("class") or ""):
        page.keyboard.press("j")
    page.keyboard.press("a")
    expect(literal).to_contain_text("confirmed: to be fixed")
    page.keyboard.press("b")
    page.keyboard.type("Let values.yaml decide busybox.")
    # The page hears of the decision when all is drawn: what is typed meanwhile stays.
    page.evaluate(
        "document.body.dispatchEvent("
        "new CustomEvent('decided', {bubbles: true, detail: {pieces: []}}))"
    )
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/submissions/*/")
    expect(page.locator("#state")).to_contain_text("returned")
    expect(page.get_by_text("Let values.yaml decide busybox.")).to_be_visible()
    page.keyboard.press("]")
    page.wait_for_url("**/review/*/")


def test_a_key_skips_to_the_verdict(visit: Visit) -> None:
    page = visit().sign_in("reviewer").page
    page.goto("/review/1/")
    page.get_by_role("link", name="Skip to the verdict").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_in_viewport()
