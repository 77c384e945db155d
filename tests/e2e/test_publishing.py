"""A package from the upload until its images were read back from a real registry, in a browser."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from reviews.demo_package import SERVICE
from tests.e2e.conftest import Visit, Visitor, demo
from tests.publishing import shipping_both
from tests.registry import docker_registry
from tests.registry.docker_registry import DockerRegistry
from tests.reviews.running import RunningPortal


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerRegistry]:
    with docker_registry.running(tmp_path_factory.mktemp("docker-registry")) as running:
        yield running


@pytest.fixture(scope="module")
def portal(registry: DockerRegistry) -> Iterator[RunningPortal]:
    """The demo, which publishes to the registry."""
    given = {
        "PORTAL_REGISTRY": registry.registry,
        "PORTAL_PUBLISH_TARGET": registry.address,
        "PORTAL_PUBLISH_DIALECT": "oci",
        "PORTAL_PUBLISH_CHARTS": "yes",
    }
    with demo(given) as running:
        yield running


def _released(partner: Visitor, portal: RunningPortal, version: str) -> str:
    """Submit the package and have it approved as proposed; the address of its submission."""
    page = partner.page
    page.goto("/submissions/new/")
    page.get_by_label("Service", exact=True).fill(SERVICE)
    page.get_by_label("Version").fill(version)
    file = FilePayload(name="harbour-1.4.0.zip", mimeType="application/zip", buffer=shipping_both())
    page.locator("input[name=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/submissions/\d+/"))
    expect(page.get_by_text("8 archives with 8 images, 80 KB")).to_be_visible()
    submission = f"Submission.objects.get(version={version!r})"
    portal.ask(f"factories.approve(factories.decided({submission})).pk")
    return str(re.findall(r"/submissions/\d+/", page.url)[0])


def test_images_are_pushed_read_back_and_pulled(
    visit: Visit, portal: RunningPortal, registry: DockerRegistry, tmp_path: Path
) -> None:
    partner = visit().sign_in("partner")
    address = _released(partner, portal, "3.0.0")
    page = partner.page

    page.goto(address)
    words = f"Pushed to {registry.registry} and read back at"
    expect(page.locator(".notice", has_text=words)).to_contain_text("4 images, 2 architectures.")
    page.get_by_role("link", name="Images and digests").click()

    expect(page.get_by_role("link", name="images.lock.json")).to_be_visible()
    expect(page.get_by_text("pushed", exact=True)).to_have_count(8)
    lines = page.get_by_label("Pull the images").input_value().splitlines()
    assert lines[0].startswith(f"docker pull {registry.registry}/osc-opensource/")
    installing = page.get_by_label("Install the chart").input_value()
    assert installing == (
        f"helm install harbour oci://{registry.registry}/osc-opensource/charts/harbour"
        " --version 1.4.0 --plain-http\n"
    )
    for number, line in enumerate(lines):
        source = f"docker://{line.removeprefix('docker pull ')}"
        command = ["skopeo", "--insecure-policy", "copy", "--all", "--src-tls-verify=false"]
        subprocess.run([*command, source, f"oci:{tmp_path}/pulled:{number}"], check=True)


def test_a_version_is_suspended_and_everybody_sees_it_first(
    visit: Visit, portal: RunningPortal
) -> None:
    partner, admin = visit().sign_in("partner"), visit().sign_in("admin")
    address = _released(partner, portal, "3.0.1")
    page = admin.page
    page.goto(address)
    expect(page.get_by_text("Download the released package")).to_be_visible()

    page.locator("summary", has_text="Suspend this version").click()
    page.get_by_label("Reason (the partner sees it)").fill("It deletes data.")
    page.get_by_role("button", name="Suspend this version").click()
    expect(page.get_by_text("This version is suspended")).to_be_visible()

    partner.page.goto(address)
    first = partner.page.locator("main .notice").first
    expect(first).to_contain_text("This version is suspended")
    expect(first).to_contain_text("It deletes data.")
    page.get_by_label("Reason (the partner sees it)").fill("It does not.")
    page.get_by_role("button", name="End the suspension").click()
    expect(page.get_by_text("This version is suspended")).to_have_count(0)


LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (
    ("light", 1440),
    ("dark", 1440),
    ("light", 390),
    ("dark", 390),
)


def test_the_page_of_a_release_is_accessible(visit: Visit, portal: RunningPortal) -> None:
    address = _released(visit().sign_in("partner"), portal, "3.0.2")

    for colours, width in LOOKS:
        visitor = visit(colours=colours, width=width).sign_in("admin")
        for name in ("", "release/"):
            visitor.page.goto(f"{address}{name}")
            expect(visitor.page.get_by_text("read back at").first).to_be_visible()

            assert visitor.accessibility_violations() == []
            assert not _scrolls(visitor.page)


def _scrolls(page: Page) -> bool:
    script = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(script))
