"""Rows of a diff as HTML: line numbers, YAML in colours, exact marks, no package text live.

Drawn by hand instead of by a template, because a page has many thousands of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..pipeline import DiffLine, DiffRow, TextSpan, safe_text
from .colours import Colours, Piece, colours_of_text

_PLAIN = re.compile(r"[\x09\x20-\x7e]*")


def _sign(sign: str, words: str) -> str:
    return f'<span class="sign">{sign}<span class="unseen">{words}{_(":")} </span></span>'


class Drawing:
    """Draws the rows of one file's diff.

    ``suffix`` keeps the ids of several files on a page apart.
    """

    def __init__(self, of_lines: Colours, *, side_by_side: bool, suffix: str = "") -> None:
        self._colours = of_lines
        self._row = self._pair if side_by_side else self._single
        self._suffix = suffix
        self._signs = {"removed": _sign("−", _("removed")), "added": _sign("+", _("added"))}

    def html(self, rows: Sequence[DiffRow]) -> SafeString:
        """The rows as the inside of a table."""
        return mark_safe("".join(map(self._row, rows)))  # noqa: S308 - every text is escaped

    def _pair(self, row: DiffRow) -> str:
        if not row.changed and row.after is not None:
            code = self._code(row.after)
            return (
                f"<tr{self._id(row)}><td>{row.after.before}<td>{code}"
                f"<td>{row.after.after}<td>{code}\n"
            )
        sides = self._side(row.before, "before") + self._side(row.after, "after")
        return f'<tr{self._id(row)} class="changed">{sides}\n'

    def _side(self, line: DiffLine | None, side: str) -> str:
        if line is None:
            return '<td class="none"><td class="none">'
        number = line.before if side == "before" else line.after
        return f'<td class="{line.kind}">{number}<td class="{line.kind}">{self._code(line)}'

    def _single(self, row: DiffRow) -> str:
        line = row.after or row.before
        if line is None:
            return ""
        kind = f' class="{line.kind}"' if row.changed else ""
        changed = ' class="changed"' if row.changed else ""
        return (
            f"<tr{self._id(row)}{changed}><td{kind}>{line.before or ''}<td{kind}>{line.after or ''}"
            f"<td{kind}>{self._code(line)}\n"
        )

    def _id(self, row: DiffRow) -> str:
        """``R12`` is line 12 of the text after, ``L12`` one that only the text before has."""
        if row.after is not None:
            return f' id="R{row.after.after}{self._suffix}"'
        if row.before is not None:
            return f' id="L{row.before.before}{self._suffix}"'
        return ""

    def _code(self, line: DiffLine) -> str:
        if line.kind == "context":
            drawn = "".join(map(_drawn, self._colours.of(line)))
        else:
            drawn = self._signs[line.kind] + "".join(
                marked_pieces(line.spans, self._colours.of(line))
            )
        return drawn + _ending(line)


def coloured_lines(address: str, lines: Sequence[str]) -> list[SafeString]:
    """The lines of the file at ``address`` as HTML, in colours where they are known."""
    found = colours_of_text(address, "\n".join(lines))
    return [
        mark_safe("".join(map(_drawn, found[at])))  # noqa: S308 - every text is escaped
        for at in range(1, len(lines) + 1)
    ]


def _drawn(piece: Piece) -> str:
    text = harmless(piece.text)
    return f'<span class="{piece.colour}">{text}</span>' if piece.colour else text


def marked_pieces(spans: Sequence[TextSpan], pieces: Sequence[Piece]) -> Iterator[str]:
    """A line as HTML: its coloured pieces, cut where its changed spans begin and end.

    Where all of the line is new or gone, the colour of the row says so already.
    """
    if all(span.changed for span in spans):
        yield from map(_drawn, pieces)
        return
    waiting = list(reversed(pieces))
    for span in spans:
        if span.changed:
            yield "<mark>"
        room = len(span.text)
        while room:
            piece = waiting.pop()
            if len(piece.text) > room:
                waiting.append(Piece(piece.text[room:], piece.colour))
                piece = Piece(piece.text[:room], piece.colour)
            room -= len(piece.text)
            yield _drawn(piece)
        if span.changed:
            yield "</mark>"


def _ending(line: DiffLine) -> str:
    if line.ending == "\n" or (line.kind == "context" and line.ending):
        return ""
    words = _("no line break at the end") if not line.ending else "\\r\\n"
    return f'<span class="hidden-sign">{escape(words)}</span>'


def harmless(text: str) -> str:
    r"""Text of a package for the inside of an element: escaped, and what hides written out.

    A tab stays; any other sign that does not show becomes ``\x1b`` or ``\u202e``, as an element
    of its own.
    """
    if _PLAIN.fullmatch(text):
        return escape(text, quote=False)
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign == "\t" or (safe := safe_text(sign)) == sign:
        return escape(sign, quote=False)
    return f'<span class="hidden-sign">{escape(safe)}</span>'
