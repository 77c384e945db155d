"""Two texts as hunks that a template can draw, or as a unified diff that ``patch`` applies.

Where the edits are known the changed pieces are exactly their bytes; two texts of a partner
are compared by lines, then by words, in bounded time (see ``line_changes``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..core.findings import Edit
from ..yaml.edit import splice
from .line_changes import Change, Mark, Side, changes_of_edits, changes_of_texts, mark_words

CONTEXT_LINES = 3
MOST_DIFF_LINES = 20_000
LEAST_FOLD = 8
"""Fewer unchanged lines than this are not worth a click."""

LineKind = Literal["context", "removed", "added"]


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of a line; a ``changed`` one is what the other side does not have."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line to draw. ``before`` and ``after`` are its 1-based numbers on either side.

    ``ending`` is its line break, empty at the end of a file that has none. ``edits`` are the
    positions, in the list that was given, of the edits that touch a changed line.
    """

    kind: LineKind
    before: int | None
    after: int | None
    spans: tuple[TextSpan, ...]
    ending: str
    edits: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The line without its line break."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that are shown together; ``skipped`` unchanged lines come before them.

    ``before`` and ``after`` are the 1-based numbers of the first line on either side.
    """

    skipped: int
    before: int
    before_count: int
    after: int
    after_count: int
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The hunks of one file; ``skipped`` unchanged lines follow the last one.

    ``added`` and ``removed`` count lines. ``left_out`` counts the lines of hunks that were not
    drawn because there were too many.
    """

    hunks: tuple[Hunk, ...]
    added: int
    removed: int
    skipped: int
    left_out: int = 0


def diff_edits(
    before: bytes,
    edits: Sequence[Edit],
    *,
    context: int | None = CONTEXT_LINES,
    most_lines: int = MOST_DIFF_LINES,
    lines: Collection[int] = (),
    least_gap: int = 1,
) -> FileDiff:
    """What ``edits`` change in ``before``.

    ``context`` is the number of unchanged lines around a change, None for all there are.
    ``lines`` are 1-based numbers of unchanged lines that are shown like changes. Where fewer than
    ``least_gap`` lines would lie between two hunks, or before or after all, they are shown, too.
    Raises ValueError where the edits do not fit (see yaml_edit.splice).
    """
    old, new = Side(before), Side(splice(before, edits))
    changes = changes_of_edits(old, new, edits)
    if context is not None and old.lines:
        changes = _with_lines(changes, sorted({min(each, len(old.lines)) for each in lines}))
    return _drawn(old, new, changes, context, most_lines, least_gap)


def _with_lines(changes: list[Change], lines: Sequence[int]) -> list[Change]:
    """The changes, and among them a change of nothing above each of ``lines`` outside of them."""
    found: list[Change] = []
    waiting = list(reversed(lines))
    shift = 0
    for change in [*changes, None]:
        while waiting and (change is None or waiting[-1] <= change.before):
            at = max(waiting.pop() - 1, 0)
            if not found or at >= found[-1].before_end:
                found.append(Change(at, at, at + shift, at + shift))
        if change is not None:
            found.append(change)
            shift = change.after_end - change.before_end
    return found


def diff_texts(
    before: bytes,
    after: bytes,
    *,
    context: int | None = CONTEXT_LINES,
    most_lines: int = MOST_DIFF_LINES,
) -> FileDiff:
    """What differs between two texts; ``context`` as in from_edits."""
    old, new = Side(before), Side(after)
    changes = changes_of_texts(old, new)
    for change in changes:
        mark_words(old, new, change)
    return _drawn(old, new, changes, context, most_lines)


def unified(before: bytes | None, after: bytes, file: str) -> str:
    """A unified diff as ``patch -p1`` and ``git apply`` take it; empty where nothing differs.

    ``before`` is None for a new file. Bytes that are no UTF-8 come out as U+FFFD.
    """
    old, new = Side(before or b""), Side(after)
    changes = changes_of_texts(old, new)
    if not changes:
        return ""
    name = re.sub(r"[\x00-\x1f\x7f]", "?", file) + ("\t" if " " in file else "")
    origin = "/dev/null" if before is None else f"a/{name}"
    text = [f"--- {origin}\n", f"+++ b/{name}\n"]
    for group in _grouped(changes, CONTEXT_LINES):
        text.extend(_unified_hunk(old, new, group))
    return "".join(text)


def _unified_hunk(old: Side, new: Side, group: list[Change]) -> Iterator[str]:
    frame = _framed(old, group, CONTEXT_LINES)
    one, other = _range(frame.before, frame.before_end), _range(frame.after, frame.after_end)
    yield f"@@ -{one} +{other} @@\n"
    signs = {"context": " ", "removed": "-", "added": "+"}
    for kind, at, at_after in _rows(frame, group):
        line = new.lines[at_after] if kind == "added" else old.lines[at]
        yield signs[kind] + line.decode(errors="replace")
        if not line.endswith(b"\n"):
            yield "\n\\ No newline at end of file\n"


def _range(start: int, end: int) -> str:
    """Lines of one side in the header of a hunk; an empty range names the line before it."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + 1 if count else start},{count}"


def _drawn(
    old: Side,
    new: Side,
    changes: list[Change],
    context: int | None,
    most_lines: int,
    least_gap: int = 1,
) -> FileDiff:
    around = len(old.lines) if context is None else context
    groups = list(_grouped(changes, around, least_gap))
    if context is None and old.lines and not changes:
        groups = [[Change(0, 0, 0, 0)]]  # nothing changed, and all of it is asked for
    hunks: list[Hunk] = []
    room, left_out, reached = most_lines, 0, 0
    for group in groups:
        frame = _framed(old, group, around, least_gap)
        rows = list(_rows(frame, group))
        if room > 0:
            lines = tuple(_line(old, new, *row) for row in rows[:room])
            hunks.append(_hunk(frame, frame.before - reached, lines))
        left_out += max(len(rows) - max(room, 0), 0)
        room -= len(rows)
        reached = frame.before_end
    return FileDiff(
        hunks=tuple(hunks),
        added=sum(change.after_end - change.after for change in changes),
        removed=sum(change.before_end - change.before for change in changes),
        skipped=len(old.lines) - reached,
        left_out=left_out,
    )


def _grouped(changes: list[Change], context: int, least_gap: int = 1) -> Iterator[list[Change]]:
    """Changes whose contexts touch, or nearly, belong to one hunk."""
    group: list[Change] = []
    for change in changes:
        if group and change.before - group[-1].before_end - 2 * context >= least_gap:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _framed(old: Side, group: list[Change], context: int, least_gap: int = 1) -> Change:
    """The lines of a hunk: its changes and the context around them."""
    above, below = group[0].before, len(old.lines) - group[-1].before_end
    above = above if above - context < least_gap else context
    below = below if below - context < least_gap else context
    return Change(
        group[0].before - above,
        group[-1].before_end + below,
        group[0].after - above,
        group[-1].after_end + below,
    )


def _rows(frame: Change, group: list[Change]) -> Iterator[tuple[LineKind, int, int]]:
    """The lines of a hunk: kind and the 0-based numbers on either side."""
    before, after = frame.before, frame.after
    for change in [
        *group,
        Change(frame.before_end, frame.before_end, frame.after_end, frame.after_end),
    ]:
        for each in range(change.before - before):
            yield "context", before + each, after + each
        for each in range(change.before, change.before_end):
            yield "removed", each, change.after
        for each in range(change.after, change.after_end):
            yield "added", change.before_end, each
        before, after = change.before_end, change.after_end


def _hunk(frame: Change, skipped: int, lines: tuple[DiffLine, ...]) -> Hunk:
    return Hunk(
        skipped=skipped,
        before=frame.before + 1,
        before_count=frame.before_end - frame.before,
        after=frame.after + 1,
        after_count=frame.after_end - frame.after,
        lines=lines,
    )


def _line(old: Side, new: Side, kind: LineKind, before: int, after: int) -> DiffLine:
    side, at = (new, after) if kind == "added" else (old, before)
    written = side.lines[at]
    text = written.removesuffix(b"\n").removesuffix(b"\r") if written.endswith(b"\n") else written
    marks = [] if kind == "context" else side.marks_on(at)
    return DiffLine(
        kind=kind,
        before=None if kind == "added" else before + 1,
        after=None if kind == "removed" else after + 1,
        spans=tuple(_spans(text, side.starts[at], marks)),
        ending=written[len(text) :].decode(),
        edits=tuple(mark.edit for mark in marks if mark.edit is not None),
    )


def _spans(text: bytes, start: int, marks: list[Mark]) -> Iterator[TextSpan]:
    """The pieces of a line that begins at the byte ``start``."""
    drawn = 0
    for mark in marks:
        begin = min(max(mark.start - start, drawn), len(text))
        end = min(max(mark.end - start, begin), len(text))
        if begin > drawn:
            yield TextSpan(text[drawn:begin].decode(errors="replace"), changed=False)
        if end > begin:
            yield TextSpan(text[begin:end].decode(errors="replace"), changed=True)
        drawn = max(drawn, end)
    if drawn < len(text) or not text:
        yield TextSpan(text[drawn:].decode(errors="replace"), changed=False)
