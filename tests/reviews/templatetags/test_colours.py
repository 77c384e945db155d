"""Only lines that are looked at are read for their colours, and they get the right ones."""

from __future__ import annotations

from reviews.templatetags.colours import (
    LONGEST_COLOURED,
    colours_of_lines,
    colours_of_text,
    lines_of,
)

FILE = "shop/values.yaml"
TEXT = """a: 1
script: |
  b: 2
  # no comment

  c: 3
d: >-
  e: 4
f: a | b
g: 5
"""


def test_some_lines_have_the_colours_that_they_have_in_the_whole() -> None:
    whole = colours_of_text(FILE, TEXT)
    for first in range(1, 11):
        for last in range(first, 11):
            found = colours_of_lines(FILE, lines_of(TEXT), range(first, last + 1))
            assert {at: found[at] for at in range(first, last + 1)} == {
                at: whole[at] for at in range(first, last + 1)
            }


def test_a_long_line_leaves_the_others_their_colours() -> None:
    picture = "base64data: " + "x" * LONGEST_COLOURED
    found = colours_of_text("shop.clusterserviceversion.yaml", f"a: 1\n{picture}\nb: 2")
    assert [next(piece.colour for piece in found[at]) for at in (1, 2, 3)] == ["yk", "", "yk"]


def test_lines_of_a_template_without_expressions_have_colours() -> None:
    found = colours_of_text("shop/templates/web.yaml", "a: 1\n{{ if .b }}\nb: {{ .c }}")
    assert [next(piece.colour for piece in found[at]) for at in (1, 2, 3)] == ["yk", "", ""]
