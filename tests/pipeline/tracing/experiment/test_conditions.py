"""Images behind conditions of every kind: what is given to see them, and what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...journey import examine_chart, pod

MAIN = pod("{{ .Values.image }}")
GUEST = pod("{{ .Values.guest.image }}", name="guest")


def behind(condition: str) -> str:
    """A template that pulls the guest's image only under a condition."""
    return f"{{{{ {condition} }}}}\n{GUEST}{{{{ end }}}}"


@pytest.mark.parametrize(
    ("values", "condition", "shown_by"),
    [
        ("provider: ''\n", "if .Values.provider", ("provider=example",)),
        ("provider: null\n", "if .Values.provider", ("provider=example",)),
        ("", "if .Values.provider", ("provider=example",)),
        ("boards: {}\n", "if .Values.boards", ("boards.example=example",)),
        ("boards: {}\n", "if not (empty .Values.boards)", ("boards.example=example",)),
        ("extra: []\n", "if gt (len .Values.extra) 0", ("extra[0]=example",)),
        ("deployRestic: false\n", "if .Values.deployRestic", ("deployRestic=true",)),
        ("parts: [a]\n", 'if has "guest" .Values.parts', ("parts[0]=a", "parts[1]=guest")),
        ("replicas: 1\n", "if gt (int .Values.replicas) 2", ("replicas=3",)),
        ("mode: {kind: a}\n", 'if eq .Values.mode.kind "b"', ("mode.kind=b",)),
        ("mode: {kind: a}\n", 'if ne .Values.mode.kind "a"', ("mode.kind=example",)),
        ("a: true\nb: ''\n", "if and (not .Values.a) .Values.b", ("a=false", "b=example")),
        ("mode: {}\n", 'if hasKey .Values.mode "fast"', ("mode.fast=example",)),
    ],
)
def test_what_a_condition_asks_for_is_given(
    tmp_path: Path, values: str, condition: str, shown_by: tuple[str, ...]
) -> None:
    values = f"image: a/main:1\n{values}guest: {{image: a/guest:1}}\n"

    outcome = examine_chart(tmp_path, values, {"app.yaml": MAIN, "x.yaml": behind(condition)})

    assert outcome.image("a/guest:1").shown_by == shown_by
    assert outcome.images["a/guest:1"] == ("redirected", "swr.example.com/osc/guest:1")


def test_an_item_has_what_the_loop_reads_of_it(tmp_path: Path) -> None:
    loop = "{{ range .Values.plugins }}\n---\n" + pod(
        "{{ $.Values.guest.image }}", name="{{ required `name` .name }}"
    )
    values = "image: a/main:1\nplugins: []\nguest: {image: a/guest:1}\n"

    outcome = examine_chart(tmp_path, values, {"app.yaml": MAIN, "x.yaml": loop + "{{ end }}"})

    assert outcome.image("a/guest:1").shown_by == ("plugins[0].name=example",)


def test_the_conditions_of_a_partial_are_those_of_who_includes_it(tmp_path: Path) -> None:
    files = {
        "app.yaml": MAIN,
        "_guest.tpl": '{{ define "guest" }}{{ if $.Values.to }}\n' + GUEST + "{{ end }}{{ end }}",
        "x.yaml": '{{ $set := .Values.set }}{{ if $set.go }}{{ include "guest" . }}{{ end }}',
    }
    values = "image: a/main:1\nto: ''\nset: {go: no}\nguest: {image: a/guest:1}\n"

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/guest:1").shown_by == ("set.go=true", "to=example")


def test_a_switch_is_given_the_value_that_it_requires(tmp_path: Path) -> None:
    guest = '{{ $to := required "guest.to is needed" .Values.guest.to }}' + GUEST
    files = {"app.yaml": MAIN, "x.yaml": f"{{{{ if .Values.guest.enabled }}}}{guest}{{{{ end }}}}"}
    values = "image: a/main:1\nguest: {enabled: false, to: '', image: a/guest:1}\n"

    outcome = examine_chart(tmp_path, values, files)

    assert outcome.image("a/guest:1").shown_by == ("guest.enabled=true", "guest.to=example")


def test_no_part_of_an_image_is_made_up(tmp_path: Path) -> None:
    image = "a/guest{{ if .Values.guest.sha }}@sha256:{{ .Values.guest.sha }}{{ end }}"
    guest = pod(image + ":1").replace("a/guest", "{{ .Values.guest.image }}")
    values = "image: a/main:1\nguest: {image: a/guest, sha: ''}\n"

    outcome = examine_chart(
        tmp_path,
        values,
        {"app.yaml": MAIN, "x.yaml": "{{ if .Values.to }}\n" + guest + "{{ end }}"},
    )

    assert outcome.image("a/guest:1").shown_by == ("to=example",)
    assert sorted(outcome.images) == ["a/guest:1", "a/main:1"]


def test_an_object_of_a_cluster_is_not_searched_for(tmp_path: Path) -> None:
    values = "image: a/main:1\n"
    hidden = '{{ if lookup "v1" "Secret" "a" "b" }}\n' + pod("docker.io/a/late:1") + "{{ end }}"
    without = examine_chart(tmp_path, values, {"app.yaml": MAIN})

    outcome = examine_chart(tmp_path, values, {"app.yaml": MAIN, "x.yaml": hidden})

    assert outcome.report.verification.renders == without.report.verification.renders
    assert [each.rule for each in outcome.report.findings if each.rule == "OSC-HELM-013"] == [
        "OSC-HELM-013"
    ]
