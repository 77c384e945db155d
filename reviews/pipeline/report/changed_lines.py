"""The lines that a finding's edit changes, as few as show it: one before, one after.

They are read from the report's own unified diffs, so that nobody opens the package again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..core.findings import Edit, Finding, Place
from ..diff.files import TextSpan
from .model import Report

MOST_LINES = 12
"""Shown of one side of an edit: a long insertion is better read in the rewritten file."""

OriginalLines: TypeAlias = Mapping[str, Mapping[int, str]]
"""By file and 1-based number, each line that the edits replace, without its line break."""

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line to draw. ``line`` is its number in the original, None for one that is new."""

    kind: Literal["removed", "added"]
    line: int | None
    spans: tuple[TextSpan, ...]


def original_lines(report: Report) -> OriginalLines:
    """Every line that the proposed edits replace."""
    return {rewrite.file: dict(_removed(rewrite.diff)) for rewrite in report.rewrites}


def changed_lines(findings: Iterable[Finding], originals: OriginalLines) -> tuple[ChangedLine, ...]:
    """What the edits of ``findings`` change, each edit once, in the order of the findings."""
    seen: dict[Edit, tuple[ChangedLine, ...]] = {}
    for finding in findings:
        if finding.edit is not None and finding.edit not in seen:
            seen[finding.edit] = _lines_of(finding, finding.edit, originals)
    return tuple(line for lines in seen.values() for line in lines)


def _lines_of(finding: Finding, edit: Edit, originals: OriginalLines) -> tuple[ChangedLine, ...]:
    place = finding.place if finding.place.file == edit.file else Place(edit.file)
    line, column = place.line, place.column
    if not edit.before:
        return _inserted(edit.after, column or 1)
    text = originals.get(edit.file, {}).get(line or 0)
    if line is None or column is None or text is None or "\n" in edit.before + edit.after:
        return _replaced(edit, line)
    head, tail = text[: column - 1], text[column - 1 + len(edit.before) :]
    return (
        ChangedLine("removed", line, _spans(head, edit.before, tail)),
        ChangedLine("added", line, _spans(head, edit.after, tail)),
    )


def _inserted(after: str, column: int) -> tuple[ChangedLine, ...]:
    """New lines as they will be in the file.

    A text that ends in a line break and an indentation is put before what is indented so, and
    its own first line takes over that indentation.
    """
    *lines, last = after.split("\n")
    texts = [*lines, last] if last.strip() else lines
    if last and not last.strip():
        texts[0] = " " * (column - 1) + texts[0]
    return tuple(
        ChangedLine("added", None, (TextSpan(text, changed=False),))
        for text in _few([text.rstrip("\r") for text in texts if text.strip()])
    )


def _replaced(edit: Edit, line: int | None) -> tuple[ChangedLine, ...]:
    """The texts of the edit alone, where they are no part of one line."""
    removed = tuple(
        ChangedLine("removed", line + index if line else None, (TextSpan(text, changed=True),))
        for index, text in enumerate(_few(_texts(edit.before or "")))
    )
    added = (
        ChangedLine("added", None, (TextSpan(text, changed=True),))
        for text in _few(_texts(edit.after))
    )
    return (*removed, *added)


def _texts(text: str) -> list[str]:
    return [line.rstrip("\r") for line in text.strip("\r\n").split("\n")]


def _few(texts: list[str]) -> list[str]:
    return texts if len(texts) <= MOST_LINES else [*texts[:MOST_LINES], "…"]


def _spans(head: str, middle: str, tail: str) -> tuple[TextSpan, ...]:
    pieces = (
        TextSpan(head, changed=False),
        TextSpan(middle, changed=True),
        TextSpan(tail, changed=False),
    )
    return tuple(piece for piece in pieces if piece.text)


def _removed(diff: str) -> Iterator[tuple[int, str]]:
    """The lines that a unified diff takes away, with their numbers."""
    number = left = 0
    for line in diff.split("\n"):
        if left == 0:
            hunk = _HUNK.match(line)
            if hunk:
                number, left = int(hunk[1]), int(hunk[2] or 1)
        elif line[:1] in {" ", "-"}:
            if line[0] == "-":
                yield number, line[1:].rstrip("\r")
            number += 1
            left -= 1
