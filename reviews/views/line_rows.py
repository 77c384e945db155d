"""The lines of a small diff, as ``components/mini_diff.html`` draws them."""

from __future__ import annotations

from dataclasses import dataclass

from ..pipeline import LineKind, TextSpan, diff_texts


@dataclass(frozen=True, slots=True)
class Row:
    """A line; ``line`` is its 1-based number on the side it belongs to."""

    kind: LineKind
    line: int | None
    spans: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class SmallDiff:
    """The rows of each hunk, and how many lines of further hunks were left out."""

    hunks: tuple[tuple[Row, ...], ...]
    left_out: int


def small_diff(before: bytes, after: bytes, most_lines: int) -> SmallDiff:
    """What differs between two texts, in at most ``most_lines`` lines."""
    diff = diff_texts(before, after, most_lines=most_lines)
    hunks = tuple(
        tuple(
            Row(line.kind, line.before if line.kind != "added" else line.after, line.spans)
            for line in hunk.lines
        )
        for hunk in diff.hunks
    )
    return SmallDiff(hunks, diff.left_out)
