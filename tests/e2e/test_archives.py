"""A package with image archives, from the partner to the release, in a real browser.

The partner sends the archives without a mapping; the portal proposes one; the reviewer decides
it last; and the release that is downloaded holds it.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from reviews.demo_package import SERVICE, demo_package
from tests.e2e.conftest import Visit, Visitor
from tests.factories import FIXED
from tests.shipping import POSTGRES, WEB, WORKER, archive_of, package_with

FILES = {
    "web-1.4.0-x86_64.tar": archive_of(WEB),
    "worker-1.4.0-x86_64.tar": archive_of(WORKER),
    "postgres-16.4-x86_64.tar": archive_of(POSTGRES),
}
MAPPING = """\
- image: worker
  tag: 1.4.0
  address:
    fullAddress: worker.image
  package:
    x86_64: worker-1.4.0-x86_64.tar
"""
EXPORTER = (
    "docker pull --platform linux/amd64 ghcr.io/harbourmaster/exporter:0.9.2"
    " && docker save -o exporter-0.9.2-x86_64.tar ghcr.io/harbourmaster/exporter:0.9.2\n"
)


def _submit(partner: Visitor, version: str) -> str:
    """Submit the package; the address of the submission, whose archives are read."""
    page = partner.page
    page.goto("/submissions/new/")
    page.get_by_label("Service", exact=True).fill(SERVICE)
    page.get_by_label("Version").fill(version)
    package = package_with(FILES, demo_package(FIXED))
    file = FilePayload(name="harbour-1.4.0.zip", mimeType="application/zip", buffer=package)
    page.locator("input[name=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/submissions/\d+/"))
    expect(page.get_by_text("3 archives with 3 images, 30 KB")).to_be_visible()
    return str(re.findall(r"/submissions/\d+/", page.url)[0])


def test_the_mapping_is_proposed_decided_last_and_released(visit: Visit) -> None:
    partner, reviewer = visit().sign_in("partner"), visit().sign_in("reviewer")
    address = _submit(partner, "2.1.0")

    partner.page.goto(f"{address}images/")
    expect(partner.page.get_by_text("3 of 4 archives shipped")).to_be_visible()
    lines = partner.page.get_by_label(re.compile("x86_64, 1 image"))
    assert lines.input_value() == EXPORTER
    # The button shows "Copied" until a timer fires, which must not be before it is seen.
    partner.page.evaluate("window.setTimeout = () => 0")
    partner.page.get_by_role("button", name="Copy").click()
    expect(partner.page.get_by_role("button", name="Copied")).to_be_visible()

    page = reviewer.page
    page.goto(address.replace("submissions", "review"))
    mapping = page.locator("[data-finding]", has=page.get_by_role("link", name="OSC-MAP-001"))
    expect(mapping.get_by_role("button", name="Apply")).to_be_disabled()
    expect(mapping).to_contain_text("Decide the other rewrites first")
    page.locator("#rewrites-head").get_by_role("button", name="Apply").click()
    expect(page.locator("#rewrites [data-open]")).to_have_count(1)
    mark = page.locator("[data-finding]", has=page.get_by_role("link", name="OSC-ANN-001"))
    mark.get_by_role("button", name="Apply").click()
    expect(mapping.get_by_role("button", name="Apply")).to_be_enabled()
    mapping.get_by_role("button", name="Apply").click()
    expect(mapping).to_contain_text("will be applied")
    _dismiss_the_rest(page)
    page.get_by_label("I confirm: Not shipped:").check()
    page.get_by_role("button", name="Approve package").click()
    expect(page.get_by_role("link", name="Download the released package")).to_be_visible()
    expect(page.locator(".notice", has_text="In the local image store")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the released package").click()
    released = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert MAPPING in released.read(f"{SERVICE}/images/mapping.yaml").decode()
    for name, content in FILES.items():
        assert released.read(f"{SERVICE}/images/{name}") == content


def _dismiss_the_rest(page: Page) -> None:
    """Judge whatever is still undecided as known."""
    waiting = page.locator("[data-open]")
    while count := waiting.count():
        waiting.first.get_by_role("button", name="Dismiss").click()
        page.get_by_label("Reason").select_option("accepted-risk")
        page.locator("#ask [data-do]").click()
        expect(waiting).not_to_have_count(count)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 420])
def test_the_page_of_images_is_accessible(
    visit: Visit, colours: Literal["light", "dark"], width: int
) -> None:
    visitor = visit(colours=colours, width=width).sign_in("reviewer")
    visitor.page.goto("/submissions/1/images/")

    expect(visitor.page.get_by_text("1 missing for aarch64")).to_be_visible()

    assert visitor.accessibility_violations() == []
    scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not visitor.page.evaluate(scrolls)
