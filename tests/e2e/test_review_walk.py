"""From the partner through the review to the release, with scripts and without.

The partner's first package hard-codes an image. The reviewer confirms that finding and returns
the package; the partner uploads a corrected one; the reviewer decides and approves; and the
downloaded release contains the values.yaml of the right side of the diff.
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, FilePayload, Locator, Page, expect

from tests.e2e import shop_chart
from tests.e2e.conftest import PATIENCE, Visit, Visitor

# Milliseconds for one click; short, for another button is tried then.
CLICK = 10_000


def submit(partner: Visitor, version: str) -> str:
    """Submit the first package; the address of the submission."""
    page = partner.page
    page.get_by_role("navigation", name="Portal").get_by_role("link", name="New submission").click()
    page.get_by_label("Service", exact=True).fill(shop_chart.SERVICE)
    page.get_by_label("Version").fill(version)
    choose(page, shop_chart.package())
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/submissions/\d+/"))
    return str(re.findall(r"/submissions/\d+/", page.url)[0])


def choose(page: Page, package: bytes) -> None:
    file = FilePayload(name=shop_chart.FILE_NAME, mimeType="application/zip", buffer=package)
    page.locator("input[type=file]").set_input_files(files=[file])


def wait_for(page: Page, state: str) -> None:
    """Load the page again until its badge says ``state``, as people do without scripts."""
    badge = page.locator("main .badge", has_text=re.compile(f"^\\s*{state}\\s*$")).first
    for _attempt in range(PATIENCE // 500):
        if badge.is_visible():
            return
        page.wait_for_timeout(500)
        # With scripts, it may just be loading itself again.
        with suppress(Error):
            page.reload()
    expect(badge).to_be_visible()


def hard_coded(page: Page) -> Locator:
    """The finding on the partner's page that an image is hard-coded."""
    return page.locator(".finding", has=page.get_by_role("link", name="OSC-HELM-008"))


def open_review(reviewer: Visitor, address: str) -> Page:
    """From the queue to the review page of a submission, and claim it."""
    page = reviewer.page
    page.get_by_role("navigation", name="Portal").get_by_role("link", name="Queue").click()
    number = re.findall(r"\d+", address)[0]
    row = page.locator("tr", has=page.locator(f'a[href="/review/{number}/"]'))
    row.get_by_role("button", name="Claim").click()
    page.wait_for_url(f"**/review/{number}/")
    expect(page.get_by_text("You have claimed it.")).to_be_visible()
    return page


def finding(page: Page, rule: str, words: str) -> str:
    """The selector of the first finding of a rule that has these words."""
    of_rule = page.locator("[data-finding]", has=page.get_by_role("link", name=rule))
    return f"#{of_rule.filter(has_text=words).first.get_attribute('id')}"


def right_side(page: Page, address: str) -> str:
    """The text on the right of the first changed file, all lines of it, as the server sent it."""
    sent = page.context.request.get(f"{address}changes/?view=split&unfold=all").text()
    first_file = sent.split('<section class="diff-file"')[1]
    text = ""
    for row in first_file.split("<tr ")[1:]:
        number, code = re.split(r"<td[^>]*>", row.partition("</tbody>")[0])[3:5]
        if number:
            bare = re.sub(r'<span class="sign">.*?</span></span>|<[^>]*>', "", code)
            text += html.unescape(bare).rstrip("\n") + "\n"
    return text


def downloaded(page: Page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the released package").click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_package_walks_from_the_partner_to_the_release(scripts: bool, visit: Visit) -> None:
    version = "3.2.1" if scripts else "3.2.1-plain"
    partner = visit(scripts=scripts).sign_in("partner")
    reviewer = visit(scripts=scripts).sign_in("reviewer")

    address = submit(partner, version)
    wait_for(partner.page, "in review")
    expect(hard_coded(partner.page)).to_contain_text("busybox:1.36")

    page = open_review(reviewer, address)
    literal = finding(page, "OSC-HELM-008", shop_chart.HARD_CODED)
    page.locator(literal).get_by_role("button", name="Confirm").click()
    expect(page.locator(literal)).to_contain_text("confirmed: to be fixed")
    expect(page.get_by_role("button", name="Approve package")).to_be_disabled()
    page.get_by_label("Comment for the partner").fill("Let values.yaml decide busybox.")
    page.get_by_role("button", name="Return to partner").click()
    wait_for(page, "returned")

    partner.page.reload()
    expect(partner.page.get_by_text("Let values.yaml decide busybox.")).to_be_visible()
    partner.page.get_by_role("link", name="Upload a corrected package").click()
    choose(partner.page, shop_chart.package(fixed=True))
    partner.page.get_by_role("button", name="Upload").click()
    wait_for(partner.page, "in review")
    expect(hard_coded(partner.page)).to_have_count(0)

    page = open_review(reviewer, address)
    reject_the_exporter(page)
    decide_all(page)
    expect(page.get_by_text("All findings are decided.")).to_be_visible()
    seen = right_side(page, address)
    page.get_by_label("I confirm: These images will not be pulled").check()
    page.get_by_role("button", name="Approve package").click()
    wait_for(page, "released")

    partner.page.reload()
    for each in (page, partner.page):
        assert shop_chart.values_in(downloaded(each)) == seen
    assert seen == expected_values()


def decide_all(page: Page) -> None:
    """Apply or confirm whatever is undecided: groups first, then what stands alone."""
    undecided = page.locator(
        '[data-group] button[value="approve"], [data-open] button[value="approve"]:not([disabled])'
    )
    while count := undecided.count():
        # An answer is drawn in several steps: what was counted may be gone before the click.
        with suppress(Error), page.expect_response("**/decide/"):
            undecided.first.click(timeout=CLICK)
        expect(page.locator(".htmx-request")).to_have_count(0)
        expect(undecided).not_to_have_count(count)


def reject_the_exporter(page: Page) -> None:
    """Keep one image where it is, with a reason."""
    exporter = page.locator(finding(page, "PORTAL-002", shop_chart.EXPORTER))
    exporter.get_by_role("button", name="Keep original").click()
    page.get_by_label("Reason").select_option("intended")
    page.locator('#ask [data-do], .several-form [value="reject"]').click()
    expect(page.get_by_text("original kept")).to_be_visible()


def expected_values() -> str:
    """The expected values: new addresses, except for the exporter."""
    text = shop_chart.values(fixed=True)
    for registry, repository, _tag in shop_chart.IMAGES.values():
        name = repository.rpartition("/")[2]
        text = text.replace(
            f"registry: {registry}\n", "registry: swr.cn-east-3.myhuaweicloud.com\n"
        )
        text = text.replace(f"repository: {repository} ", f"repository: osc-opensource/{name} ")
    text = text.replace("repository: library/busybox\n", "repository: osc-opensource/busybox\n")
    return text + (
        "  image:\n"
        "    registry: swr.cn-east-3.myhuaweicloud.com\n"
        "    repository: osc-opensource/valkey\n"
    )
