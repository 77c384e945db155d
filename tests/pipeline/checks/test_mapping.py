"""Where images/mapping.yaml and the engine disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.examples import CHART, Example, below, pod

from .boxes import examined

OURS = "swr.cn-east-3.myhuaweicloud.com"
DIGEST = "sha256:" + "0123456789abcdef" * 4
PARTS = '"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
VALUES = 'image:\n  registry: docker.io\n  repository: bitnami/etcd\n  tag: "3"\n'
MAPPING = "demo/images/mapping.yaml"
Told = list[tuple[str, str, str | None, int | None, str]]


def package(mapping: str, values: str = VALUES, *images: str) -> Example:
    """A service package with one chart and a mapping."""
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": values,
        "templates/pod.yaml": pod(*(images or (PARTS,))),
    }
    files = below("demo/package/demo-1.0.0.tgz!/demo/", chart)
    return Example(files | {MAPPING: mapping})


def entry(address: str, image: str = "etcd", tag: str = '"3"') -> str:
    """A mapping of one entry."""
    return (
        f"instance:\n- image: {image}\n  tag: {tag}\n  address: {address}\n"
        "  package: {x86_64: etcd.tar}\n"
    )


def told(example: Example, folder: Path, *rules: str) -> Told:
    """Rule, severity, file, line and message of what ``rules`` find."""
    return [
        (each.rule, each.severity.value, each.place.file, each.place.line, str(each.message))
        for each in examined(example, folder).report.findings
        if each.rule in rules
    ]


FITTING = {
    "three pieces": ("{endpoint: image.registry, repository: image.repository}", VALUES, PARTS),
    "the whole": (
        "{fullAddress: image}",
        "image: docker.io/bitnami/etcd:3\n",
        "{{ .Values.image }}",
    ),
    "the address without the tag": (
        "{prefixAddress: image.repository, tag: image.tag}",
        'image:\n  repository: docker.io/bitnami/etcd\n  tag: "3"\n',
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}",
    ),
    "registry and organisation together": (
        "{prefixAddress: hub, repo: name}",
        "hub: docker.io/bitnami\nname: etcd\n",
        "{{ .Values.hub }}/{{ .Values.name }}:3",
    ),
    "a repository with its host": (
        "{repository: .Values.image.repository}",
        'image:\n  repository: docker.io/bitnami/etcd\n  tag: "3"\n',
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}",
    ),
    "an empty value that wins once it is written": (
        "{fullAddress: image.override}",
        VALUES + '  override: ""\n',
        '"{{ .Values.image.override | default (print .Values.image.registry "/"'
        ' .Values.image.repository ":" .Values.image.tag) }}"',
    ),
}


@pytest.mark.parametrize("case", FITTING.values(), ids=FITTING.keys())
def test_a_mapping_that_fits_under_one_reading_is_believed(
    tmp_path: Path, case: tuple[str, str, str]
) -> None:
    address, values, image = case

    example = package(entry(address), values, image)

    assert told(example, tmp_path, "OSC-MAP-011", "OSC-MAP-017") == []


def test_a_piece_at_the_wrong_value_is_an_error(tmp_path: Path) -> None:
    example = package(entry("{endpoint: image.repository}"))

    assert told(example, tmp_path, "OSC-MAP-011") == [
        (
            "OSC-MAP-011",
            "error",
            MAPPING,
            2,
            (
                f"With this entry docker.io/bitnami/etcd:3 would render as docker.io/{OURS}:3 and"
                f" not as {OURS}/osc-opensource/etcd:3. The entry names endpoint:"
                " image.repository; the image is decided by image.registry, image.repository,"
                " image.tag."
            ),
        )
    ]


def test_a_value_that_another_one_beats_is_an_error(tmp_path: Path) -> None:
    image = (
        '"{{ .Values.global.registry | default .Values.image.registry }}'
        '/{{ .Values.image.repository }}:3"'
    )
    example = package(
        entry("{endpoint: image.registry, repository: image.repository}"),
        "global:\n  registry: docker.io\n" + VALUES.replace("docker.io", "quay.io"),
        image,
    )

    found = told(example, tmp_path, "OSC-MAP-011")

    assert [each[:4] for each in found] == [("OSC-MAP-011", "error", MAPPING, 2)]
    assert found[0][4].endswith("decided by global.registry, image.repository.")


def test_a_path_that_is_nowhere_is_one_error_that_names_the_right_ones(tmp_path: Path) -> None:
    example = package(entry("{fullAddress: images.etcd}"))

    found = [
        (each.rule, each.severity.value, each.place.line, str(each.message), str(each.help))
        for each in examined(example, tmp_path).report.findings
        if each.rule.startswith("OSC-MAP")
    ]

    assert found == [
        (
            "OSC-MAP-011",
            "error",
            2,
            (
                "The entry for etcd writes to images.etcd, which is in no values.yaml, and so"
                " moves no image."
            ),
            (
                "Name the values that decide docker.io/bitnami/etcd:3: image.registry,"
                " image.repository, image.tag."
            ),
        )
    ]


def test_an_image_without_an_entry_is_an_error_at_the_value_that_decides_it(
    tmp_path: Path,
) -> None:
    example = package(entry("{fullAddress: image}", "agent"))

    assert told(example, tmp_path, "OSC-MAP-017") == [
        (
            "OSC-MAP-017",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml",
            2,
            (
                "No entry of images/mapping.yaml names a value that decides"
                " docker.io/bitnami/etcd:3, so the platform would not move it: it is decided by"
                " image.registry, image.repository, image.tag."
            ),
        )
    ]


def test_a_value_that_decides_no_image_is_a_warning(tmp_path: Path) -> None:
    example = package(
        entry("{fullAddress: image}") + "- image: other\n  address: {repository: name}\n",
        "image: docker.io/bitnami/etcd:3\nname: demo\n",
        "{{ .Values.image }}",
    )

    assert told(example, tmp_path, "OSC-MAP-011") == [
        (
            "OSC-MAP-011",
            "warning",
            MAPPING,
            6,
            (
                "The entry for other writes to repository: name, and that decides no image in any"
                " render."
            ),
        )
    ]


def test_another_name_or_tag_than_the_chart_renders_is_a_warning(tmp_path: Path) -> None:
    address = "{repository: image.repository, endpoint: image.registry, tag: image.tag}"
    example = package(entry(address, "etcd-arm", '"4"'))

    report = examined(example, tmp_path).report

    assert [image.target for image in report.images] == [f"{OURS}/osc-opensource/etcd-arm:4"]
    assert [
        (each.severity.value, str(each.message))
        for each in report.findings
        if each.rule == "OSC-MAP-011"
    ] == [
        (
            "warning",
            (
                "The mapping calls it etcd-arm:4, but the chart renders docker.io/bitnami/etcd:3"
                " here. The address of the mapping replaces it."
            ),
        )
    ]


def test_an_unmapped_image_of_a_feature_is_a_warning(tmp_path: Path) -> None:
    example = package(
        entry("{fullAddress: image}"),
        "image: docker.io/bitnami/etcd:3\nmetrics: {enabled: false, image: docker.io/a/m:1}\n",
        "{{ .Values.image }}",
        "{{ if .Values.metrics.enabled }}{{ .Values.metrics.image }}{{ else }}"
        "{{ .Values.image }}{{ end }}",
    )

    assert [each[:2] for each in told(example, tmp_path, "OSC-MAP-017")] == [
        ("OSC-MAP-017", "warning")
    ]


def test_without_a_mapping_nothing_is_said_of_one(tmp_path: Path) -> None:
    example = package(entry("{}"))
    files = {name: text for name, text in example.files.items() if name != MAPPING}

    found = told(Example(files), tmp_path, "OSC-MAP-011", "OSC-MAP-017", "OSC-MAP-024")

    assert found == []


def test_a_digest_that_wins_over_the_mapped_tag_is_told_where_it_is_written(
    tmp_path: Path,
) -> None:
    example = package(
        entry("{prefixAddress: image.repository, tag: image.tag}"),
        f'image:\n  repository: quay.io/a/etcd\n  tag: "3"\n  digest: {DIGEST}\n',
        "{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}"
        "{{ else }}:{{ .Values.image.tag }}{{ end }}",
    )

    assert told(example, tmp_path, "OSC-MAP-024") == [
        (
            "OSC-MAP-024",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml",
            4,
            (
                f"images/mapping.yaml gives quay.io/a/etcd@{DIGEST} the tag 3, but its digest wins"
                " over any tag."
            ),
        )
    ]
