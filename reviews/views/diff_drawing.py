"""One file of a stored package, drawn once for everybody: a page of 6,000 lines takes its time.

What is drawn depends on nothing but the stored original, which never changes, and on what is
named in ``Sheet``; decisions and comments are put between the stretches afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from .. import storage
from ..pipeline import (
    CONTEXT_LINES,
    Contents,
    DiffNotes,
    DiffRow,
    DiffStretch,
    FileDiff,
    diff_edits,
    lay_out_diff,
)
from ..pipeline.core.findings import Edit
from ..pipeline.core.policy import Limits
from ..templatetags.diff_rows import Colours, Drawing, Piece, colours_of_added, colours_of_text

_BINARY_HEAD = 8000  # git, too, looks so far for what no text holds
_CHUNK = 100
_KEPT = 16  # a drawing of 6,000 lines is a megabyte
_LEAST_ROOM = 2000  # lines of a file's changes that are drawn even where the page is full


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be drawn of the file at ``address`` in the upload stored as ``original``.

    ``edits`` are drawn as changes, ``refused`` ones are not; ``lines`` are 1-based, of the text
    before. With each come the keys of what is to be shown there. ``suffix`` ends the ids of
    rows, ``room`` is how many lines may be drawn, ``language`` that of the words in between.
    """

    original: str
    address: str
    limits: Limits
    edits: tuple[tuple[Edit, tuple[int, ...]], ...]
    refused: tuple[tuple[Edit, tuple[int, ...]], ...]
    lines: tuple[tuple[int, tuple[int, ...]], ...]
    side_by_side: bool
    suffix: str
    room: int
    language: str


@dataclass(frozen=True, slots=True)
class DrawnStretch:
    """Rows as HTML, from line ``first`` to ``last``, and the keys of what stands below them.

    ``chunks`` of many rows let a browser draw what is looked at. ``skipped`` lines before them
    are not drawn at all.
    """

    chunks: tuple[SafeString, ...]
    folded: bool
    first: int
    last: int
    skipped: int
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A file's diff. ``skipped`` lines after it and ``left_out`` in it are not drawn.

    A file that is gone, or no text, has no stretches, and nothing else.
    """

    stretches: tuple[DrawnStretch, ...] = ()
    added: int = 0
    removed: int = 0
    skipped: int = 0
    left_out: int = 0
    lines: int = 0


@lru_cache(maxsize=_KEPT)
def draw(sheet: Sheet) -> DrawnFile:
    """The file of ``sheet`` as HTML."""
    edits = [edit for edit, _keys in sheet.edits]
    text = _text(sheet.original, sheet.address, sheet.limits)
    if text is None and not edits:
        return DrawnFile()
    before = text or b""
    fits = before.count(b"\n") < sheet.room
    diff = diff_edits(
        before,
        edits,
        context=None if fits else CONTEXT_LINES,
        most_lines=max(sheet.room, _LEAST_ROOM),
    )
    return _drawn(
        sheet, diff, lay_out_diff(diff, _notes(sheet, before), side_by_side=sheet.side_by_side)
    )


def _notes(sheet: Sheet, before: bytes) -> DiffNotes:
    by_line: dict[int, list[int]] = {}
    for line, keys in sheet.lines:
        by_line.setdefault(line, []).extend(keys)
    for edit, keys in sheet.refused:
        by_line.setdefault(before.count(b"\n", 0, edit.start) + 1, []).extend(keys)
    return DiffNotes({at: keys for at, (_edit, keys) in enumerate(sheet.edits)}, by_line)


def _drawn(sheet: Sheet, diff: FileDiff, stretches: Sequence[DiffStretch]) -> DrawnFile:
    lines = [line for hunk in diff.hunks for line in hunk.lines]
    of_lines = Colours(
        _colours(sheet.original, sheet.address, sheet.limits),
        colours_of_added(sheet.address, lines),
    )
    drawing = Drawing(of_lines, side_by_side=sheet.side_by_side, suffix=sheet.suffix)
    return DrawnFile(
        stretches=tuple(
            DrawnStretch(
                chunks=tuple(
                    drawing.html(each.rows[at : at + _CHUNK])
                    for at in range(0, len(each.rows), _CHUNK)
                ),
                folded=each.folded,
                first=_number(each.rows[0]),
                last=_number(each.rows[-1]),
                skipped=each.skipped,
                notes=each.notes,
            )
            for each in stretches
        ),
        added=diff.added,
        removed=diff.removed,
        skipped=diff.skipped,
        left_out=diff.left_out,
        lines=len(lines),
    )


def _number(row: DiffRow) -> int:
    line = row.after or row.before
    return (line.after or line.before or 0) if line is not None else 0


@lru_cache(maxsize=_KEPT)
def _colours(original: str, address: str, limits: Limits) -> Sequence[Sequence[Piece]]:
    """The colours of the text before: a decision changes the lines of an edit, and not these."""
    text = _text(original, address, limits) or b""
    return colours_of_text(address, text.decode(errors="replace"))


@lru_cache(maxsize=_KEPT)
def _text(original: str, address: str, limits: Limits) -> bytes | None:
    """The file, None where it is gone or no text."""
    content = _contents(original, limits).get(address)
    return None if content is None or b"\0" in content[:_BINARY_HEAD] else content


@lru_cache(maxsize=1)
def _contents(original: str, limits: Limits) -> Contents:
    return Contents(storage.local_path(original), limits)
