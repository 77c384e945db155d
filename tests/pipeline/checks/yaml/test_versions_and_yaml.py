"""Spelling of tags and versions, and the soundness of YAML, in cases that are easily missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, bare_chart, pod, service_package

from ..boxes import examined, findings, reported

TAGGED = pod('"swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:{{ .Values.tag }}"')


@pytest.mark.parametrize("tag", ["3", "1.5", "v1.20", "'20240101'", '"1.10"', "1.2.0", "latest"])
def test_a_tag_that_renders_as_written_is_no_finding(tag: str, tmp_path: Path) -> None:
    assert reported(bare_chart(f"tag: {tag}\n", TAGGED), tmp_path, "OSC-YAML-003") == []


@pytest.mark.parametrize(
    ("tag", "severity", "renders"),
    [
        ("3.10", "warning", "3.1"),
        ("010", "warning", "8"),
        ("1_000", "warning", "1000"),
        ("yes", "warning", "true"),
        ("off", "warning", "false"),
        ("1000000", "error", "1e+06"),
        ("20210101", "error", "2.0210101e+07"),
    ],
)
def test_a_tag_that_renders_otherwise_is_reported(
    tag: str, severity: str, renders: str, tmp_path: Path
) -> None:
    found = findings(bare_chart(f"tag: {tag}\n", TAGGED), tmp_path, "OSC-YAML-003")

    assert [(each.severity.value, each.message.parameters) for each in found] == [
        (severity, {"path": "tag", "text": tag, "renders": renders})
    ]


def test_a_tag_that_two_images_share_is_reported_once(tmp_path: Path) -> None:
    image = '"swr.cn-east-3.myhuaweicloud.com/osc-opensource/{}:{{{{ .Values.tag }}}}"'
    example = bare_chart("tag: 1.20\n", pod(image.format("one"), image.format("two")))

    assert len(findings(example, tmp_path, "OSC-YAML-003")) == 1


def test_a_number_in_the_registry_of_an_image_is_no_tag(tmp_path: Path) -> None:
    example = bare_chart("path: 1.20\n", pod("quay.io/{{ .Values.path }}/etcd:v3"))

    assert reported(example, tmp_path, "OSC-YAML-003") == []


@pytest.mark.parametrize("number", ["20210101", "1.5", "1e6", "true"])
def test_an_app_version_that_is_no_text_is_one_finding(number: str, tmp_path: Path) -> None:
    example = bare_chart(metadata=CHART + f"appVersion: {number}\n")

    assert [
        (each.rule, each.severity.value, str(each.message))
        for each in examined(example, tmp_path).report.findings
    ] == [
        (
            "OSC-YAML-003",
            "error",
            f"appVersion is written {number} without quotes, so it is not a string.",
        )
    ]


def test_each_key_that_stands_again_is_reported_with_the_line_before(tmp_path: Path) -> None:
    example = bare_chart("a:\n  b: 1\n  c: 2\n  b: 3\n  b: 4\n")

    assert [
        (each.place.line, each.message.parameters)
        for each in findings(example, tmp_path, "OSC-YAML-001")
    ] == [(4, {"path": "a.b", "first": 2}), (5, {"path": "a.b", "first": 4})]


def test_a_mapping_that_does_not_parse_leaves_the_chart_alone(tmp_path: Path) -> None:
    example = service_package(more={"images/mapping.yaml": "instance: [\n"})

    found = findings(example, tmp_path, "OSC-YAML-001")

    assert [(each.place.file, each.place.line) for each in found] == [
        ("demo/images/mapping.yaml", 2)
    ]
