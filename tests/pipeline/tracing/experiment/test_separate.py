"""Marks are rendered without the templates that nobody looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.tracing.experiment.renderer import Scenario
from reviews.pipeline.tracing.experiment.separate import separate_templates
from reviews.pipeline.tracing.experiment.trace import trace

from ...journey import pod
from .charts import chart_renderer

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
MAPS = {f"p{number}.yaml": MAP for number in range(24)}
APP = {"app.yaml": pod("{{ .Values.image }}")}
VALUES = "image: a/b:1\n"


@pytest.mark.parametrize(
    ("templates", "kept"),
    [
        pytest.param({"_p.tpl": '{{ define "p" }}{{ end }}'}, {"_p.tpl"}, id="definitions"),
        pytest.param({"p.yaml": '{{ define "p" }}{{ end }}'}, {"p.yaml"}, id="one of them"),
        pytest.param({"s.yaml": '{{ $_ := set .Values "a" 1 }}'}, {"s.yaml"}, id="what others see"),
        pytest.param(
            {"s.yaml": '{{ include (print $.Template.BasePath "/p3.yaml") . }}'},
            {"p3.yaml"},
            id="what another renders",
        ),
        pytest.param(
            {
                "s.yaml": '{{ include "sum" (dict "path" "/p3.yaml") }}',
                "_sum.tpl": '{{ define "sum" }}{{ print .BasePath .path }}{{ end }}',
            },
            {"p3.yaml", "_sum.tpl"},
            id="what a definition renders",
        ),
    ],
)
def test_a_template_that_others_need_is_kept(
    tmp_path: Path, templates: dict[str, str], kept: set[str]
) -> None:
    every = MAPS | templates
    with chart_renderer(tmp_path, VALUES, every, renders=1) as renderer:
        separate = separate_templates(renderer.chart)

    assert separate == {"": {f"demo/templates/{name}" for name in every.keys() - kept}}


def test_nothing_is_left_out_where_the_names_of_rendered_templates_are_put_together(
    tmp_path: Path,
) -> None:
    action = '{{ include (printf "%s/%s.yaml" $.Template.BasePath .Values.a) . }}'
    with chart_renderer(tmp_path, VALUES, MAPS | {"s.yaml": action}, renders=1) as renderer:
        assert separate_templates(renderer.chart) == {}


def test_only_what_is_looked_at_is_rendered(tmp_path: Path) -> None:
    looked_at = {"demo/templates/app.yaml"}
    with chart_renderer(tmp_path, VALUES, MAPS | APP, renders=20) as renderer:
        narrow = renderer.probe({"image": "c/d:2"}, templates=looked_at)
        whole = renderer.probe({"image": "c/d:2"})

    assert set(narrow.manifests) == looked_at
    assert narrow.manifests.items() <= whole.manifests.items()
    assert len(whole.manifests) == len(MAPS) + 1


def test_hardly_smaller_copies_are_not_made(tmp_path: Path) -> None:
    few = dict(list(MAPS.items())[:10])
    with chart_renderer(tmp_path, VALUES, few | APP, renders=20) as renderer:
        probed = renderer.probe({}, templates={"demo/templates/app.yaml"})

    assert len(probed.manifests) == len(few) + 1


def test_what_other_templates_refuse_does_not_hide_who_decides_an_image(tmp_path: Path) -> None:
    guard = '{{ if contains "-zq" .Values.image }}{{ fail "no marks" }}{{ end }}'
    templates = MAPS | {"app.yaml": pod("{{ .Values.image }}", "a/c:1"), "guard.yaml": guard}
    with chart_renderer(tmp_path, VALUES, templates, renders=60) as renderer:
        tracing = trace(renderer, renderer.observe(Scenario()))

    by_value, by_literal = sorted(tracing.uses, key=lambda each: each.use.image)
    assert [part.leaf.path for part in by_value.contributions] == [("image",)]
    assert [each.file for each in by_literal.literals] == ["demo/templates/app.yaml"]
