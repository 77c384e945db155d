"""Rows of a diff as HTML: line numbers, YAML in colours, exact marks, no package text live.

Drawn by hand instead of by a template, because a page has many thousands of them. Colours are
classes only: a strict policy allows no style in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import islice
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer, YamlLexer
from pygments.token import Token

from ..pipeline import DiffLine, DiffRow, safe_text

MOST_COLOURED = 512 * 1024
"""Characters of a file that is still coloured."""

LONGEST_COLOURED = 2000
"""Characters of a line of a file that is still coloured: a lexer backtracks over long ones."""

_MOST_TOKENS = 150_000  # a real file of 6,000 lines has a fifth of it

_PLAIN = re.compile(r"[\x09\x20-\x7e]*")

# Few classes: most of a file needs no colour, and every element costs the browser something.
_CLASSES = (
    (Token.Comment, "yc"),
    (Token.Name.Tag, "yk"),
    (Token.Name.Label, "ya"),
    (Token.Keyword.Type, "ya"),
    (Token.Literal.String, "ys"),
    (Token.Name.Constant, "ys"),
)


class Piece(NamedTuple):
    """A part of a line and the class of its colour, empty for none."""

    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Colours:
    """The pieces of the lines that were there before, in order, and of those added by number."""

    before: Sequence[Sequence[Piece]]
    added: Mapping[int | None, Sequence[Piece]]

    def of(self, line: DiffLine) -> Sequence[Piece]:
        """The pieces of a line of the diff that these colours were made for."""
        return self.added[line.after] if line.before is None else self.before[line.before - 1]


def colours_of_text(address: str, text: str) -> Sequence[Sequence[Piece]]:
    """The colours of a file's lines; none where they are not known.

    What kind of text it is, its address shows.
    """
    *lines, last = text.split("\n")
    return _coloured(address, [*(line.removesuffix("\r") for line in lines), last])


def colours_of_added(
    address: str, lines: Iterable[DiffLine]
) -> Mapping[int | None, Sequence[Piece]]:
    """The colours of the added lines of a file's diff, by their numbers."""
    # They are read alone: most of the text after is the text before over again.
    added = [line for line in lines if line.before is None]
    found = _coloured(address, [line.text for line in added])
    return {line.after: pieces for line, pieces in zip(added, found, strict=True)}


def _lexer(address: str) -> Lexer | None:
    if "/templates/" in address:
        return None  # the expressions of a template are no YAML
    if address.endswith((".yaml", ".yml")):
        return YamlLexer()
    return JsonLexer() if address.endswith(".json") else None


def _coloured(address: str, lines: Sequence[str]) -> Sequence[Sequence[Piece]]:
    """The pieces of consecutive lines of the file at ``address``."""
    plain = [(Piece(line, ""),) for line in lines]
    lexer = _lexer(address)
    size = sum(map(len, lines))
    if lexer is None or size > MOST_COLOURED or max(map(len, lines), default=0) > LONGEST_COLOURED:
        return plain
    found: list[list[Piece]] = [[]]
    tokens = lexer.get_tokens_unprocessed("\n".join(lines))
    for _at, token, value in islice(tokens, _MOST_TOKENS):
        colour = _class_of(token)
        if "\n" not in value:
            found[-1].append(Piece(value, colour))
            continue
        first, *more = value.split("\n")
        found[-1].append(Piece(first, colour))
        found.extend([Piece(text, colour)] for text in more)
    # A lexer that loses or adds a character, or does not come to an end, may colour nothing.
    return found if ["".join(each.text for each in line) for line in found] == lines else plain


@cache
def _class_of(token: Any) -> str:
    return next((name for kind, name in _CLASSES if token in kind), "")


class Drawing:
    """Draws the rows of one file's diff.

    ``suffix`` keeps the ids of several files on a page apart.
    """

    def __init__(self, of_lines: Colours, *, side_by_side: bool, suffix: str = "") -> None:
        self._colours = of_lines
        self._row = self._pair if side_by_side else self._single
        self._suffix = suffix
        self._signs = {
            "removed": f'<span class="sign">−<span class="unseen">{_("removed")}: </span></span>',
            "added": f'<span class="sign">+<span class="unseen">{_("added")}: </span></span>',
        }

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
            drawn = self._signs[line.kind] + "".join(_marked(line, self._colours.of(line)))
        return drawn + _ending(line)


def _drawn(piece: Piece) -> str:
    text = harmless(piece.text)
    return f'<span class="{piece.colour}">{text}</span>' if piece.colour else text


def _marked(line: DiffLine, pieces: Sequence[Piece]) -> Iterator[str]:
    """The line's coloured pieces cut where its changed spans begin and end.

    Where all of the line is new or gone, the colour of the row says so already.
    """
    if all(span.changed for span in line.spans):
        yield from map(_drawn, pieces)
        return
    waiting = list(reversed(pieces))
    for span in line.spans:
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
