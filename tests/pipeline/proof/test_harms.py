"""An edit never harms: what an edited value reaches besides its images."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.proof.harms import is_broken

from ..journey import CHART, Outcome, examine_chart, pod

ABOVE_ALL = "{{ with (.Values.common | default %.registry) }}{{ . }}/{{ end }}{{ %.name }}:1"


def of(key: str, line: str) -> str:
    return line.replace("%", f".Values.{key}")


def broken_by(outcome: Outcome) -> list[tuple[str | None, int | None]]:
    return [
        (finding.place.file, finding.place.line)
        for finding in outcome.report.findings
        if finding.rule == "PORTAL-012"
    ]


def test_a_shared_registry_stays_empty_where_it_would_lead_another_image_astray(
    tmp_path: Path,
) -> None:
    own = "{{ if .Values.common }}{{ .Values.common }}/acme/app{{ else }}{{ .Values.app }}{{ end }}"
    values = (
        'common: ""\napp: quay.io/acme/app\n'
        'db: {registry: "", name: postgres}\nmetrics: {registry: "", name: prom/prometheus}\n'
    )
    template = pod(f"{own}:1", of("db", ABOVE_ALL), of("metrics", ABOVE_ALL))
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.images == {
        "quay.io/acme/app:1": ("redirected", "swr.example.com/osc/app:1"),
        "postgres:1": ("redirected", "swr.example.com/osc/postgres:1"),
        "prom/prometheus:1": ("redirected", "swr.example.com/osc/prometheus:1"),
    }
    assert outcome.values == (
        'common: ""\napp: swr.example.com/osc/app\n'
        'db: {registry: "swr.example.com", name: osc/postgres}\n'
        'metrics: {registry: "swr.example.com", name: osc/prometheus}\n'
    )
    assert broken_by(outcome) == []


def test_a_value_that_two_images_need_differently_is_not_edited(tmp_path: Path) -> None:
    values = "base: ghcr.io/acme/secrets\n"
    template = pod("{{ .Values.base }}:2", "{{ .Values.base }}/agent:9")
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == values
    assert {status for status, _target in outcome.images.values()} == {"unverified"}
    assert broken_by(outcome) == [("demo/values.yaml", 1)]


def test_an_image_with_a_way_of_its_own_leaves_the_shared_value_to_the_other(
    tmp_path: Path,
) -> None:
    values = 'base: ghcr.io/acme/secrets\nagent: {image: ""}\n'
    agent = '{{ .Values.agent.image | default (printf "%s/agent" .Values.base) }}:9'
    outcome = examine_chart(tmp_path, values, pod("{{ .Values.base }}:2", agent))
    assert outcome.values == (
        'base: swr.example.com/osc/secrets\nagent: {image: "swr.example.com/osc/agent"}\n'
    )
    assert {status for status, _target in outcome.images.values()} == {"redirected"}


def test_a_hard_coded_image_below_an_edited_registry_is_not_led_astray(tmp_path: Path) -> None:
    values = "registry: quay.io\nname: acme/web\n"
    template = pod(
        "{{ .Values.registry }}/{{ .Values.name }}:1", "{{ .Values.registry }}/x/y/init:1"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == values
    assert outcome.images["quay.io/acme/web:1"][0] == "unverified"
    assert broken_by(outcome) == [("demo/values.yaml", 1)]


def test_a_label_that_would_be_too_long_is_a_reason_to_edit_nothing(tmp_path: Path) -> None:
    values = "image: quay.io/acme/a-component-with-quite-a-long-name-of-its-own\n"
    template = pod("{{ .Values.image }}:1").replace(
        "  name: app\n", '  name: app\n  labels: {i: {{ .Values.image | replace "/" "-" }}}\n', 1
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == values
    assert broken_by(outcome) == [("demo/values.yaml", 1)]


def test_a_label_that_stays_legal_is_none(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}:1").replace(
        "  name: app\n", '  name: app\n  labels: {i: {{ .Values.image | replace "/" "-" }}}\n', 1
    )
    outcome = examine_chart(tmp_path, "image: quay.io/acme/web\n", template)
    assert outcome.values == "image: swr.example.com/osc/web\n"
    assert broken_by(outcome) == []


def test_a_template_that_prints_the_annotations_of_the_chart_says_so_with_its_cause(
    tmp_path: Path,
) -> None:
    template = pod("{{ .Values.image }}:1") + (
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n"
        "  annotations: {{ .Chart.Annotations | toJson }}\n"
    )
    outcome = examine_chart(
        tmp_path,
        "image: quay.io/acme/web\n",
        template,
        **{"Chart.yaml": CHART.replace("  source: ISV\n", "  category: x\n")},
    )
    (change,) = outcome.report.verification.other_changes
    assert (change.path, change.after, change.cause) == (
        "metadata.annotations.source",
        "ISV",
        "annotations.source",
    )
    assert not [each for each in outcome.report.findings if each.rule == "PORTAL-009"]


@pytest.mark.parametrize(
    ("kind", "pointer", "before", "after", "broken"),
    [
        ("Pod", ("metadata", "labels", "app"), "a", "a" * 63, False),
        ("Pod", ("metadata", "labels", "app"), "a", "a" * 64, True),
        ("Pod", ("metadata", "labels", "app"), "a", "swr.example.com/osc", True),
        ("Pod", ("metadata", "labels", "app"), "docker.io/a", "swr.example.com/osc", False),
        ("Pod", ("metadata", "name"), "etcd", "osc-etcd", False),
        ("Pod", ("metadata", "name"), "etcd", "osc/etcd", True),
        ("Service", ("metadata", "name"), "etcd", "swr.example.com", True),
        ("Pod", ("metadata", "annotations", "x/y/z"), None, "1", True),
        ("Pod", ("spec", "containers", 0, "name"), "etcd", "osc/etcd", True),
        ("Pod", ("spec", "containers", 0, "args", 0), "etcd", "osc/etcd", False),
    ],
)
def test_what_was_legal_and_is_so_no_more_is_broken(
    kind: str, pointer: tuple[str | int, ...], before: str | None, after: str, broken: bool
) -> None:
    assert is_broken(kind, pointer, before, after) is broken
