"""What a chart renders is looked at as far as real charts go, and no further."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.manifests.workloads import Use
from reviews.pipeline.rendering import ChartRejected
from reviews.pipeline.tracing.experiment.markers import beside_consequences
from reviews.pipeline.tracing.experiment.renderer import Scenario

from .charts import chart_renderer

MANY = "{{ range until 5001 }}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n{{ end }}"
CROWDED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
    "{{ range until 5001 }}    - {name: c, image: a/b:1}\n{{ end }}"
)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (MANY, "it renders more than 5,000 resources"),
        (CROWDED, "it names images more than 5,000 times"),
    ],
)
def test_a_chart_that_renders_too_much_is_rejected(
    template: str, words: str, tmp_path: Path
) -> None:
    with (
        chart_renderer(tmp_path, "a: 1\n", {"a.yaml": template}, renders=20) as renderer,
        pytest.raises(ChartRejected) as rejected,
    ):
        renderer.observe(Scenario())

    assert rejected.value.words == words


@pytest.mark.parametrize("lines", [3, 3_000])
def test_an_image_is_read_in_its_own_line_however_long_the_text_is(lines: int) -> None:
    text = "image: a/b:1\n" * lines
    marked = text.replace("a/b:1", "a/b:1-zq0001")
    changed = marked.replace("image: a", "image:  a", 1)
    start = text.index("a/b", 20)
    use = Use("t.yaml", 0, "ConfigMap", "a", "", "other", ("data", "a"), text, start, start + 5)

    own, line = beside_consequences(use, changed)

    assert (own.text, own.image, line) == ("image: a/b:1", "a/b:1", "image: a/b:1-zq0001")
