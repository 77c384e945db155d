from __future__ import annotations

import pytest

from reviews.pipeline import RemedyLine, TextSpan
from reviews.templatetags.code_rows import CodeRow, coloured, pasted
from reviews.views.line_rows import Row


def _row(kind: str, line: int, *texts: str) -> Row:
    spans = tuple(TextSpan(text, changed=at == 1) for at, text in enumerate(texts))
    return Row(kind, line, spans)  # type: ignore[arg-type]


def test_rows_of_yaml_have_colours_and_marks() -> None:
    rows = [
        _row("context", 1, "image:"),
        _row("removed", 2, "  registry: ", "docker.io"),
        _row("added", 2, "  registry: ", "swr.example.com"),
    ]

    assert [each.html for each in coloured(rows, "demo/values.yaml")] == [
        '<span class="yk">image</span>:',
        '  <span class="yk">registry</span>: <mark>docker.io</mark>',
        '  <span class="yk">registry</span>: <mark>swr.example.com</mark>',
    ]


def test_a_remedy_has_colours_too() -> None:
    lines = (RemedyLine("added", None, "home: '<a>'\t\x00"),)

    assert coloured(lines, "demo/Chart.yaml") == [
        CodeRow(
            "added",
            None,
            '<span class="yk">home</span>: <span class="ys">\'&lt;a&gt;\'</span>\t'
            '<span class="hidden-sign">\\x00</span>',  # type: ignore[arg-type]
        )
    ]


def test_any_other_text_is_plain_and_harmless() -> None:
    assert [each.html for each in coloured([_row("added", 1, "a: <b>\r")], "NOTES.txt")] == [
        'a: &lt;b&gt;<span class="hidden-sign">\\r</span>'
    ]
    assert coloured(None, "demo/values.yaml") == []


@pytest.mark.parametrize("count", [1, 300])
def test_what_is_pasted_is_drawn_for_its_own_file_and_text(count: int) -> None:
    given = [("demo/Chart.yaml", "home: here"), ("NOTES.txt", "home: here")]
    given.append(("demo/Chart.yaml", "home: there"))

    found = [
        pasted([RemedyLine("added", 1, line)] * count, file) for file, line in (*given, *given)
    ]

    coloured_one = '<span class="yk">home</span>'
    assert [(each.count(coloured_one), each.count("there")) for each in found[:3]] == [
        (count, 0),
        (0, 0),
        (count, count),
    ]
    assert found[:3] == found[3:]
