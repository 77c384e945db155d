"""Experiments leave out templates that name no image."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.tracing.experiment.renderer import Scenario
from reviews.pipeline.tracing.experiment.reveal import reveal
from reviews.pipeline.tracing.experiment.silent import silent_templates

from ...journey import pod
from .charts import chart_renderer

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
SERVICES = {f"s{number}.yaml": SERVICE for number in range(42)}
APP = {"app.yaml": pod("{{ .Values.image }}")}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{SERVICE}---\n{pod('a/b:1')}", id="a pod beside it"),
        pytest.param(SERVICE.replace("Service", "ConfigMap"), id="a kind that may hold images"),
        pytest.param(SERVICE.replace("Service", "{{ .Values.kind }}"), id="any kind"),
        pytest.param(SERVICE + '{{ define "x" }}{{ end }}', id="what others include"),
        pytest.param(SERVICE + '{{ $_ := set .Values "a" 1 }}', id="what others see"),
        pytest.param(SERVICE + "# {{ .Values.image }}", id="the word image"),
    ],
)
def test_a_template_that_may_matter_is_kept(tmp_path: Path, text: str) -> None:
    with chart_renderer(
        tmp_path, "image: a/b:1\n", {**SERVICES, "kept.yaml": text}, renders=1
    ) as renderer:
        silent = silent_templates(renderer.chart, ())

    assert silent == {"": {f"demo/templates/{name}" for name in SERVICES}}


@pytest.mark.parametrize(
    ("action", "left_out"),
    [
        ('{{ include (print $.Template.BasePath "/s3.yaml") . | sha256sum }}', 41),
        ('{{ include "sum" (dict "path" "/s3.yaml") }}{{ print .BasePath .path }}', 41),
        ('{{ include (printf "%s/%s.yaml" $.Template.BasePath .Values.a) . }}', 0),
        ('{{ include (print $.Template.BasePath "/" .Values.a ".yaml") . }}', 0),
    ],
)
def test_a_template_that_another_renders_is_kept(
    tmp_path: Path, action: str, left_out: int
) -> None:
    with chart_renderer(
        tmp_path, "image: a/b:1\n", {**SERVICES, "app.yaml": action}, renders=1
    ) as renderer:
        silent = silent_templates(renderer.chart, ())

    assert sum(map(len, silent.values())) == left_out


def test_searches_leave_out_what_proofs_render(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, "image: a/b:1\n", {**SERVICES, **APP}, renders=20) as renderer:
        base = renderer.observe(Scenario())
        renderer.economise(base)
        searched = renderer.search(Scenario())
        whole = renderer.search(Scenario(), is_whole=True)
        proven = renderer.to_prove(Scenario(), searched)

    assert [len(each.documents) for each in (base, searched, whole)] == [43, 1, 43]
    assert (len(proven.documents), searched.uses) == (43, base.uses)


def test_what_the_chart_itself_refuses_is_searched_again_in_all_its_templates(
    tmp_path: Path,
) -> None:
    values = "".join(f"{each}: {{enabled: false, image: 'a/{each}:1'}}\n" for each in "ab")
    refusing = f'{SERVICE}{{{{ if and .Values.a.enabled .Values.b.enabled }}}}{{{{ fail "no" }}}}{{{{ end }}}}'
    templates = SERVICES | {"s0.yaml": refusing}
    for each in "ab":
        body = pod(f"{{{{ .Values.{each}.image }}}}", name=each)
        templates[f"{each}.yaml"] = f"{{{{ if .Values.{each}.enabled }}}}\n{body}{{{{ end }}}}"
    with chart_renderer(tmp_path, values, templates, renders=60) as renderer:
        base = renderer.observe(Scenario())
        renderer.economise(base)
        found = reveal(renderer, base, [])

    images = {use.image for _scenario, seen in found.scenarios for use in seen.uses}
    assert images == {"a/a:1", "a/b:1"}
