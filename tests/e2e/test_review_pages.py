"""The reviewer's pages: and their accessibility, by keyboard, in every size and colour."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import shop_chart
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.test_review_walk import submit, wait_for

DEMO = "/review/1/"
"""The demo's own package: small, so that every element of it can be looked at."""


@pytest.fixture(scope="session")
def number() -> list[str]:
    """The submission that these tests look at, once it was made."""
    return []


@pytest.fixture
def submission(visit: Visit, number: list[str]) -> str:
    """The number of a submission in review that nobody has decided about."""
    if not number:
        partner = visit().sign_in("partner")
        address = submit(partner, "9.9.9")
        wait_for(partner.page, "in review")
        number.append(address.split("/")[2])
    return number[0]


def review(visitor: Visitor, submission: str) -> Page:
    visitor.page.goto(f"/review/{submission}/")
    return visitor.page


def here(page: Page) -> str:
    """The finding that the keys work on."""
    return str(page.locator("[data-finding].is-here").get_attribute("id"))


@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_are_accessible(width: int, colours: str, visit: Visit) -> None:
    reviewer = visit(width=width, colours=colours).sign_in("reviewer")
    violations = {}
    for address in (
        "/review/",
        "/review/?q=nothing+of+this+name",
        f"{DEMO}?view=unified&unfold=all",
        f"{DEMO}?view=split",
        f"{DEMO}decide/?verb=reject&group=all",
        "/submissions/1/changes/",
    ):
        reviewer.page.goto(address)
        violations[address] = reviewer.accessibility_violations()
    assert violations == {address: [] for address in violations}


@pytest.mark.parametrize("width", [1400, 400])
def test_no_page_is_wider_than_its_window(width: int, visit: Visit, submission: str) -> None:
    reviewer = visit(width=width).sign_in("reviewer")
    for address in ("/review/", f"/review/{submission}/", f"/submissions/{submission}/changes/"):
        reviewer.page.goto(address)
        assert reviewer.page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_keys_lead_from_finding_to_finding(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    order = [each.get_attribute("id") for each in page.locator("[data-finding]").all()]

    page.keyboard.press("j")
    first = here(page)
    page.keyboard.press("j")
    second = here(page)
    page.keyboard.press("k")

    assert [first, second, here(page)] == [order[0], order[1], order[0]]
    assert page.url.endswith(f"#{order[0]}")
    expect(page.locator(f'[data-goes-to="{order[0]}"]')).to_have_class("is-info is-here")


def test_keys_decide_undo_and_go_on(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    page.keyboard.press("j")
    first = here(page)
    page.keyboard.press("j")
    second = here(page)
    page.keyboard.press("k")

    page.keyboard.press("a")
    page.wait_for_url(f"**#{second}")
    expect(page.locator(f"#{first}")).to_contain_text("will be applied")
    page.keyboard.press("k")
    page.keyboard.press("u")
    expect(page.locator(f"#{first}").get_by_role("button", name="Approve")).to_be_visible()


def test_keys_ask_for_a_reason_and_leave_what_is_typed_alone(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    page.keyboard.press("j")
    page.keyboard.press("r")
    reason = page.locator("[data-finding].is-here").get_by_label("Reason")
    expect(reason).to_be_focused()
    comment = page.locator("[data-finding].is-here").get_by_label("Comment", exact=True)
    comment.focus()
    page.keyboard.type("just a cup of jam?")
    expect(comment).to_have_value("just a cup of jam?")
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()


def test_keys_do_nothing_while_signs_are_composed(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    page.evaluate(
        "document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'j', bubbles: true, isComposing: true}))"
    )
    expect(page.locator("[data-finding].is-here")).to_have_count(0)


def test_keys_can_be_turned_off_for_good(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()

    page.keyboard.press("j")
    expect(page.locator("[data-finding].is-here")).to_have_count(0)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_label("Single-key shortcuts")).not_to_be_checked()


def test_keys_lead_through_the_queue(visit: Visit, submission: str) -> None:
    page = visit().sign_in("reviewer").page
    page.goto(f"/review/?q={shop_chart.SERVICE}+9.9.9")
    page.keyboard.press("j")
    expect(page.locator("tr.is-here")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{submission}/")


def test_an_address_of_a_folded_line_unfolds_it(visit: Visit, submission: str) -> None:
    reviewer = visit().sign_in("reviewer")
    page = reviewer.page
    page.goto(f"/submissions/{submission}/changes/#R200")
    expect(page.locator("#R200")).to_be_in_viewport()
    expect(page.locator("#R900")).to_be_hidden()


def test_the_browsers_own_search_finds_what_is_folded(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    expect(page.get_by_text("orders-203").first).to_be_hidden()
    assert page.evaluate("window.find('orders-203')")


def test_in_a_narrow_window_the_texts_are_one_below_the_other(
    visit: Visit, submission: str
) -> None:
    wide = review(visit().sign_in("reviewer"), submission)
    narrow = review(visit(width=400).sign_in("reviewer"), submission)

    def places(page: Page) -> tuple[float, float]:
        old, new = (page.locator("tr.changed td").nth(at).bounding_box() for at in (1, 3))
        assert old is not None
        assert new is not None
        return new["x"] - old["x"], new["y"] - old["y"]

    assert (places(wide)[0] > 0, places(wide)[1] == 0) == (True, True)
    assert (places(narrow)[0] == 0, places(narrow)[1] > 0) == (True, True)
