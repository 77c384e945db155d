"""Rows as HTML: exact marks and colours, and nothing of a package that a browser acts on."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.diff.files import diff_edits
from reviews.pipeline.diff.layout import DiffNotes, lay_out_diff
from reviews.templatetags.colours import (
    LONGEST_COLOURED,
    Colours,
    colours_of_added,
    colours_of_text,
)
from reviews.templatetags.diff_rows import Drawing, harmless

FILE = "shop/values.yaml"


def drawn(before: str, edits: list[Edit], *, side_by_side: bool = True, file: str = FILE) -> str:
    diff = diff_edits(before.encode(), edits, context=None)
    lines = [line for hunk in diff.hunks for line in hunk.lines]
    colours = Colours(colours_of_text(file, before), colours_of_added(file, lines))
    drawing = Drawing(colours, side_by_side=side_by_side)
    stretches = lay_out_diff(diff, DiffNotes({}, {}), side_by_side=side_by_side)
    return "".join(drawing.html(each.rows) for each in stretches)


def edit(before: str, old: str, new: str) -> Edit:
    start = before.encode().index(old.encode())
    return Edit(FILE, start, start + len(old.encode()), old, new)


def read(cells: str) -> str:
    """What a reader sees of a piece of HTML, words for screen readers left out."""
    bare = re.sub(r'<span class="sign">.*?</span></span>', "", cells)
    return html.unescape(re.sub(r"<[^>]*>", "", bare))


def test_an_unchanged_line_stands_on_both_sides_in_colours() -> None:
    assert drawn("a: 1 # one\n", []) == (
        '<tr id="R1"><td>1<td><span class="yk">a</span>: 1 <span class="yc"># one</span>'
        '<td>1<td><span class="yk">a</span>: 1 <span class="yc"># one</span>\n'
    )


def test_exactly_the_changed_bytes_are_marked() -> None:
    before = "registry: docker.io # ours\n"
    row = drawn(before, [edit(before, "docker.io", "swr.example.com")])
    assert row == (
        '<tr id="R1" class="changed">'
        '<td class="removed">1<td class="removed"><span class="sign">−<span class="unseen">removed: '
        '</span></span><span class="yk">registry</span>: <mark>docker.io</mark> <span class="yc">'
        '# ours</span><td class="added">1<td class="added"><span class="sign">+<span class="unseen">'
        'added: </span></span><span class="yk">registry</span>: <mark>swr.example.com</mark> '
        '<span class="yc"># ours</span>\n'
    )


def test_a_mark_may_begin_and_end_within_a_colour() -> None:
    before = 'image: "docker.io/web:1"\n'
    row = drawn(before, [edit(before, "docker.io", "swr")], side_by_side=False)
    assert '<span class="ys">"</span><mark><span class="ys">docker.io</span></mark>' in row
    assert read(row.split("\n")[0]).endswith('image: "docker.io/web:1"')


def test_a_line_that_is_all_new_needs_no_mark() -> None:
    row = drawn("a: 1\n", [Edit(FILE, 5, 5, "", "b: 2\n")])
    assert "<mark>" not in row
    assert '<td class="none"><td class="none"><td class="added">2<td class="added">' in row


def test_in_one_column_a_line_that_is_gone_has_its_old_number() -> None:
    before = "a: 1\n"
    removed, added = drawn(before, [edit(before, "1", "2")], side_by_side=False).strip().split("\n")
    assert removed.startswith('<tr id="L1" class="changed"><td class="removed">1<td')
    assert added.startswith('<tr id="R1" class="changed"><td class="added"><td class="added">1<td')


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a\tb", "a\tb"),
        ("\x1b[31m", '<span class="hidden-sign">\\x1b</span>[31m'),
        ("\u202egpj", '<span class="hidden-sign">\\u202e</span>gpj'),
        ("a\u200bb", 'a<span class="hidden-sign">\\u200b</span>b'),
        (
            "\x85\u2028",
            '<span class="hidden-sign">\\x85</span><span class="hidden-sign">\\u2028</span>',
        ),
        ("云原生 é 🙂", "云原生 é 🙂"),
    ],
)
def test_what_hides_is_written_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_an_attribute_cannot_be_left_either() -> None:
    row = drawn('a: "><img src=x onerror=alert(1)>\n', [])
    assert "<img" not in row
    assert read(row).count('a: "><img src=x onerror=alert(1)>') == 2


@given(st.text(max_size=200))
def test_every_sign_is_there_whatever_the_lexer_makes_of_it(text: str) -> None:
    text += "\n"
    lines = [line.removesuffix("\r") for line in text.split("\n")[:-1]]
    rows = drawn(text, [], side_by_side=False).split("<tr id=")[1:]
    assert [read(row.split("<td>", 3)[3]) for row in rows] == [
        read(harmless(line)) + "\n" for line in lines
    ]


def test_templates_are_not_coloured_as_yaml() -> None:
    row = drawn("a: {{ .Values.b }}\n", [], file="shop/templates/web.yaml")
    assert row == '<tr id="R1"><td>1<td>a: {{ .Values.b }}<td>1<td>a: {{ .Values.b }}\n'


def test_a_line_of_enormous_length_is_not_coloured() -> None:
    assert "yk" not in drawn("a: " + "[" * LONGEST_COLOURED, [])


def test_text_that_keeps_a_lexer_busy_for_long_is_not_coloured() -> None:
    assert "yk" in drawn("a: 1\n" + f"{'*' * 100}\n", [])
    assert "yk" not in drawn("a: 1\n" + f"{'*' * 1000}\n" * 160, [])


def test_a_missing_line_break_at_the_end_is_shown() -> None:
    assert 'class="hidden-sign">no line break at the end</span>' in drawn("a: 1", [])


def test_line_breaks_of_windows_show_where_a_line_changes() -> None:
    before = "a: 1\r\nb: 2\r\n"
    rows = drawn(before, [edit(before, "1", "3")]).split("\n")
    assert ("\\r\\n" in rows[0], "\\r\\n" in rows[1]) == (True, False)
