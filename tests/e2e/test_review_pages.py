"""The reviewer's pages: and their accessibility, by keyboard, in every size and colour."""

from __future__ import annotations

import re

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
        wait_for(partner.page, address, "in review")
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
        "/submissions/1/changes/",
    ):
        reviewer.page.goto(address)
        violations[address] = reviewer.accessibility_violations()
    violations |= accessibility_of_steps(reviewer)
    assert violations == {address: [] for address in violations}


def accessibility_of_steps(reviewer: Visitor) -> dict[str, list[tuple[str, str]]]:
    """The violations of what a reviewer sees on the way: the dialog, the help."""
    reviewer.page.goto(DEMO)
    found = {}
    for key in "r?":
        reviewer.page.keyboard.press(key)
        expect(reviewer.page.get_by_role("dialog")).to_be_visible()
        found[key] = reviewer.accessibility_violations()
        reviewer.page.keyboard.press("Escape")
    return found


@pytest.mark.parametrize("width", [1400, 400])
def test_no_page_is_wider_than_its_window(width: int, visit: Visit, submission: str) -> None:
    reviewer = visit(width=width).sign_in("reviewer")
    for address in ("/review/", f"/review/{submission}/", f"/submissions/{submission}/changes/"):
        reviewer.page.goto(address)
        assert reviewer.page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_list_document_and_keys_have_one_order(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    listed = [
        each.get_attribute("data-goes-to") or ""
        for each in page.locator("[id^=f-][data-goes-to]").all()
    ]

    chosen = [here(page)]
    for _step in listed[1:]:
        page.keyboard.press("j")
        # The next may be in a piece of the page that is only fetched now.
        expect(page.locator(f"[data-finding].is-here:not(#{chosen[-1]})")).to_have_count(1)
        chosen.append(here(page))
    page.keyboard.press("k")

    document = [each.get_attribute("id") for each in page.locator("[data-finding]").all()]
    assert (chosen, document) == (listed, listed)
    assert here(page) == listed[-2]
    assert page.url.endswith(f"#{listed[-2]}")
    expect(page.locator(f'[data-goes-to="{listed[-2]}"]')).to_have_class(re.compile("is-here"))


def test_keys_decide_in_place_and_go_on(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    page.evaluate("window.isTheSame = true")
    page.keyboard.press("j")
    first = here(page)
    place = page.locator(f"#{first} header").bounding_box()

    page.keyboard.press("a")
    expect(page.locator(f"#{first}")).to_contain_text(
        re.compile("will be applied|confirmed: to be fixed")
    )
    expect(page.locator(f"[data-finding].is-here:not(#{first})")).to_have_count(1)
    expect(page.locator(f'[data-goes-to="{first}"]')).to_have_class(re.compile("is-decided"))
    page.keyboard.press("k")
    page.keyboard.press("u")
    expect(page.locator(f"#{first}[data-open]")).to_have_count(1)

    now = page.locator(f"#{first} header").bounding_box()
    assert place is not None
    assert now is not None
    assert (now["width"], now["height"]) == (place["width"], place["height"])
    assert page.evaluate("window.isTheSame")


def test_what_was_done_can_be_undone_at_once(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    group = page.locator("#rewrites-head")
    group.get_by_role("button", name="Apply").click()
    expect(group.get_by_text("All decided")).to_be_visible()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(group.get_by_role("button", name="Apply")).to_be_visible()
    expect(page.locator("#rewrites [data-open]").first).to_be_visible()


def test_keys_ask_for_a_reason_and_leave_what_is_typed_alone(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason", exact=True)).to_be_focused()
    comment = dialog.get_by_label("Comment")
    comment.focus()
    page.keyboard.type("just a cup of jam?")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    # Of an input method: it ends the word, and sends nothing.
    composing = {"key": "Enter", "ctrlKey": True, "isComposing": True, "bubbles": True}
    comment.dispatch_event("keydown", composing)
    page.keyboard.press("Control+Enter")
    expect(dialog).to_contain_text("Choose a reason: the partner sees it, and it is kept.")
    expect(comment).to_have_value("just a cup of jam?")
    assert len([address for address in sent if "/decide/" in address]) == 1
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_keys_do_nothing_while_signs_are_composed(visit: Visit, submission: str) -> None:
    page = review(visit().sign_in("reviewer"), submission)
    first = here(page)
    page.evaluate(
        "document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'j', bubbles: true, isComposing: true}))"
    )
    assert here(page) == first


def test_a_key_pressed_right_after_a_dialog_was_closed_is_heard(
    visit: Visit, submission: str
) -> None:
    """Before the page is drawn again, when a field of the closed dialog still has the focus."""
    page = review(visit().sign_in("reviewer"), submission)
    page.keyboard.press("r")
    expect(page.locator("#ask")).to_be_visible()

    focused = page.evaluate(
        "document.getElementById('ask').close(); const field = document.activeElement;"
        "field.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true})); field.id"
    )

    assert focused == "ask-reason"
    expect(page.locator("#keys")).to_be_visible()


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
    expect(page.locator("tr.is-here")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{submission}/")


def test_an_address_of_a_folded_line_unfolds_it(visit: Visit, submission: str) -> None:
    reviewer = visit().sign_in("reviewer")
    page = reviewer.page
    page.goto(f"/submissions/{submission}/changes/#R200")
    expect(page.locator("#R200")).to_be_in_viewport()
    expect(page.locator("#R900")).to_have_count(0)


def test_folded_lines_come_ten_at_a_time_or_all_at_once(visit: Visit, submission: str) -> None:
    page = visit().sign_in("reviewer").page
    page.goto(f"/submissions/{submission}/changes/")
    fold = page.locator(".fold").first
    first, last = (int(fold.get_attribute(f"data-{name}") or "") for name in ("first", "last"))
    fold.get_by_role("button", name="↓").click()
    expect(page.locator(".fold").first).to_have_attribute("data-first", str(first + 10))
    page.locator(".fold a").first.click()
    expect(page.locator(f'tr:has(td:text-is("{last}"))').first).to_be_visible()


def test_the_browsers_own_search_finds_every_line_when_all_are_shown(
    visit: Visit, submission: str
) -> None:
    page = visit().sign_in("reviewer").page
    page.goto(f"/submissions/{submission}/changes/")
    page.get_by_role("link", name="Show all lines").click()
    page.wait_for_url("**unfold=all")
    page.wait_for_function("window.find('orders-203')")


def test_in_a_narrow_window_the_texts_are_one_below_the_other(
    visit: Visit, submission: str
) -> None:
    wide = review(visit().sign_in("reviewer"), submission)
    narrow = review(visit(width=400).sign_in("reviewer"), submission)

    def places(page: Page) -> tuple[float, float]:
        both_sides = page.locator("tr.changed:not(:has(td.none)) td")
        both_sides.first.scroll_into_view_if_needed()
        old, new = (both_sides.nth(at).bounding_box() for at in (1, 3))
        assert old is not None
        assert new is not None
        return new["x"] - old["x"], new["y"] - old["y"]

    assert (places(wide)[0] > 0, places(wide)[1] == 0) == (True, True)
    assert (places(narrow)[0] == 0, places(narrow)[1] > 0) == (True, True)
