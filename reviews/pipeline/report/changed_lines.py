"""The lines that a finding's edit changes, as few as show it: one before, one after.

They are read from the report's own unified diffs, so that nobody opens the package again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..core.findings import Edit, Finding, Place
from ..diff.files import TextSpan
from .around import indent_of
from .model import Report

MOST_LINES = 12
"""Shown of one side of an edit: a long insertion is better read in the rewritten file."""

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class FileLines:
    """Lines of one file without their line breaks, by 1-based number.

    ``replaced`` are those that the edits replace, ``around`` the keys around all that changes.
    """

    replaced: Mapping[int, str]
    around: Mapping[int, str]


OriginalLines: TypeAlias = Mapping[str, FileLines]
"""What is known of the files as they were uploaded, by address."""

_UNKNOWN = FileLines({}, {})


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line to draw.

    ``line`` is its number in the original; a new one has the number that it gets if nothing
    else is changed, None where that is not known. The ``context`` are the keys around.
    """

    kind: Literal["removed", "added", "context"]
    line: int | None
    spans: tuple[TextSpan, ...]


def original_lines(report: Report) -> OriginalLines:
    """The lines that the proposed edits replace, and the keys around them."""
    return {
        rewrite.file: FileLines(
            dict(_removed(rewrite.diff)), {each.line: each.text for each in rewrite.around}
        )
        for rewrite in report.rewrites
    }


def changed_lines(findings: Iterable[Finding], originals: OriginalLines) -> tuple[ChangedLine, ...]:
    """What the edits of ``findings`` change, each edit once, in the order of the findings."""
    seen: dict[Edit, tuple[ChangedLine, ...]] = {}
    shown: set[tuple[str, int]] = set()
    for finding in findings:
        edit = finding.edit
        if edit is not None and edit not in seen:
            lines = originals.get(edit.file, _UNKNOWN)
            changed = _lines_of(finding, edit, lines)
            above = [each for each in _above(changed, lines) if (edit.file, each[0]) not in shown]
            shown.update((edit.file, number) for number, _text in above)
            seen[edit] = (*(_context(*each) for each in above), *changed)
    return tuple(line for lines in seen.values() for line in lines)


def _above(changed: Sequence[ChangedLine], lines: FileLines) -> list[tuple[int, str]]:
    """The keys around the first of the changed lines, outermost first."""
    first = changed[0] if changed else None
    if first is None or first.line is None:
        return []
    found: list[tuple[int, str]] = []
    indent = indent_of("".join(span.text for span in first.spans))
    for number in sorted((each for each in lines.around if each < first.line), reverse=True):
        if indent_of(lines.around[number]) < indent:
            found.insert(0, (number, lines.around[number]))
            indent = indent_of(lines.around[number])
    return found


def _context(number: int, text: str) -> ChangedLine:
    return ChangedLine("context", number, (TextSpan(text, changed=False),))


def _lines_of(finding: Finding, edit: Edit, lines: FileLines) -> tuple[ChangedLine, ...]:
    place = finding.place if finding.place.file == edit.file else Place(edit.file)
    line, column = place.line, place.column
    if not edit.before:
        return _inserted(edit, line, column or 1)
    text = lines.replaced.get(line or 0)
    if line is None or column is None or text is None or "\n" in edit.before + edit.after:
        return _replaced(edit, line)
    head, tail = text[: column - 1], text[column - 1 + len(edit.before) :]
    return (
        ChangedLine("removed", line, _spans(head, edit.before, tail)),
        ChangedLine("added", line, _spans(head, edit.after, tail)),
    )


def _inserted(edit: Edit, line: int | None, column: int) -> tuple[ChangedLine, ...]:
    """New lines as they will be in the file.

    A text that ends in a line break and an indentation is put before what is indented so, and
    its own first line takes over that indentation.
    """
    *lines, last = edit.after.split("\n")
    texts = [*lines, last] if last.strip() else lines
    if last and not last.strip():
        texts[0] = " " * (column - 1) + texts[0]
    first = 1 if edit.before is None else line
    numbered = [(at, text.rstrip("\r")) for at, text in enumerate(texts) if text.strip()]
    return _added(first, numbered, changed=False)


def _replaced(edit: Edit, line: int | None) -> tuple[ChangedLine, ...]:
    """The texts of the edit alone, where they are no part of one line."""
    removed = tuple(
        ChangedLine("removed", line + index if line else None, (TextSpan(text, changed=True),))
        for index, text in enumerate(_few(_texts(edit.before or "")))
    )
    return (*removed, *_added(line, list(enumerate(_texts(edit.after))), changed=True))


def _added(
    first: int | None, numbered: Sequence[tuple[int, str]], *, changed: bool
) -> tuple[ChangedLine, ...]:
    """New lines, each with how many come before it; ``first`` is the number of the first."""
    lines = tuple(
        ChangedLine("added", first + at if first else None, (TextSpan(text, changed=changed),))
        for at, text in numbered[:MOST_LINES]
    )
    if len(numbered) <= MOST_LINES:
        return lines
    return (*lines, ChangedLine("added", None, (TextSpan("…", changed=changed),)))


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
