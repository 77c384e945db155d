"""The few lines that show what an edit changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.pipeline.core.findings import Edit, Finding, Place, Severity
from reviews.pipeline.core.messages import _
from reviews.pipeline.diff.files import unified
from reviews.pipeline.report.around import rewrite_of
from reviews.pipeline.report.changed_lines import MOST_LINES, changed_lines, original_lines
from reviews.pipeline.report.model import Rewrite
from reviews.pipeline.yaml.edit import splice
from tests.pipeline.reports import EMPTY

FILE = "demo/values.yaml"


def _reported(before: str, *edits: tuple[str, str]) -> list[tuple[str, int | None, str]]:
    """What is drawn for edits of ``before``: each the text to find (after a |, where) and the new."""
    data = before.encode()
    made = [_edit(before, find, after) for find, after in edits]
    after = splice(data, made)
    findings = [_finding(data, edit) for edit in made]
    whole = replace(EMPTY, rewrites=(Rewrite(FILE, unified(data, after, FILE)),))
    return [
        (line.kind, line.line, "".join(f"[{s.text}]" if s.changed else s.text for s in line.spans))
        for line in changed_lines(findings, original_lines(whole))
    ]


def _edit(before: str, find: str, after: str) -> Edit:
    head, _bar, target = find.rpartition("|")
    at = before.index(head) + len(head)
    start = len(before[:at].encode())
    assert before[at:].startswith(target)
    return Edit(FILE, start, start + len(target.encode()), target, after)


def _finding(data: bytes, edit: Edit) -> Finding:
    return Finding(
        rule="PORTAL-002",
        name="image-address",
        severity=Severity.INFO,
        title=_("t"),
        message=_("m"),
        help=_("h"),
        place=Place.at(FILE, data, edit.start),
        edit=edit,
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_value_is_shown_in_its_line(newline: str) -> None:
    text = newline.join(["a: 1", "镜像: {registry: docker.io} # 😀", "b: 2", ""])

    assert _reported(text, ("registry: |docker.io", "r.example")) == [
        ("removed", 2, "镜像: {registry: [docker.io]} # 😀"),
        ("added", 2, "镜像: {registry: [r.example]} # 😀"),
    ]


def test_several_edits_are_shown_one_after_the_other() -> None:
    text = "registry: docker.io\nrepository: a/b\nother: c\n"

    assert _reported(text, ("registry: |docker.io", "r.example"), ("repository: |a/b", "o/b")) == [
        ("removed", 1, "registry: [docker.io]"),
        ("added", 1, "registry: [r.example]"),
        ("removed", 2, "repository: [a/b]"),
        ("added", 2, "repository: [o/b]"),
    ]


def test_new_lines_are_shown_as_they_will_stand() -> None:
    assert _reported("a:\n  b: 1\n", ("a:\n|", "  c: 2\n")) == [("added", 2, "  c: 2")]


def test_what_is_put_before_an_indented_line_takes_its_indentation() -> None:
    assert _reported("a:\n  b: 1\n", ("a:\n  |", "c: 2\n  ")) == [("added", 2, "  c: 2")]


def test_what_is_put_behind_a_last_line_without_a_break_begins_on_the_next() -> None:
    assert _reported("a: 1", ("a: 1|", "\nb: 2")) == [("added", 2, "b: 2")]


def test_a_text_over_several_lines_is_shown_by_itself() -> None:
    assert _reported("a: >-\n  x\n  y\nb: 1\n", ("a: |>-\n  x\n  y", "z")) == [
        ("removed", 1, "[>-]"),
        ("removed", 2, "[  x]"),
        ("removed", 3, "[  y]"),
        ("added", 1, "[z]"),
    ]


def test_of_a_long_insertion_the_beginning_is_shown() -> None:
    lines = "".join(f"k{number}: 1\n" for number in range(MOST_LINES + 5))

    reported = _reported("a: 1\n", ("a: 1\n|", lines))

    assert len(reported) == MOST_LINES + 1
    assert reported[-1] == ("added", None, "…")


def test_a_finding_without_an_edit_changes_nothing() -> None:
    finding = _finding(b"a", Edit(FILE, 0, 0, "", "x"))

    assert changed_lines([replace(finding, edit=None)], {}) == ()


def test_an_edit_that_two_findings_share_is_shown_once() -> None:
    finding = _finding(b"a\n", Edit(FILE, 2, 2, "", "b\n"))

    assert len(changed_lines([finding, finding], {})) == 1


def test_the_keys_around_a_change_are_shown_with_their_numbers_once() -> None:
    before = b"web:\n  # which\n  image:\n    registry: docker.io\n    name: a/web\n"
    edits = [
        Edit(FILE, before.index(text), before.index(text) + len(text), text.decode(), after)
        for text, after in ((b"docker.io", "r.example"), (b"a/web", "b/web"))
    ]
    diff = unified(before, splice(before, edits), FILE)
    whole = replace(EMPTY, rewrites=(rewrite_of(FILE, diff, before, edits),))

    lines = changed_lines([_finding(before, edit) for edit in edits], original_lines(whole))

    assert [
        (each.kind, each.line, "".join(span.text for span in each.spans)) for each in lines
    ] == [
        ("context", 1, "web:"),
        ("context", 3, "  image:"),
        ("removed", 4, "    registry: docker.io"),
        ("added", 4, "    registry: r.example"),
        ("removed", 5, "    name: a/web"),
        ("added", 5, "    name: b/web"),
    ]
