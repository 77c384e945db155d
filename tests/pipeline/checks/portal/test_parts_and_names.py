"""Parts from the release, sub-charts that are there twice, names, and other values files."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, bare_chart, pod

from ..boxes import findings, reported

OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
VALUES = f"image: {OURS}/tool\ntag: ''\n"


@pytest.mark.parametrize(
    ("image", "seen"),
    [
        ('"{{ .Values.image }}:{{ .Release.Revision }}"', f"{OURS}/tool:1"),
        ('"{{ .Values.image }}:{{ .Release.Namespace }}"', f"{OURS}/tool:default"),
        ('"{{ .Values.image }}-{{ .Release.Name }}:2"', f"{OURS}/tool-release-name:2"),
        ('{{ include "tool" . }}', f"{OURS}/tool:release-name"),
        ('"{{ .Values.image }}:{{ include "suffix" . }}"', f"{OURS}/tool:release-name-x"),
    ],
)
def test_a_part_of_the_release_or_the_cluster_is_a_warning(
    image: str, seen: str, tmp_path: Path
) -> None:
    helpers = (
        '{{ define "tool.image" }}{{ .Values.image }}:{{ .Release.Name }}{{ end }}\n'
        '{{ define "tool" }}{{ include "tool.image" . }}{{ end }}\n'
        '{{ define "suffix" }}{{ .Release.Name }}-x{{ end }}\n'
    )
    example = bare_chart(VALUES, pod(image), more={"templates/_helpers.tpl": helpers})

    found = findings(example, tmp_path, "PORTAL-014")

    assert [each.images for each in found] == [(seen,)]
    assert {each.severity.value for each in found} <= {"warning"}


@pytest.mark.parametrize(
    ("tag", "prefix"),
    [
        ("v{{ .Capabilities.KubeVersion.Minor }}", "v"),
        ("{{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }}", "1."),
    ],
)
def test_the_images_of_all_cluster_versions_are_one_warning(
    tag: str, prefix: str, tmp_path: Path
) -> None:
    example = bare_chart(VALUES, pod(f'"{{{{ .Values.image }}}}:{tag}"'))

    (found,) = findings(example, tmp_path, "PORTAL-014")

    minors = (34, 33, 32, 31, 30, 29, 28, 27, 25)
    assert found.images == tuple(f"{OURS}/tool:{prefix}{minor}" for minor in minors)


@pytest.mark.parametrize(
    "template",
    [
        '"{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}"',
        (
            '{{ if semverCompare ">=1.20" .Capabilities.KubeVersion.Version }}'
            '"{{ .Values.image }}:3"{{ else }}"{{ .Values.image }}:3"{{ end }}'
        ),
        '{{ ternary "a" "a" (semverCompare ">=1.20" .Capabilities.KubeVersion.Version) }}',
        '"{{ .Values.image }}:3" # of {{ .Release.Name }}',
    ],
)
def test_what_only_compares_or_stands_beside_is_no_part(template: str, tmp_path: Path) -> None:
    example = bare_chart(
        VALUES,
        pod(template) + "  hostname: {{ .Release.Name }}\n",
        metadata=CHART + "appVersion: '2'\n",
    )

    assert reported(example, tmp_path, "PORTAL-014") == []


@pytest.mark.parametrize(
    ("above", "image"),
    [
        (
            '{{ $old := lookup "v1" "Pod" .Release.Namespace "old" }}',
            '{{ dig "spec" "image" .Values.image $old }}',
        ),
        (
            '{{ $old := lookup "v1" "Pod" "a" "b" }}{{ $tag := default "3" $old.tag }}',
            '"{{ .Values.image }}:{{ $tag }}"',
        ),
        ("", '"{{ .Values.image }}:{{ (lookup "v1" "Pod" "a" "b").tag | default "3" }}"'),
    ],
)
def test_what_is_looked_up_for_an_image_is_a_warning(
    above: str, image: str, tmp_path: Path
) -> None:
    example = bare_chart(f"image: {OURS}/tool\n", f"{above}\n{pod(image)}")

    assert [
        (each.place.file, each.place.line, each.images)
        for each in findings(example, tmp_path, "PORTAL-014")
    ] == [("demo/templates/pod.yaml", 9, ())]


def test_a_password_that_is_looked_up_is_no_finding(tmp_path: Path) -> None:
    secret = (
        '{{ $old := lookup "v1" "Secret" .Release.Namespace "old" }}\n'
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        'data: {password: {{ dig "data" "password" "eA==" $old }}, image: none}\n'
    )
    example = bare_chart(
        f"image: {OURS}/tool:1\n", pod("{{ .Values.image }}"), more={"templates/s.yaml": secret}
    )

    assert reported(example, tmp_path, "PORTAL-014") == []


def test_a_partial_about_something_that_renders_images_is_no_image(tmp_path: Path) -> None:
    helpers = (
        '{{ define "demo.imageRenderer.token" }}{{ $old := lookup "v1" "Secret" "a" "b" }}'
        '{{ dig "data" "token" "x" $old }}{{ end }}\n'
    )
    template = pod("{{ .Values.image }}") + (
        '  hostname: {{ include "demo.imageRenderer.token" . }}\n'
    )
    example = bare_chart(
        f"image: {OURS}/tool:1\n", template, more={"templates/_helpers.tpl": helpers}
    )

    assert reported(example, tmp_path, "PORTAL-014") == []


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("values-prod.yaml", 1),
        ("values.openshift.yml", 1),
        ("prod-values.yaml", 1),
        ("values_eu.yaml", 1),
        ("ci/values-prod.yaml", 0),
        ("files/values-prod.yaml", 0),
        ("valuesets.yaml", 0),
        ("values.schema.json", 0),
    ],
)
def test_another_values_file_with_an_image_is_reported(
    name: str, count: int, tmp_path: Path
) -> None:
    text = "{}" if name.endswith("json") else "image: quay.io/team/app:1\n"

    found = reported(bare_chart(more={name: text}), tmp_path, "PORTAL-016")

    assert [severity for severity, _words in found] == ["info"] * count


def test_a_values_file_that_does_not_parse_is_left_to_others(tmp_path: Path) -> None:
    example = bare_chart(more={"values-prod.yaml": "image: [quay.io/team/app:1\n"})

    assert reported(example, tmp_path, "PORTAL-016") == []


def test_names_that_swr_refuses_are_reported_once_and_only_there(tmp_path: Path) -> None:
    both = pod("{{ .Values.one }}", "{{ .Values.two }}")
    example = bare_chart("one: quay.io/a/app.server:1\ntwo: quay.io/a/app.server:2\n", both)

    assert [each.place.line for each in findings(example, tmp_path, "PORTAL-018")] == [1]


def test_a_sub_chart_of_a_sub_chart_is_there_once(tmp_path: Path) -> None:
    store = "apiVersion: v2\nname: store\nversion: "
    example = bare_chart(
        more={
            "charts/one/Chart.yaml": "apiVersion: v2\nname: one\nversion: 1.0.0\n",
            "charts/one/charts/store/Chart.yaml": f"{store}1.0.0\n",
            "charts/one/charts/other/Chart.yaml": f"{store}1.0.1\n",
            "charts/store/Chart.yaml": f"{store}1.0.0\n",
        }
    )

    assert [
        (each.place.file, each.severity.value) for each in findings(example, tmp_path, "PORTAL-015")
    ] == [("demo/charts/one/charts/other", "error")]
