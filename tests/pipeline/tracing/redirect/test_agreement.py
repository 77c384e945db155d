"""Choosing an option for each image so that no value must hold two texts."""

from __future__ import annotations

from pathlib import Path

from reviews.pipeline.package.chart_values import ValueLeaf
from reviews.pipeline.tracing.experiment.ways import Way
from reviews.pipeline.tracing.redirect.agreement import Option, most_that_agree

from ..experiment.charts import chart_renderer


def leaves(tmp_path: Path, count: int) -> list[ValueLeaf]:
    """Values of a chart, each with the text ``a``."""
    text = "".join(f"v{number}: a\n" for number in range(count))
    with chart_renderer(tmp_path, text, {}, renders=1) as renderer:
        return list(renderer.leaves.values())


def option_of(*texts: tuple[ValueLeaf, str]) -> Option:
    """An option that gives each value another text."""
    return Option(Way(()), {leaf: ((0, 1, text),) for leaf, text in texts})


def test_a_first_choice_that_leaves_another_nothing_is_taken_back(tmp_path: Path) -> None:
    shared, own = leaves(tmp_path, 2)
    empty, filled = option_of((shared, "")), option_of((shared, "x"))

    agreement = most_that_agree({"a": [empty, filled], "b": [option_of((own, "y"), (shared, "x"))]})

    assert agreement.chosen["a"] is filled
    assert agreement.substitutions == {shared: ((0, 1, "x"),), own: ((0, 1, "y"),)}


def test_what_agrees_with_nothing_is_left_out(tmp_path: Path) -> None:
    (shared,) = leaves(tmp_path, 1)
    one, other = option_of((shared, "x")), option_of((shared, "y"))

    agreement = most_that_agree({"a": [one], "b": [other], "c": [other, one], "d": []})

    assert agreement.chosen == {"a": one, "c": one}


def test_thousands_of_images_that_share_a_value_agree(tmp_path: Path) -> None:
    shared, *own = leaves(tmp_path, 3_001)
    options = {
        number: [
            option_of((shared, "x"), (leaf, "k")),
            option_of((shared, "x"), (leaf, "l")),
        ]
        for number, leaf in enumerate(own)
    }

    agreement = most_that_agree(options)

    assert len(agreement.chosen) == 3_000
