"""What renders gave is kept once, and the engine holds no chart that nobody asks for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.package.chart_values import effective_leaves
from reviews.pipeline.rendering import ChartRejected
from reviews.pipeline.tracing.experiment.copies import Copies, Copy
from reviews.pipeline.tracing.experiment.renderer import ChartRenderer, Scenario

from ...journey import CHART, pod, tgz
from .charts import chart_renderer

VALUES = "a: {tag: '1'}\nb: 2\n"
TEMPLATES = {
    "a.yaml": pod("docker.io/acme/a:{{ .Values.a.tag }}"),
    "b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {b: x}\n",
    "NOTES.txt": "Thank you.\n",
}


def _archive(template: str) -> bytes:
    files = {
        "demo/Chart.yaml": CHART,
        "demo/values.yaml": VALUES,
        "demo/templates/a.yaml": template,
    }
    return tgz(files)


def _held(renderer: ChartRenderer) -> int:
    """How many charts the engine holds."""
    return len(renderer.engine._archives)


def test_a_document_that_two_renders_have_is_kept_once(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, VALUES, TEMPLATES, renders=9) as renderer:
        first = renderer.observe(Scenario())
        second = renderer.observe(Scenario({"a": {"tag": "2"}}))

    same = ("demo/templates/b.yaml", 0)
    other = ("demo/templates/a.yaml", 0)
    assert second.documents[same] is first.documents[same]
    assert second.documents[other] != first.documents[other]


def test_a_rewritten_chart_is_forgotten_once_it_was_rendered(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, VALUES, TEMPLATES, renders=9) as renderer:
        before = _held(renderer)
        renderer.rewritten(_archive(pod("docker.io/acme/b:1")), [Scenario()])
        with pytest.raises(ChartRejected):
            renderer.rewritten(_archive('{{ fail "no" }}'), [Scenario()])

        assert _held(renderer) == before


def test_a_marked_chart_is_forgotten_behind_its_block(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, VALUES, TEMPLATES, renders=9) as renderer:
        before, template = _held(renderer), "demo/templates/a.yaml"
        changed = {renderer.chart.archive.where: {template: pod("docker.io/acme/b:1").encode()}}
        with renderer.marked(changed, {template}) as handle:
            assert _held(renderer) == before + 1
            assert "acme/b:1" in renderer.probe({}, handle).manifests[template]

        assert _held(renderer) == before


def test_a_copy_is_made_again_for_an_engine_that_was_started_again(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, VALUES, TEMPLATES, renders=9) as renderer:
        engine, archive = renderer.engine, _archive(pod("docker.io/acme/b:1"))
        made: list[Copy] = []

        class Counted(Copies):
            def made(self, archive: bytes, copy: Copy) -> bytes:
                made.append(copy)
                return super().made(archive, copy)

        copies = Counted(engine, renderer.chart, archive)
        handle = copies.handle(Copy(is_bare=True))
        before = engine.render(handle).manifests
        engine.close()

        assert engine.render(handle).manifests == before
        assert made == [Copy(is_bare=True)] * 2


def test_the_values_in_force_are_worked_out_once(tmp_path: Path) -> None:
    with chart_renderer(tmp_path, VALUES, TEMPLATES, renders=9) as renderer:
        assert renderer.leaves is effective_leaves(renderer.chart)
        assert [".".join(map(str, path)) for path in renderer.leaves] == ["a.tag", "b"]
