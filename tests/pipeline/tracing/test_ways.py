"""Images that values of their own decide, and that a shared value reaches besides."""

from __future__ import annotations

from pathlib import Path

from ..journey import Outcome, examine_chart, pod

IMAGE = (
    "{{ with .Values.%s }}{{ with default .registry $.Values.global.imageRegistry }}{{ . }}/"
    "{{ end }}{{ .name }}:1{{ end }}"
)
SHARED = (
    "global:\n  imageRegistry: &shared null\n"
    "web:\n  registry: docker.io\n  name: a/web\n"
    "zoo:\n  registry: *shared\n  name: a/zoo\n"
)
TEMPLATE = pod(IMAGE % "web", IMAGE % "zoo")


def severities(outcome: Outcome, rule: str) -> list[str]:
    """The severities of the findings of one rule."""
    return [each.severity.value for each in outcome.report.findings if each.rule == rule]


def test_a_shared_value_stays_empty_where_every_image_has_its_own(tmp_path: Path) -> None:
    outcome = examine_chart(tmp_path, SHARED, TEMPLATE)

    assert outcome.images == {
        "docker.io/a/web:1": ("redirected", "swr.example.com/osc/web:1"),
        "a/zoo:1": ("redirected", "swr.example.com/osc/zoo:1"),
    }
    assert outcome.values == (
        "global:\n  imageRegistry: &shared null\n"
        "web:\n  registry: swr.example.com\n  name: osc/web\n"
        "zoo:\n  registry: *shared\n  name: swr.example.com/osc/zoo\n"
    )


def test_a_shared_value_is_filled_where_an_image_has_nothing_else(tmp_path: Path) -> None:
    job = pod('{{ default "docker.io" .Values.global.imageRegistry }}/busybox:1', name="job")

    outcome = examine_chart(tmp_path, SHARED, {"app.yaml": TEMPLATE, "job.yaml": job})

    assert {each: status for each, (status, _target) in outcome.images.items()} == {
        "docker.io/a/web:1": "redirected",
        "a/zoo:1": "redirected",
        "docker.io/busybox:1": "redirected",
    }
    assert outcome.values == (
        "global:\n  imageRegistry: &shared swr.example.com/osc\n"
        "web:\n  registry: docker.io\n  name: web\n"
        "zoo:\n  registry: *shared\n  name: zoo\n"
    )


def test_a_prefix_that_would_be_led_astray_keeps_the_value_as_it_is(tmp_path: Path) -> None:
    values = "registry: quay.io\nname: team/web\n"
    template = pod("{{ .Values.registry }}/{{ .Values.name }}:1") + (
        "          env: [{name: IMAGE_REGISTRY, value: '{{ .Values.registry }}/x'}]\n"
    )

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.values == values
    assert outcome.images["quay.io/team/web:1"] == ("unverified", "swr.example.com/osc/web:1")
    assert severities(outcome, "PORTAL-012") == ["error"]
    assert severities(outcome, "PORTAL-013") == ["warning"]


def test_a_prefix_goes_with_the_image_where_both_lead_to_the_target(tmp_path: Path) -> None:
    values = "registry: quay.io\norg: team\nname: web\n"
    template = pod("{{ .Values.registry }}/{{ .Values.org }}/{{ .Values.name }}:1") + (
        "          env: [{name: IMAGE_REGISTRY, value: '{{ .Values.registry }}/{{ .Values.org }}'}]\n"
    )

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.values == "registry: swr.example.com\norg: osc\nname: web\n"
    assert outcome.images["quay.io/team/web:1"] == ("redirected", "swr.example.com/osc/web:1")
    assert severities(outcome, "PORTAL-012") == []
    assert severities(outcome, "PORTAL-013") == ["warning"]


def test_a_file_for_tests_that_repeats_a_value_holds_nothing_up(tmp_path: Path) -> None:
    values = "image: {repository: quay.io/a/web, tag: '2'}\n"
    template = pod("{{ .Values.image.repository }}:{{ .Values.image.tag }}")
    tests = {"ci/old-values.yaml": "image: {repository: quay.io/a/web, tag: '1'}\n"}

    outcome = examine_chart(tmp_path, values, template, **tests)

    assert outcome.images == {"quay.io/a/web:2": ("redirected", "swr.example.com/osc/web:2")}


def test_an_image_that_a_file_for_tests_names_is_none_of_the_chart(tmp_path: Path) -> None:
    values = "image: {repository: quay.io/a/web, tag: '2'}\n"
    template = pod("{{ .Values.image.repository }}:{{ .Values.image.tag }}")
    tests = {"ci/other-values.yaml": "image: {repository: docker.io/b/web}\n"}

    outcome = examine_chart(tmp_path, values, template, **tests)

    assert outcome.images == {"quay.io/a/web:2": ("redirected", "swr.example.com/osc/web:2")}
    assert severities(outcome, "PORTAL-001") == []


def test_an_empty_value_is_tried_apart_from_another_that_hides_it(tmp_path: Path) -> None:
    values = "imageName: ''\nimageCatalog: {name: '', image: ''}\ntype: web\n"
    template = pod(
        "{{ if or .Values.imageCatalog.name .Values.imageCatalog.image }}quay.io/b/catalogue:1"
        '{{ else }}{{ .Values.imageName | default (printf "quay.io/a/%s:2" .Values.type) }}'
        "{{ end }}"
    )

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.images == {"quay.io/a/web:2": ("redirected", "swr.example.com/osc/web:2")}
    assert outcome.values.startswith("imageName: 'swr.example.com/osc/web:2'\n")
