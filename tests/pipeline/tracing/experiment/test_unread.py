"""Experiments leave out files that no template reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.tracing.experiment.renderer import Observation, Scenario
from reviews.pipeline.tracing.experiment.unread import unread_files

from ...journey import pod
from .charts import chart_renderer

LONG = "x" * (200 << 10)
OTHERS = {
    "README.md": LONG,
    "values.schema.json": "{}",
    "crds/a.yaml": "a: 1\n",
    "files/grafana/one.json": "{}",
    "examples/two.yaml": "a: 1\n",
}
APP = {"app.yaml": pod("{{ .Values.image }}")}
VALUES = "image: a/b:1\n"
NEVER_READ = {"README.md", "crds/a.yaml"}


@pytest.mark.parametrize(
    ("values", "action", "unread"),
    [
        pytest.param("", "", OTHERS.keys() - {"values.schema.json"}, id="nothing is read"),
        pytest.param(
            "",
            '{{ .Files.Get "files/grafana/one.json" }}',
            NEVER_READ | {"examples/two.yaml"},
            id="by its name",
        ),
        pytest.param(
            "",
            '{{ range $path, $_ := .Files.Glob "examples/**" }}{{ $.Files.Get $path }}{{ end }}',
            NEVER_READ | {"files/grafana/one.json"},
            id="by a pattern",
        ),
        pytest.param(
            "name: one\n",
            '{{ $files := .Files }}{{ $files.Get (printf "%s.json" .Values.name) }}',
            NEVER_READ | {"examples/two.yaml"},
            id="by a value, through a variable",
        ),
        pytest.param(
            "# two\n",
            '{{ .Files.Get "grafana" }}',
            NEVER_READ | {"examples/two.yaml"},
            id="a comment names no file",
        ),
        pytest.param("", '{{ .Files.Glob "**.json" }}', set(), id="by any name"),
        pytest.param("", "{{ range $k, $v := .Files }}{{ end }}", set(), id="all there are"),
        pytest.param("", '{{ index . "Files" | toYaml }}', set(), id="by a key"),
        pytest.param(
            "",
            '{{ (.Files.Glob "crds/*").AsConfig }}',
            OTHERS.keys() - {"values.schema.json", "crds/a.yaml"},
            id="definitions",
        ),
        pytest.param('text: "{{ .Files.Glob `*` }}"\n', "", set(), id="by a value's template"),
    ],
)
def test_a_file_that_may_be_read_is_kept(
    tmp_path: Path, values: str, action: str, unread: set[str]
) -> None:
    templates = APP | {"config.yaml": action}
    with chart_renderer(tmp_path, VALUES + values, templates, renders=1, others=OTHERS) as renderer:
        found = unread_files(renderer.chart)

    assert found == ({"": {f"demo/{name}" for name in unread}} if unread else {})


def test_a_few_short_files_are_no_matter(tmp_path: Path) -> None:
    others = OTHERS | {"README.md": "short"}
    with chart_renderer(tmp_path, VALUES, APP, renders=1, others=others) as renderer:
        assert unread_files(renderer.chart) == {}


def test_only_experiments_render_without_them(tmp_path: Path) -> None:
    # As charts do that copy all they are given.
    count = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {n: {{ len (toString .) }}}\n"
    )
    templates = APP | {"count.yaml": count}
    with chart_renderer(tmp_path, VALUES, templates, renders=20, others=OTHERS) as renderer:
        base = renderer.observe(Scenario())
        renderer.economise(base)
        searched = renderer.search(Scenario())
        proven = renderer.observe(Scenario())

    def size(seen: Observation) -> int:
        text = seen.documents["demo/templates/count.yaml", 0].text
        return int(text.rpartition(" ")[2].strip(" }'\n"))

    assert searched.uses == base.uses
    assert size(searched) < len(LONG) < size(base)
    assert size(proven) > len(LONG)


def test_a_text_for_people_that_is_read_is_kept(tmp_path: Path) -> None:
    templates = APP | {"config.yaml": '{{ .Files.Get "README.md" }}'}
    with chart_renderer(tmp_path, VALUES, templates, renders=1, others=OTHERS) as renderer:
        assert unread_files(renderer.chart) == {}
