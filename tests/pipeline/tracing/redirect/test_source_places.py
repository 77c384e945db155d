"""The sources of an image name the line in which it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import bare_chart, pod

from ...checks.boxes import examined

_CONFIG = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    "data:\n  config: |\n    {{- .Values.config | nindent 4 }}\n"
)


@pytest.mark.parametrize("header", ["|", "|-", "|+"])
def test_images_in_a_block_of_text_have_lines_of_their_own(header: str, tmp_path: Path) -> None:
    block = "\n  sidecar: quay.io/a/one:1\n\n  more:\n    initImage: quay.io/a/two:2\n"
    example = bare_chart(f"x: 1\nconfig: {header}{block}", more={"templates/c.yaml": _CONFIG})

    assert [
        (image.original, [(each.path, each.line, each.column) for each in image.sources])
        for image in examined(example, tmp_path).report.images
    ] == [
        ("quay.io/a/one:1", [("config", 3, 12)]),
        ("quay.io/a/two:2", [("config", 6, 16)]),
    ]


def test_a_plain_value_is_where_it_is(tmp_path: Path) -> None:
    example = bare_chart("x: 1\nimage: quay.io/a/one:1\n", pod("{{ .Values.image }}"))

    assert [
        (each.line, each.column)
        for image in examined(example, tmp_path).report.images
        for each in image.sources
    ] == [(2, 8)]
