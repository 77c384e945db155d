"""What instances pull when they are moved to another version of the definition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import Example, pod
from reviews.pipeline.checks.examples.image_archives import image_archive
from reviews.pipeline.checks.examples.osc_packages import (
    OSC_CSD,
    OSC_HELM_CSD,
    osc_chart_package,
    osc_package,
    osc_service_package,
)
from reviews.pipeline.report.model import Report
from tests.pipeline.osc import taken

TAGS = '- 0.0.1\n      - 0.0.2\n      - "0.0.3"'
OPERATOR = OSC_CSD.replace('- "1.0.0"\n      - "1.1.0"', TAGS).replace(
    "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0", "docker.io/acme/demo:0.0.1"
)
CHART = OSC_HELM_CSD.replace('- "1.0.0"', TAGS)
SPLIT = "demo:\n  image: docker.io/acme/demo\n  imageVersion: 0.0.1\n"
WHOLE = "demo:\n  imageVersion: docker.io/acme/demo:0.0.1\n"
WHOLE_POD = pod('"{{ .Values.demo.imageVersion }}"')
ARCHIVES = {
    f"demo-{tag}-x86_64.tar": image_archive(f"docker.io/acme/demo:{tag}")
    for tag in ("0.0.1", "0.0.2", "0.0.3")
}


def upgrades(report: Report) -> list[tuple[str | None, str, str | None, str]]:
    return [
        (image.instance_tag, image.original, image.target, image.status.value)
        for image in report.upgrades
    ]


def upgraded(status: str = "redirected") -> list[tuple[str | None, str, str | None, str]]:
    return [
        (tag, f"docker.io/acme/demo:{tag}", f"swr.example.com/osc/demo:{tag}", status)
        for tag in ("0.0.2", "0.0.3")
    ]


PACKAGES = {
    "an operator's sample": osc_package(csd=OPERATOR),
    "a tag of a chart's values": osc_chart_package(csd=CHART, values=SPLIT),
    "a tag, from the custom resource's root": osc_chart_package(
        csd=CHART.replace("path: demo", "path: spec.demo"), values=SPLIT
    ),
    "a tag that the sample gives": osc_chart_package(
        csd=CHART.replace('{"size": 3}', '{"demo": {"imageVersion": "0.0.1"}}'), values=SPLIT
    ),
    "an image behind a switch": osc_chart_package(
        csd=CHART,
        values=f"{SPLIT}  enabled: false\n",
        more={
            "raw/templates/pod.yaml": "{{ if .Values.demo.enabled }}\n"
            + pod('"{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"')
            + "{{ end }}\n"
        },
    ),
    "a whole address of a chart's values": osc_chart_package(
        csd=CHART.replace("mode: tag", "mode: url"),
        values=WHOLE,
        more={"raw/templates/pod.yaml": WHOLE_POD},
    ),
}


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_every_other_tag_is_an_image_of_an_upgrade(package: Example, tmp_path: Path) -> None:
    report = taken(package, tmp_path).report

    assert upgrades(report) == upgraded()
    assert report.verification.images_total == len(report.pulled)
    assert [each for each in report.findings if each.rule.startswith("PORTAL-03")] == []


def test_the_line_of_the_tag_is_what_decides_it(tmp_path: Path) -> None:
    (first, _second) = taken(osc_package(csd=OPERATOR), tmp_path).report.upgrades

    assert [(each.file, each.line, each.column) for each in first.sources] == [
        ("demo/manifests/demo_csd.yaml", 26, 9)
    ]


def test_archives_of_all_tags_are_used(tmp_path: Path) -> None:
    package = osc_service_package(ARCHIVES, osc_package(csd=OPERATOR))
    report = taken(package, tmp_path).report

    assert [each.archives for each in report.upgrades] == [
        {"x86_64": "demo-0.0.2-x86_64.tar"},
        {"x86_64": "demo-0.0.3-x86_64.tar"},
    ]
    assert [each for each in report.findings if each.rule in {"OSC-IMG-011", "PORTAL-030"}] == []


def test_a_tag_that_the_release_before_had_needs_no_archive_but_may_have_one(
    tmp_path: Path,
) -> None:
    older = osc_package(csd=OPERATOR.replace('\n      - "0.0.3"', ""))
    package = osc_service_package(ARCHIVES, osc_package(csd=OPERATOR))
    report = taken(replace(package, before=older.files), tmp_path).report

    assert [(each.instance_tag, each.is_published) for each in report.upgrades] == [
        ("0.0.2", True),
        ("0.0.3", False),
    ]
    assert [each for each in report.findings if each.rule in {"OSC-IMG-011", "PORTAL-030"}] == []


def test_an_architecture_of_a_tag_that_is_missing_is_an_error(tmp_path: Path) -> None:
    metadata = "architecture:\n  - x86_64\n"
    inner = osc_package(csd=OPERATOR)
    both = {
        name: text.replace(metadata, f"{metadata}  - aarch64\n")
        for name, text in inner.files.items()
    }
    arm = {
        name.replace("x86_64", "aarch64"): image_archive(f"docker.io/acme/demo:{tag}", "arm64")
        for name, tag in (("demo-0.0.1-x86_64.tar", "0.0.1"), ("demo-0.0.2-x86_64.tar", "0.0.2"))
    }
    package = osc_service_package(ARCHIVES | arm, replace(inner, files=both))
    report = taken(package, tmp_path).report

    assert [
        (each.severity.value, each.image) for each in report.findings if each.rule == "OSC-IMG-008"
    ] == [("error", "docker.io/acme/demo:0.0.3")]


def test_a_tag_that_is_no_valid_one_is_no_image(tmp_path: Path) -> None:
    package = osc_package(csd=OPERATOR.replace("- 0.0.2", "- a tag"))

    assert upgrades(taken(package, tmp_path).report) == upgraded()[1:]


def test_a_chart_that_pulls_another_image_too_is_not_proven(tmp_path: Path) -> None:
    both = pod(
        '"{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"',
        '"{{ .Values.demo.image }}-tools:{{ .Values.demo.imageVersion }}"',
    )
    package = osc_chart_package(csd=CHART, values=SPLIT, more={"raw/templates/pod.yaml": both})

    assert upgrades(taken(package, tmp_path).report) == upgraded("unverified")


def test_a_tag_that_the_rewritten_chart_does_not_follow_is_not_proven(tmp_path: Path) -> None:
    other = pod(
        '{{ if hasPrefix "docker.io" .Values.demo.image }}'
        '"{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"'
        '{{ else }}"{{ .Values.demo.image }}:0.0.1"{{ end }}'
    )
    package = osc_chart_package(csd=CHART, values=SPLIT, more={"raw/templates/pod.yaml": other})

    assert upgrades(taken(package, tmp_path).report) == upgraded("unverified")
