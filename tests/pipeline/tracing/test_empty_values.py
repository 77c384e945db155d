"""Values that are empty while a template falls back to a literal: setting them is the edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..journey import examine_chart, pod

REGISTRY = '{{ .Values.image.registry | default "docker.io" }}'
REPOSITORY = '{{ .Values.image.repository | default "acme/web" }}'
TERNARY = '{{ ternary "docker.io" .Values.image.registry (empty .Values.image.registry) }}'

# name: (image line, values before, changes in them, the original)
SHAPES: dict[str, tuple[str, str, dict[str, str], str]] = {
    "registry and repository, both empty": (
        f"{REGISTRY}/{REPOSITORY}:1",
        'image: {registry: "", repository: ""}\n',
        {'registry: ""': 'registry: "swr.example.com"', 'tory: ""': 'tory: "osc/web"'},
        "docker.io/acme/web:1",
    ),
    "registry and repository, both null": (
        f"{REGISTRY}/{REPOSITORY}:1",
        "image:\n  registry:\n  repository: ~\n",
        {"registry:": 'registry: "swr.example.com"', "tory: ~": "tory: osc/web"},
        "docker.io/acme/web:1",
    ),
    "a registry through ternary": (
        f"{TERNARY}/{REPOSITORY}:1",
        'image: {registry: "", repository: ""}\n',
        {'registry: ""': 'registry: "swr.example.com"', 'tory: ""': 'tory: "osc/web"'},
        "docker.io/acme/web:1",
    ),
    "a repository behind a registry that is given": (
        f"{{{{ .Values.image.registry }}}}/{REPOSITORY}:1",
        'image: {registry: quay.io, repository: ""}\n',
        {"quay.io": "swr.example.com", '""': '"osc/web"'},
        "quay.io/acme/web:1",
    ),
    "a whole image": (
        '{{ .Values.image | default "docker.io/acme/web:1" }}',
        'image: ""\n',
        {'""': '"swr.example.com/osc/web:1"'},
        "docker.io/acme/web:1",
    ),
    "a whole image without its tag": (
        '{{ .Values.webImage | default "docker.io/acme/web" }}:{{ .Values.tag }}',
        'webImage: ""\ntag: 1\n',
        {'""': '"swr.example.com/osc/web"'},
        "docker.io/acme/web:1",
    ),
    "the prefix of an image that nothing else decides": (
        "{{ with .Values.global.hub }}{{ . }}/{{ end }}web:1",
        'global: {hub: ""}\n',
        {'""': '"swr.example.com/osc"'},
        "web:1",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_empty_value_takes_the_place_of_what_the_template_falls_back_to(
    tmp_path: Path, name: str
) -> None:
    line, values, changes, original = SHAPES[name]
    expected = values
    for old, new in changes.items():
        expected = expected.replace(old, new, 1)
    outcome = examine_chart(tmp_path, values, pod(f"'{line}'" if "'" not in line else line))
    assert outcome.values == expected
    assert outcome.images == {original: ("redirected", "swr.example.com/osc/web:1")}


def test_one_prefix_takes_host_and_organisation_for_all_that_it_reaches(tmp_path: Path) -> None:
    hub = "{{ with .Values.global.hub }}{{ . }}/{{ end }}"
    values = 'global: {hub: ""}\nweb: acme/web\n'
    template = pod(f"{hub}busybox:1", f"{hub}{{{{ .Values.web }}}}:1")
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == 'global: {hub: "swr.example.com/osc"}\nweb: web\n'
    assert outcome.images == {
        "busybox:1": ("redirected", "swr.example.com/osc/busybox:1"),
        "acme/web:1": ("redirected", "swr.example.com/osc/web:1"),
    }


def test_a_map_that_is_not_declared_stays_absent_while_values_are_tried(tmp_path: Path) -> None:
    template = (
        "{{- $gates := .Values.gates }}\n"
        "{{- if .Values.global }}{{ $gates = mergeOverwrite (dict) .Values.gates"
        " .Values.global.gates }}{{ end }}\n"
    ) + pod("{{ .Values.registry }}/{{ .Values.name }}:{{ $gates.tag }}")
    values = "registry: ghcr.io\nname: acme/web\ngates: {tag: v1}\n"
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.images == {"ghcr.io/acme/web:v1": ("redirected", "swr.example.com/osc/web:v1")}
    assert outcome.report.verification.renders <= 4


def test_a_word_that_a_registry_is_compared_with_makes_no_image(tmp_path: Path) -> None:
    line = "{{ with .Values.db.registry }}{{ . }}/{{ end }}postgres:14"
    template = pod(line) + '          args: [{{ eq .Values.db.registry "registry.redhat.io" }}]\n'
    outcome = examine_chart(tmp_path, 'db: {registry: ""}\n', template)
    assert outcome.images == {"postgres:14": ("redirected", "swr.example.com/osc/postgres:14")}
