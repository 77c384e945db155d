"""What of a file of a stored package is looked at, drawn once for everybody.

What is drawn depends on nothing but the stored original, which never changes, and on what is
named in ``Sheet``; decisions and comments are put between the stretches afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore

from django.utils.safestring import SafeString

from .. import storage
from ..pipeline import (
    CONTEXT_LINES,
    INSIDE,
    LEAST_FOLD,
    Contents,
    DiffLine,
    DiffNotes,
    DiffRow,
    DiffStretch,
    FileDiff,
    TextSpan,
    diff_edits,
    diff_texts,
    is_read,
    lay_out_diff,
)
from ..pipeline.core.findings import Edit
from ..pipeline.core.policy import Limits
from ..templatetags.colours import Colours, colours_of_added, colours_of_lines, lines_of
from ..templatetags.diff_rows import Drawing
from ..templatetags.folds import Fold

_BINARY_HEAD = 8000  # git, too, looks so far for what no text holds
_CHUNK = 100
_KEPT = 64
_PAGES_KEPT = 2
# Packages that are opened for pages: more at once would take the memory of the web server.
_AT_ONCE = BoundedSemaphore(2)
_MOST_WHOLE = 4  # a drawing of 6,000 lines is a megabyte
_LEAST_ROOM = 2000  # lines of a file's changes that are drawn even where the page is full


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be drawn of the file at ``address`` in the upload stored as ``original``.

    ``edits`` are drawn as changes, ``refused`` ones are not; ``lines`` are 1-based, of the text
    before. With each come the keys of what is to be shown there. Far from these nothing is drawn
    unless ``is_whole``. ``suffix`` ends the ids of rows, ``room`` is how many lines may be drawn,
    ``language`` that of the words in between. ``page`` are the addresses of all files of the page,
    which are read together.
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
    page: frozenset[str]
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class DrawnStretch:
    """Rows as HTML, the last of them line ``last``, and the keys of what stands below them.

    ``chunks`` of many rows let a browser draw what is looked at. ``fold`` comes before them.
    """

    chunks: tuple[SafeString, ...]
    last: int
    fold: Fold | None
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A file's diff. ``fold`` comes after it; ``left_out`` lines in it are not drawn.

    A file that is gone, or no text, has no stretches, and nothing else.
    """

    stretches: tuple[DrawnStretch, ...] = ()
    added: int = 0
    removed: int = 0
    fold: Fold | None = None
    left_out: int = 0
    lines: int = 0


def draw(sheet: Sheet) -> DrawnFile:
    """The file of ``sheet`` as HTML."""
    return (_draw_whole if sheet.is_whole else _draw_part)(sheet)


@lru_cache(maxsize=_KEPT)
def _draw_part(sheet: Sheet) -> DrawnFile:
    return _draw(sheet)


@lru_cache(maxsize=_MOST_WHOLE)
def _draw_whole(sheet: Sheet) -> DrawnFile:
    return _draw(sheet)


def _draw(sheet: Sheet) -> DrawnFile:
    edits = [edit for edit, _keys in sheet.edits]
    text = _texts(sheet.original, sheet.page, sheet.limits)[sheet.address]
    if text is None and not edits:
        return DrawnFile()
    before = text or b""
    notes = _notes(sheet, before)
    fits = sheet.is_whole and before.count(b"\n") < sheet.room
    diff = diff_edits(
        before,
        edits,
        context=None if fits else CONTEXT_LINES,
        most_lines=max(sheet.room, _LEAST_ROOM),
        lines=notes.by_line,
        least_gap=LEAST_FOLD,
    )
    stretches = lay_out_diff(diff, notes, side_by_side=sheet.side_by_side)
    look = Look(sheet.address, side_by_side=sheet.side_by_side, suffix=sheet.suffix)
    return _drawn(look, before, diff, stretches)


@dataclass(frozen=True, slots=True)
class Look:
    """How the diff of the file at ``address`` is drawn; ``suffix`` ends the ids of its rows."""

    address: str
    side_by_side: bool
    suffix: str


def draw_texts(look: Look, before: bytes, after: bytes, most_lines: int) -> DrawnFile:
    """What differs between two texts of one file, in at most ``most_lines`` lines, as HTML."""
    diff = diff_texts(before, after, most_lines=most_lines)
    stretches = lay_out_diff(diff, DiffNotes({}, {}), side_by_side=look.side_by_side)
    return _drawn(look, before, diff, stretches)


def is_text(content: bytes) -> bool:
    """Whether it can be shown as lines."""
    return b"\0" not in content[:_BINARY_HEAD]


def _notes(sheet: Sheet, before: bytes) -> DiffNotes:
    by_line: dict[int, list[int]] = {}
    for line, keys in sheet.lines:
        by_line.setdefault(line, []).extend(keys)
    for edit, keys in sheet.refused:
        by_line.setdefault(before.count(b"\n", 0, edit.start) + 1, []).extend(keys)
    return DiffNotes({at: keys for at, (_edit, keys) in enumerate(sheet.edits)}, by_line)


def _drawn(
    look: Look, before: bytes, diff: FileDiff, stretches: Sequence[DiffStretch]
) -> DrawnFile:
    lines = [line for hunk in diff.hunks for line in hunk.lines]
    shown = (line.before for line in lines if line.before is not None)
    texts = lines_of(before.decode(errors="replace"))
    of_lines = Colours(
        colours_of_lines(look.address, texts, shown), colours_of_added(look.address, lines)
    )
    drawing = Drawing(of_lines, side_by_side=look.side_by_side, suffix=look.suffix)
    return DrawnFile(
        stretches=tuple(
            DrawnStretch(
                chunks=tuple(
                    drawing.html(each.rows[at : at + _CHUNK])
                    for at in range(0, len(each.rows), _CHUNK)
                ),
                last=_number(each.rows[-1]),
                fold=_fold(each.skipped, each.before, each.after - each.before),
                notes=each.notes,
            )
            for each in stretches
        ),
        added=diff.added,
        removed=diff.removed,
        fold=_last_fold(diff),
        left_out=diff.left_out,
        lines=len(lines),
    )


def _last_fold(diff: FileDiff) -> Fold | None:
    if not diff.hunks:
        return None
    last = diff.hunks[-1]
    before, after = last.before + last.before_count, last.after + last.after_count
    return _fold(diff.skipped, before, after - before)


def _fold(count: int, first: int, shift: int) -> Fold | None:
    return Fold(first, first + count - 1, shift) if count else None


def _number(row: DiffRow) -> int:
    line = row.after or row.before
    return (line.after or line.before or 0) if line is not None else 0


@dataclass(frozen=True, slots=True)
class Lines:
    """Unchanged lines that somebody unfolds: those of ``fold``, of the file at ``address``."""

    original: str
    address: str
    limits: Limits
    fold: Fold
    side_by_side: bool
    suffix: str


def draw_lines(asked: Lines) -> SafeString | None:
    """The rows of these lines, as far as there are; None where the file is gone, or no text."""
    page = frozenset([asked.address])
    text = _texts(asked.original, page, asked.limits)[asked.address]
    if text is None:
        return None
    texts = lines_of(text.decode(errors="replace"))
    texts = texts if texts[-1] else texts[:-1]
    numbers = range(asked.fold.first, min(asked.fold.last, len(texts)) + 1)
    colours = Colours(colours_of_lines(asked.address, texts, numbers), {})
    drawing = Drawing(colours, side_by_side=asked.side_by_side, suffix=asked.suffix)
    return drawing.html([_unchanged(at, asked.fold.shift, texts[at - 1]) for at in numbers])


def _unchanged(number: int, shift: int, text: str) -> DiffRow:
    line = DiffLine("context", number, number + shift, (TextSpan(text, changed=False),), "\n")
    return DiffRow(line, line)


@lru_cache(maxsize=_PAGES_KEPT)
def _texts(original: str, addresses: frozenset[str], limits: Limits) -> Mapping[str, bytes | None]:
    """The files of a page, of which None are gone or no text; of other files nothing is kept."""
    with _AT_ONCE:
        contents = Contents(storage.local_path(original), limits, addresses)
        return {address: _text(contents, address) for address in addresses}


def _text(contents: Contents, address: str) -> bytes | None:
    if not is_read(address.partition(INSIDE)[0]):
        return None  # an image archive, perhaps of many gigabytes
    content = contents.get(address)
    return content if content is not None and is_text(content) else None
