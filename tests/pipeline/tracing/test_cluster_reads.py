"""What templates ask the cluster, and which versions therefore render alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.cluster_schemas.served import apis
from reviews.pipeline.core.policy import Limits, Policy
from reviews.pipeline.facts.read import open_package, read_facts
from reviews.pipeline.tracing.cluster_reads import ClusterReads, cluster_reads

from ..journey import CHART, tgz


def reads(tmp_path: Path, *templates: str) -> ClusterReads:
    files = {f"demo/templates/{number}.yaml": text for number, text in enumerate(templates)}
    path = tmp_path / "demo.tgz"
    path.write_bytes(tgz({"demo/Chart.yaml": CHART, "demo/values.yaml": "", **files}))
    chart = read_facts(open_package(path, Limits()), Limits(), file=path.name).chart
    assert chart is not None
    return cluster_reads(chart)


def groups(found: ClusterReads) -> list[list[int]]:
    """The minor versions that answer alike."""
    alike: dict[object, list[int]] = {}
    for version in Policy().clusters:
        alike.setdefault(found.answers(version, apis(version.minor)), []).append(version.minor)
    return list(alike.values())


ALL = [34, 33, 32, 31, 30, 29, 28, 27, 25]


@pytest.mark.parametrize(
    "template",
    [
        "a: {{ .Values.a }}",
        '{{ if semverCompare ">=1.19-0" .Capabilities.KubeVersion.Version }}a: b{{ end }}',
        (
            '{{- define "k" }}{{ default .Capabilities.KubeVersion.Version .Values.k }}{{ end }}'
            '{{ $k := include "k" . }}{{ if semverCompare "<1.25-0" $k }}a: b{{ end }}'
        ),
        (
            '{{- define "k" }}{{ regexFind "v[0-9.]+" .Capabilities.KubeVersion.Version }}{{ end }}'
            '{{ if semverCompare ">=1.21-0" (include "k" .) }}a: b{{ end }}'
        ),
        '{{ if .Capabilities.APIVersions.Has "policy/v1" }}a: b{{ end }}',
        "{{/* .Capabilities.KubeVersion.Version is not printed */}}",
    ],
)
def test_versions_that_answer_alike_are_rendered_once(template: str, tmp_path: Path) -> None:
    assert groups(reads(tmp_path, template)) == [ALL]


def test_a_comparison_divides_the_versions(tmp_path: Path) -> None:
    found = reads(
        tmp_path, '{{ if semverCompare ">=1.29-0" .Capabilities.KubeVersion.Version }}{{ end }}'
    )

    assert groups(found) == [[34, 33, 32, 31, 30, 29], [28, 27, 25]]


def test_an_api_that_some_versions_serve_divides_them(tmp_path: Path) -> None:
    found = reads(tmp_path, '{{ if .Capabilities.APIVersions.Has "autoscaling/v2beta2" }}{{ end }}')

    assert groups(found) == [ALL[:-1], [25]]


@pytest.mark.parametrize(
    "template",
    [
        "a: {{ .Capabilities.KubeVersion.Version }}",
        "{{ $v := .Capabilities.KubeVersion }}a: {{ $v.Minor }}",
        "{{ if ge (int .Capabilities.KubeVersion.Minor) 28 }}a: b{{ end }}",
        '{{- define "k" }}{{ .Capabilities.KubeVersion.Version }}{{ end }}a: {{ include "k" . }}',
        "a: {{ toYaml .Capabilities | quote }}",
    ],
)
def test_whoever_prints_the_version_is_rendered_for_each(template: str, tmp_path: Path) -> None:
    assert groups(reads(tmp_path, template)) == [[minor] for minor in ALL]


@pytest.mark.parametrize(
    ("templates", "shows"),
    [
        (['{{ if .Capabilities.APIVersions.Has "a.b/v1" }}kind: A{{ end }}'], True),
        (
            [
                '{{ define "has" }}{{ if .Capabilities.APIVersions.Has "a.b/v1" }}y{{ end }}{{ end }}',
                '{{ if include "has" . }}kind: A{{ end }}',
            ],
            True,
        ),
        (
            [
                '{{ define "uid" }}{{ if .Capabilities.APIVersions.Has "a.b/v1" }}{{ else }}1{{ end }}{{ end }}',
                'image: demo\nrunAsUser: {{ include "uid" . }}',
            ],
            False,
        ),
        (
            [
                '{{ define "image" }}{{ if .Capabilities.APIVersions.Has "a.b/v1" }}a{{ else }}b{{ end }}{{ end }}',
                'image: {{ include "image" . }}',
            ],
            True,
        ),
    ],
)
def test_an_api_shows_something_where_manifests_or_images_depend_on_it(
    templates: list[str], *, shows: bool, tmp_path: Path
) -> None:
    found = reads(tmp_path, *templates)

    assert (found.apis, found.showing_apis) == (("a.b/v1",), ("a.b/v1",) if shows else ())


def test_an_upgrade_is_distinguished_from_an_installation_in_conditions(tmp_path: Path) -> None:
    assert reads(tmp_path, "{{ if .Release.IsUpgrade }}kind: A{{ end }}").reads_release
    assert not reads(tmp_path, "upgrade: {{ .Release.IsUpgrade }}").reads_release


def test_the_place_of_a_comparison_is_known(tmp_path: Path) -> None:
    found = reads(
        tmp_path, 'a: b\n{{ if semverCompare ">=1.19" .Capabilities.KubeVersion.Version }}{{ end }}'
    )
    (test,) = found.tests

    assert (test.range, test.place.file, test.place.line) == (
        ">=1.19",
        "demo/templates/0.yaml",
        2,
    )
    newest = Policy().clusters[0]
    assert (test.admits(newest), test.admits(newest, labelled=True)) == (True, False)
