"""The lines of a file's diff laid out for reading: in pairs or in one column, dull parts folded.

What is folded is still there, so that a page can hold a whole file and be searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .files import CONTEXT_LINES, LEAST_FOLD, DiffLine, FileDiff


@dataclass(frozen=True, slots=True)
class DiffRow:
    """What is side by side: a line of each text, or of one only.

    In one column, unchanged lines have both sides and others one.
    """

    before: DiffLine | None
    after: DiffLine | None

    @property
    def changed(self) -> bool:
        """Whether the two sides differ."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class DiffStretch:
    """Rows that are shown together.

    ``folded`` ones are far from everything of interest. ``notes`` are what is to be shown below
    the last row; ``skipped`` lines before the first one, from line ``before`` of the text before
    and line ``after`` of the text after on, are not drawn at all.
    """

    rows: tuple[DiffRow, ...]
    folded: bool
    notes: tuple[int, ...] = ()
    skipped: int = 0
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class DiffNotes:
    """What is shown below which line: keys of the caller's, by edit or by line.

    ``by_edit`` goes by the position of an edit in the list that the diff was made of;
    ``by_line`` by the 1-based line of the text before.
    """

    by_edit: Mapping[int, Sequence[int]]
    by_line: Mapping[int, Sequence[int]]


def lay_out_diff(
    diff: FileDiff, notes: DiffNotes, *, side_by_side: bool, context: int = CONTEXT_LINES
) -> tuple[DiffStretch, ...]:
    """The rows of ``diff`` in stretches.

    Rows more than ``context`` away from a change and from a line with notes are folded. A note
    for a line that is not drawn is at the end.
    """
    drawn = [list((_pairs if side_by_side else _column)(hunk.lines)) for hunk in diff.hunks]
    below = _below([row for rows in drawn for row in rows], notes)
    stretches: list[DiffStretch] = []
    start = 0
    for hunk, rows in zip(diff.hunks, drawn, strict=True):
        mine = {at - start: keys for at, keys in below.items() if start <= at < start + len(rows)}
        first, *more = _stretches(rows, mine, _near(rows, mine, context))
        before, after = hunk.before - hunk.skipped, hunk.after - hunk.skipped
        stretches += [replace(first, skipped=hunk.skipped, before=before, after=after), *more]
        start += len(rows)
    return tuple(stretches)


def _pairs(lines: Sequence[DiffLine]) -> Iterator[DiffRow]:
    at = 0
    while at < len(lines):
        if lines[at].kind == "context":
            yield DiffRow(lines[at], lines[at])
            at += 1
            continue
        removed = _run(lines, at, "removed")
        added = _run(lines, at + len(removed), "added")
        for each in range(max(len(removed), len(added))):
            yield DiffRow(
                removed[each] if each < len(removed) else None,
                added[each] if each < len(added) else None,
            )
        at += len(removed) + len(added)


def _run(lines: Sequence[DiffLine], start: int, kind: str) -> Sequence[DiffLine]:
    end = start
    while end < len(lines) and lines[end].kind == kind:
        end += 1
    return lines[start:end]


def _column(lines: Sequence[DiffLine]) -> Iterator[DiffRow]:
    for line in lines:
        yield DiffRow(
            None if line.kind == "added" else line, None if line.kind == "removed" else line
        )


def _below(rows: Sequence[DiffRow], notes: DiffNotes) -> dict[int, tuple[int, ...]]:
    """The notes by the row below which they are shown: of an edit, the last that it touches."""
    last: dict[int, int] = {}
    lines: dict[int, int] = {}
    for at, row in enumerate(rows):
        for line in (row.before, row.after):
            for edit in line.edits if line is not None else ():
                last[edit] = at
        if row.before is not None and row.before.before is not None:
            lines[row.before.before] = at
    end = len(rows) - 1
    below: dict[int, list[int]] = {}
    for edit, keys in notes.by_edit.items():
        below.setdefault(last.get(edit, end), []).extend(keys)
    for number, keys in notes.by_line.items():
        below.setdefault(lines.get(number, end), []).extend(keys)
    return {at: tuple(sorted(dict.fromkeys(keys))) for at, keys in below.items()}


def _near(rows: Sequence[DiffRow], below: Mapping[int, object], context: int) -> list[bool]:
    """Which rows are shown at once."""
    near = [False] * len(rows)
    reached = 0
    for at, row in enumerate(rows):
        if row.changed or at in below:
            first = max(at - context, reached)
            if first - reached <= LEAST_FOLD:
                first = reached
            reached = min(at + context + 1, len(rows))
            near[first:reached] = [True] * (reached - first)
    if len(rows) - reached <= LEAST_FOLD:
        near[reached:] = [True] * (len(rows) - reached)
    return near


def _stretches(
    rows: Sequence[DiffRow], below: Mapping[int, tuple[int, ...]], near: Sequence[bool]
) -> Iterator[DiffStretch]:
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or near[end] != near[start] or end - 1 in below:
            yield DiffStretch(tuple(rows[start:end]), not near[start], below.get(end - 1, ()))
            start = end
