"""The partner fixes a package with nothing but what the page gives to paste."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from reviews.pipeline.report.model import Remedy, RemedyLine
from tests.e2e.conftest import PATIENCE, Visit
from tests.pipeline.checks.boxes import packed
from tests.pipeline.pasting import pasted

CHART = "berths/package/berths-{version}.tgz!/berths"
# Not that of the form: loading again there would stop the form that is being sent.
SUBMISSION = re.compile(r"/submissions/\d+/$")
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: berths
spec:
  imagePullSecrets: [{name: default-secret}]
  containers:
    - name: web
      image: {{ .Values.web.image }}
    - name: backup
      image: quay.io/berths/backup:1.2
"""


def _files(version: str) -> dict[str, str]:
    """A chart without its annotations and contact, and with an image in a template."""
    chart = CHART.format(version=version)
    return {
        f"{chart}/Chart.yaml": (
            "apiVersion: v2\nname: berths\n"
            f"version: {version}\ndescription: Books berths.\nannotations:\n  source: ISV\n"
        ),
        f"{chart}/values.yaml": "web:\n  image: quay.io/berths/web:1.0\n",
        f"{chart}/templates/pod.yaml": POD,
    }


def _choose(page: Page, files: dict[str, str], version: str) -> None:
    name = f"berths-{version}.zip"
    package = FilePayload(name=name, mimeType="application/zip", buffer=packed(name, files))
    page.locator("input[name=file]").set_input_files(package)


def _blocks(page: Page) -> list[Remedy]:
    """What the page gives to paste, as a reader sees it."""
    blocks: list[Remedy] = []
    for figure in page.locator("figure.paste").all():
        place = figure.locator("figcaption .place").inner_text()
        rows = figure.locator(".row").all()
        lines = tuple(
            RemedyLine(
                kind,
                int(row.locator(".line").inner_text()),
                (row.locator("code").text_content() or "").removesuffix("\n"),
            )
            for row in rows
            for kind in ("context", "added", "removed")
            if kind in (row.get_attribute("class") or "").split()
        )
        blocks.append(Remedy(place.rpartition(":")[0], lines, (0,)))
    return blocks


def _until_examined(page: Page, *, scripts: bool) -> None:
    """A script draws the page anew; without one the reader does."""
    done = page.get_by_role("heading", name="For information")
    for _attempt in range(0 if scripts else PATIENCE // 500):
        if done.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(done).to_be_visible()


@pytest.mark.parametrize(("scripts", "version"), [(True, "1.0.1"), (False, "1.0.2")])
def test_what_the_page_gives_to_paste_fixes_the_package(
    scripts: bool, version: str, visit: Visit
) -> None:
    visitor = visit(scripts=scripts).sign_in("partner")
    page, files = visitor.page, _files(version)
    page.goto("/submissions/new/")
    _choose(page, files, version)
    if scripts:
        expect(page.get_by_label("Service", exact=True)).to_have_value("berths")
        expect(page.get_by_label("Version")).to_have_value(version)
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(SUBMISSION)
    _until_examined(page, scripts=scripts)

    expect(page.get_by_role("heading", name=f"berths {version}")).to_be_visible()
    expect(page.get_by_role("heading", name="You must fix 5 findings")).to_be_visible()
    blocks = _blocks(page)
    assert [sum(line.kind == "added" for line in each.lines) for each in blocks] == [6, 4, 1]
    if scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy 4 lines").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == (
            'backup:\n  image:\n    repository: quay.io/berths/backup\n    tag: "1.2"\n'
        )
        assert visitor.accessibility_violations() == []

    page.get_by_role("link", name="New revision").click()
    todo = page.get_by_role("complementary").get_by_role("listitem")
    assert len(todo.all()) == 2
    _choose(page, pasted(files, blocks), version)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(SUBMISSION)
    _until_examined(page, scripts=scripts)
    expect(page.get_by_role("heading", name="Nothing must be fixed")).to_be_visible()
    expect(page.get_by_text("Since rev 1:")).to_be_visible()
