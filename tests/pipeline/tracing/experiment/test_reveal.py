"""Images behind features: what the search switches on, and what it says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...journey import examine_chart, pod

MAIN = pod("{{ .Values.image }}")


def behind(condition: str, image: str) -> str:
    """A template that pulls ``image`` only under a condition."""
    return f"{{{{ if {condition} }}}}\n{pod(image)}{{{{ end }}}}"


@pytest.mark.parametrize(
    "condition",
    [
        'eq .Values.architecture "replication"',
        'eq "replication" .Values.architecture',
        'eq (toString .Values.architecture) "replication"',
        'and (eq $.Values.architecture "replication") .Values.image',
    ],
)
def test_a_variant_that_a_word_chooses_is_shown(tmp_path: Path, condition: str) -> None:
    values = "image: a/main:1\narchitecture: standalone\nsentinel: a/sentinel:1\n"
    files = {"app.yaml": MAIN, "other.yaml": behind(condition, "{{ .Values.sentinel }}")}

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/sentinel:1").shown_by == ("architecture=replication",)
    assert outcome.values == (
        "image: swr.example.com/osc/main:1\narchitecture: standalone\n"
        "sentinel: swr.example.com/osc/sentinel:1\n"
    )


def test_a_variant_that_a_boolean_beside_the_image_chooses_is_shown(tmp_path: Path) -> None:
    values = "image:\n  name: a/main\n  tag: 1\n  slim: false\n  isQuiet: false\n"
    name = "{{ .name }}{{ if .slim }}-slim{{ end }}:{{ .tag }}"
    files = {"app.yaml": pod(f"{{{{ with .Values.image }}}}{name}{{{{ end }}}}")}

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/main-slim:1").shown_by == ("image.slim=true",)
    assert outcome.image("a/main-slim:1").target == "swr.example.com/osc/main-slim:1"
    assert outcome.values == values.replace("a/main", "swr.example.com/osc/main")


def test_words_of_templates_without_images_are_not_tried(tmp_path: Path) -> None:
    values = "image: a/main:1\nservice: {kind: ClusterIP}\n"
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n"
        '{{ if eq .Values.service.kind "NodePort" }}  type: NodePort\n{{ end }}'
    )
    without = examine_chart(tmp_path, values, {"app.yaml": MAIN})

    outcome = examine_chart(tmp_path, values, {"app.yaml": MAIN, "service.yaml": service})

    assert outcome.report.verification.renders == without.report.verification.renders


def test_a_feature_that_excludes_another_is_shown_without_it(tmp_path: Path) -> None:
    values = "old: {enabled: true, image: a/old:1}\nnew: {enabled: false, image: a/new:1}\n"
    files = {
        "old.yaml": behind(".Values.old.enabled", "{{ .Values.old.image }}"),
        "new.yaml": behind(".Values.new.enabled", "{{ .Values.new.image }}"),
        "guard.yaml": '{{ if and .Values.old.enabled .Values.new.enabled }}{{ fail "not both" }}{{ end }}',
    }

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/new:1").shown_by == ("new.enabled=true", "old.enabled=false")
    assert outcome.images == {
        "a/old:1": ("redirected", "swr.example.com/osc/old:1"),
        "a/new:1": ("redirected", "swr.example.com/osc/new:1"),
    }


def test_only_the_settings_that_show_an_image_are_named(tmp_path: Path) -> None:
    values = (
        "image: a/main:1\nprobe: {enabled: false}\n"
        "metrics: {enabled: false, image: a/metrics:1, rules: {enabled: false}}\n"
        "backup: {enabled: false, image: a/backup:1}\n"
    )
    template = MAIN + (
        "{{ if .Values.probe.enabled }}{{ end }}{{ if .Values.metrics.rules.enabled }}{{ end }}\n"
        "{{ if .Values.metrics.enabled }}        - {name: m, image: '{{ .Values.metrics.image }}'}\n"
        "{{ end }}{{ if .Values.backup.enabled }}\n"
        "        - {name: b, image: '{{ .Values.backup.image }}'}\n{{ end }}"
    )

    outcome = examine_chart(tmp_path, values, template)

    assert {image.original: image.shown_by for image in outcome.report.images} == {
        "a/main:1": (),
        "a/metrics:1": ("metrics.enabled=true",),
        "a/backup:1": ("backup.enabled=true",),
    }


def test_settings_that_do_not_show_it_alone_are_named_with_the_others(tmp_path: Path) -> None:
    values = "image: a/main:1\nha: {enabled: false}\nproxy: {enabled: false, image: a/proxy:1}\n"
    both = "and .Values.proxy.enabled .Values.ha.enabled"
    files = {"app.yaml": MAIN, "proxy.yaml": behind(both, "{{ .Values.proxy.image }}")}

    outcome = examine_chart(tmp_path, values, files)

    assert set(outcome.image("a/proxy:1").shown_by) == {"proxy.enabled=true", "ha.enabled=true"}
