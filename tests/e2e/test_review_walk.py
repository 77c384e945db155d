"""From the partner through the review to the release, with scripts and without, in both languages.

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
CLICK = 30_000
MOST_MISSED = 5


def submit(partner: Visitor, version: str) -> str:
    """Submit the first package; the address of the submission."""
    page, words = partner.page, partner.words
    portal = page.get_by_role("navigation", name=words("Portal"))
    portal.get_by_role("link", name=words("New submission")).click()
    page.get_by_label(words("Service"), exact=True).fill(shop_chart.SERVICE)
    page.get_by_label(words("Version")).fill(version)
    choose(page, shop_chart.package())
    page.get_by_role("button", name=words("Submit")).click()
    page.wait_for_url(re.compile(r"/submissions/\d+/"))
    return str(re.findall(r"/submissions/\d+/", page.url)[0])


def choose(page: Page, package: bytes) -> None:
    file = FilePayload(name=shop_chart.FILE_NAME, mimeType="application/zip", buffer=package)
    page.locator("input[name=file]").set_input_files(files=[file])


def wait_for(page: Page, address: str, state: str) -> None:
    """Load the submission's page again until its badge says ``state``, as without scripts.

    First the page is waited for: loading again before would stop the form that leads there.
    """
    page.wait_for_url(re.compile(f"{re.escape(address)}([?#]|$)"))
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
    page, words = reviewer.page, reviewer.words
    portal = page.get_by_role("navigation", name=words("Portal"))
    portal.get_by_role("link", name=words("Queue")).click()
    number = re.findall(r"\d+", address)[0]
    row = page.locator("tr", has=page.locator(f'a[href="/review/{number}/"]'))
    row.get_by_role("button", name=words("Claim")).click()
    page.wait_for_url(f"**/review/{number}/")
    expect(page.get_by_text(words("You have claimed it."))).to_be_visible()
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


def downloaded(visitor: Visitor) -> bytes:
    released = visitor.words("Download the released package")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=released).click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize(
    ("scripts", "language"),
    [(True, "zh-hans"), (False, "en")],
    ids=["with scripts, in Chinese", "without scripts"],
)
def test_a_package_walks_from_the_partner_to_the_release(
    scripts: bool, language: str, visit: Visit
) -> None:
    version = "3.2.1" if scripts else "3.2.1-plain"
    partner = visit(scripts=scripts, language=language).sign_in("partner")
    reviewer = visit(scripts=scripts, language=language).sign_in("reviewer")
    words = reviewer.words

    address = submit(partner, version)
    wait_for(partner.page, address, words("in review"))
    expect(hard_coded(partner.page)).to_contain_text("busybox:1.36")

    page = open_review(reviewer, address)
    literal = finding(page, "OSC-HELM-008", shop_chart.HARD_CODED)
    page.locator(literal).get_by_role("button", name=words("Confirm")).click()
    expect(page.locator(literal)).to_contain_text(words("confirmed: to be fixed"))
    expect(page.get_by_role("button", name=words("Approve package"))).to_be_disabled()
    page.get_by_label(words("Comment for the partner")).fill("Let values.yaml decide busybox.")
    page.get_by_role("button", name=words("Return to partner")).click()
    wait_for(page, address, words("returned"))

    partner.page.reload()
    expect(partner.page.get_by_text("Let values.yaml decide busybox.")).to_be_visible()
    partner.page.get_by_role("link", name=words("Upload a corrected package")).click()
    choose(partner.page, shop_chart.package(fixed=True))
    partner.page.get_by_role("button", name=words("Upload")).click()
    wait_for(partner.page, address, words("in review"))
    expect(hard_coded(partner.page)).to_have_count(0)

    page = open_review(reviewer, address)
    reject_the_exporter(reviewer)
    decide_all(page)
    expect(page.get_by_text(words("All findings are decided."))).to_be_visible()
    seen = right_side(page, address)
    page.get_by_label(words("I confirm:")).check()
    page.get_by_role("button", name=words("Approve package")).click()
    wait_for(page, address, words("released"))

    partner.page.reload()
    for each in (reviewer, partner):
        assert shop_chart.values_in(downloaded(each)) == seen
    assert seen == expected_values()


def decide_all(page: Page) -> None:
    """Apply or confirm whatever is undecided: groups first, then what stands alone."""
    undecided = page.locator(
        '[data-group] button[value="approve"], [data-open] button[value="approve"]:not([disabled])'
    )
    missed = 0
    while count := undecided.count():
        try:
            with page.expect_response("**/decide/"):
                undecided.first.click(timeout=CLICK)
        except Error:
            # An answer is drawn in several steps: what was counted may be gone before the click.
            missed += 1
            assert missed < MOST_MISSED
            continue
        expect(page.locator(".htmx-request")).to_have_count(0)
        expect(undecided).not_to_have_count(count)


def reject_the_exporter(reviewer: Visitor) -> None:
    """Keep one image where it is, with a reason."""
    page, words = reviewer.page, reviewer.words
    exporter = page.locator(finding(page, "PORTAL-002", shop_chart.EXPORTER))
    exporter.get_by_role("button", name=words("Keep original…")).click()
    page.get_by_label(words("Reason")).select_option("intended")
    page.locator('#ask [data-do], .several-form [value="reject"]').click()
    expect(page.locator(".badge", has_text=words("original kept"))).to_be_visible()


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
