"""From the report of a package to what is published of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reviews import pipeline
from reviews.pipeline import Report
from reviews.pipeline.core.policy import Policy
from reviews.registry import LayoutTarget, Outcome, PlannedImage, PublishPlan, planned_images
from tests.shipping import archive_of, package_with, shipping_package

from .publications import Publication

REGISTRY = Policy().registry
BASE = f"{REGISTRY}/osc-opensource"


@cache
def report() -> Report:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(shipping_package())
        return pipeline.examine(path, Policy()).report


def moved(of: Report) -> dict[str, str]:
    return {
        image.original: image.target or ""
        for image in of.images
        if image.status is pipeline.ImageStatus.REDIRECTED
    }


def config_of(name: str) -> str:
    (archive,) = [each for each in report().archives or () if each.name == name]
    return archive.images[0].config


def shipped(image: str, architecture: str, archive: str, original: str) -> PlannedImage:
    return PlannedImage(
        f"{BASE}/{image}",
        architecture,
        archive=f"harbour/images/{archive}",
        config=config_of(archive),
        original=original,
    )


def test_what_is_shipped_is_planned_with_its_archive_and_the_rest_is_asked_for() -> None:
    planned = planned_images(report(), moved(report()), REGISTRY, ["x86_64"])

    exporter, worker = "ghcr.io/harbourmaster/exporter:0.9.2", "quay.io/harbourmaster/worker:1.4.0"
    web, postgres = "docker.io/harbourmaster/web:1.4.0", "docker.io/library/postgres:16.4"
    assert planned == (
        shipped("postgres:16.4", "x86_64", "postgres-16.4-x86_64.tar", postgres),
        shipped("web:1.4.0", "x86_64", "web-1.4.0-x86_64.tar", web),
        shipped("web:1.4.0", "aarch64", "web-1.4.0-aarch64.tar", web),
        PlannedImage("busybox:1.36", "x86_64", is_asked=False, original="busybox:1.36"),
        shipped("worker:1.4.0", "x86_64", "worker-1.4.0-x86_64.tar", worker),
        PlannedImage(f"{BASE}/exporter:0.9.2", "x86_64", original=exporter),
    )


def test_an_image_that_was_not_moved_is_not_asked_for() -> None:
    """A reviewer kept the original: the released package pulls it from where it is."""
    kept = {original: target for original, target in moved(report()).items() if "web" not in target}

    planned = planned_images(report(), kept, REGISTRY, ["x86_64"])

    web = [each for each in planned if "/web:" in each.reference]
    assert [(each.reference, each.is_asked, each.archive) for each in web] == [
        ("docker.io/harbourmaster/web:1.4.0", False, None)
    ] * 2


def test_two_rows_with_one_address_are_planned_once() -> None:
    first = report()
    row = next(image for image in first.images if image.original.endswith("/web:1.4.0"))
    again = replace(row, original=f"{BASE}/web:1.4.0", supplies=(), archives={})
    doubled = replace(first, images=(again, *first.images))

    planned = planned_images(doubled, moved(first), REGISTRY, ["x86_64", "aarch64"])

    web = [each.archive for each in planned if each.reference == f"{BASE}/web:1.4.0"]
    assert web == [f"harbour/images/web-1.4.0-{each}.tar" for each in ("x86_64", "aarch64")]


def test_of_an_archive_with_several_images_the_one_with_the_name_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    both = archive_of("docker.io/harbourmaster/web:1.4.0")
    path.write_bytes(package_with({"web-1.4.0-x86_64.tar": both}))
    found = pipeline.examine(path, Policy()).report
    (archive,) = found.archives or ()
    other = replace(
        archive.images[0], references=("docker.io/harbourmaster/other:1.4.0",), config="sha256:0"
    )
    found = replace(found, archives=(replace(archive, images=(other, *archive.images)),))

    planned = planned_images(found, moved(found), REGISTRY, ["x86_64"])

    web = next(each for each in planned if each.reference == f"{BASE}/web:1.4.0")
    assert web.config == archive.images[0].config


def test_the_demo_package_is_published_as_planned(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(shipping_package())
    planned = planned_images(report(), moved(report()), REGISTRY, ["x86_64"])

    published = Publication().run(PublishPlan(path, planned), LayoutTarget(tmp_path / "layout"))

    assert [each.outcome for each in published] == [
        Outcome.PUSHED,
        Outcome.PUSHED,
        Outcome.PUSHED,
        Outcome.NOT_ASKED,
        Outcome.PUSHED,
        Outcome.MISSING,
    ]


def upgraded(of: Report) -> Report:
    """The report with an upgrade of the web image, of which one architecture is shipped."""
    (web,) = [each for each in of.images if "/web:" in each.original]
    upgrade = replace(
        web,
        original=web.original.replace("1.4.0", "1.5.0"),
        target=(web.target or "").replace("1.4.0", "1.5.0"),
        instance_tag="1.5.0",
        supplies=web.supplies[:1],
    )
    return replace(of, images=(*of.images, upgrade))


def test_the_image_of_an_upgrade_goes_where_the_deployed_version_went() -> None:
    report_ = upgraded(report())
    expected = moved(report())
    kept = {original: target for original, target in expected.items() if "web" not in target}

    for known, reference, is_asked in (
        (expected, f"{BASE}/web:1.5.0", True),
        (kept, "docker.io/harbourmaster/web:1.5.0", False),
    ):
        planned = planned_images(report_, known, REGISTRY, ["x86_64"])
        (upgrade,) = [each for each in planned if each.reference.endswith("web:1.5.0")]
        assert (upgrade.reference, upgrade.is_asked) == (reference, is_asked)
        assert (upgrade.archive is not None) == is_asked


def test_addresses_of_upgrades_are_needed_but_those_of_the_release_before_are_not() -> None:
    report_ = upgraded(report())
    *others, upgrade = report_.images
    published = replace(report_, images=(*others, replace(upgrade, is_published=True)))
    web = "docker.io/harbourmaster/web:1.4.0"

    def addresses(of: Report, *kept: str) -> list[tuple[str, bool]]:
        found = pipeline.needed_addresses(of, kept)
        return [(each.reference, each.is_upgrade) for each in found if "/web:" in each.reference]

    assert addresses(report_) == [(f"{BASE}/web:1.4.0", False), (f"{BASE}/web:1.5.0", True)]
    assert addresses(published) == [(f"{BASE}/web:1.4.0", False)]
    assert addresses(report_, web) == []
