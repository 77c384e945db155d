"""Charts that do not render by themselves: what they ask for is given, else all that is spelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...journey import Outcome, examine_chart, pod

MAIN = pod("{{ .Values.image }}")
VALUES = "image: a/main:1\n"


def words(outcome: Outcome, rule: str) -> list[str]:
    """What the findings of one rule say."""
    return [str(each.message) for each in outcome.report.findings if each.rule == rule]


@pytest.mark.parametrize(
    ("values", "refusal", "shown_by"),
    [
        ("to: ''\n", '# {{ required "no target" .Values.to }}', ("to=example",)),
        ("", '# {{ required "no target" .Values.to }}', ("to=example",)),
        ("to: null\n", '# {{ .Values.to | required "no target" }}', ("to=example",)),
        (
            "a: ''\nb: {c: ''}\n",
            '# {{ required "give a" .Values.a }}{{ required "give b" .Values.b.c }}',
            ("a=example", "b.c=example"),
        ),
        (
            "make: true\nkey: ''\n",
            '{{ if and .Values.make (not .Values.key) }}{{ fail "no key" }}{{ end }}',
            ("key=example",),
        ),
        (
            "rules: []\n",
            '{{ $r := .Values.rules }}{{ if empty $r }}{{ fail (printf "%s: none" "x") }}{{ end }}',
            ("rules[0]=example",),
        ),
        *(
            (
                values,
                '{{ if not .Values.a }}{{ fail "a.b must be set" }}{{ end }}# {{ upper .Values.a.b }}',
                ("a.b=example",),
            )
            for values in ("", "a: {}\n", "a: null\n")
        ),
        (
            "kind: ''\n",
            (
                '{{ include "check" . }}{{ define "check" }}{{ if not .Values.kind }}'
                '{{ fail "kind\\n is missing" }}{{ end }}{{ end }}'
            ),
            ("kind=example",),
        ),
    ],
)
def test_what_a_refusal_asks_for_is_given(
    tmp_path: Path, values: str, refusal: str, shown_by: tuple[str, ...]
) -> None:
    outcome = examine_chart(tmp_path, VALUES + values, {"app.yaml": MAIN, "x.yaml": refusal})

    assert outcome.image("a/main:1").shown_by == shown_by
    assert outcome.images == {"a/main:1": ("redirected", "swr.example.com/osc/main:1")}
    assert outcome.values == "image: swr.example.com/osc/main:1\n" + values
    (message,) = words(outcome, "OSC-HELM-005")
    assert f"It renders with {', '.join(shown_by)};" in message


def test_what_a_schema_misses_is_given(tmp_path: Path) -> None:
    schema = '{"required": ["to"], "properties": {"to": {"type": "string"}}}'

    outcome = examine_chart(tmp_path, VALUES, MAIN, **{"values.schema.json": schema})

    assert outcome.image("a/main:1").shown_by == ("to=example",)


def test_no_image_is_made_up_where_the_chart_asks_for_one(tmp_path: Path) -> None:
    values = "sideImage: docker.io/a/side:1\nimage: {repository: ''}\n"
    template = pod('{{ required "which image?" .Values.image.repository }}')

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.report.verification.rendered is False
    assert outcome.images == {"docker.io/a/side:1": ("unverified", "swr.example.com/osc/side:1")}


def test_images_of_a_chart_that_does_not_render_are_listed(tmp_path: Path) -> None:
    values = "image: {registry: quay.io, repository: a/main, tag: '1'}\n"
    templates = {"app.yaml": pod("docker.io/a/literal:2"), "x.yaml": '{{ fail "never" }}'}

    outcome = examine_chart(tmp_path, values, templates)

    assert outcome.images == {
        "quay.io/a/main:1": ("unverified", "swr.example.com/osc/main:1"),
        "docker.io/a/literal:2": ("unverified", "swr.example.com/osc/literal:2"),
    }
    assert [
        (each.file.removeprefix("demo-1.0.0.tgz!/"), each.path, each.line, each.column)
        for image in outcome.report.images
        for each in image.sources
    ] == [
        ("demo/values.yaml", "image.repository", 1, 40),
        ("demo/templates/app.yaml", None, 10, 18),
    ]
    assert outcome.changed_files == []


def test_a_schema_that_needs_the_network_is_named_as_the_reason(tmp_path: Path) -> None:
    schema = '{"properties": {"a": {"$ref": "https://schemas.example/x.json#/a"}}}'

    outcome = examine_chart(tmp_path, VALUES, MAIN, **{"values.schema.json": schema})

    assert outcome.images == {"a/main:1": ("unverified", "swr.example.com/osc/main:1")}
    (message,) = words(outcome, "OSC-HELM-006")
    assert message.startswith("values.schema.json refers to https://schemas.example/x.json, so")


def test_a_schema_that_forbids_what_helm_gives_is_named(tmp_path: Path) -> None:
    schema = '{"additionalProperties": false, "properties": {"image": {}}}'
    files = {
        "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        "charts/sub/values.yaml": "image: a/sub:1\n",
        "charts/sub/values.schema.json": schema,
        "charts/sub/templates/x.yaml": MAIN,
    }

    outcome = examine_chart(tmp_path, "{}\n", "", **files)

    assert outcome.images == {"a/sub:1": ("unverified", "swr.example.com/osc/sub:1")}
    places = {each.place.file for each in outcome.report.findings if each.rule == "OSC-HELM-006"}
    assert {str(each).removeprefix("demo-1.0.0.tgz!/") for each in places} == {
        "demo/charts/sub/values.schema.json"
    }
