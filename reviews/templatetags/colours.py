"""The colours of YAML and JSON, line by line: only of lines that somebody looks at.

Colours are classes only: a strict policy allows no style in the page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer, YamlLexer
from pygments.token import Token

from ..pipeline import DiffLine

MOST_COLOURED = 512 * 1024
"""Characters of a file that is still coloured."""

LONGEST_COLOURED = 2000
"""Characters of a line of a file that is still coloured: a lexer backtracks over long ones."""

_MOST_TOKENS = 150_000  # a real file of 6,000 lines has a fifth of it

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
    """The pieces of the lines that were there before, and of those added, by their numbers."""

    before: Mapping[int | None, Sequence[Piece]]
    added: Mapping[int | None, Sequence[Piece]]

    def of(self, line: DiffLine) -> Sequence[Piece]:
        """The pieces of a line of the diff that these colours were made for."""
        return self.added[line.after] if line.before is None else self.before[line.before]


def colours_of_lines(
    address: str, text: Sequence[str], wanted: Iterable[int]
) -> Mapping[int | None, Sequence[Piece]]:
    """The colours of some lines of a file, by their 1-based numbers, and perhaps of more.

    Consecutive lines are read together, from the line above that says whether they are a text.
    """
    found: dict[int | None, Sequence[Piece]] = {}
    blocks = _blocks(text)
    for first, last in _runs(sorted(set(wanted))):
        start = _beginning(blocks, first)
        pieces = pieces_of(address, text[start - 1 : last])
        found.update(enumerate(pieces, start))
    return found


_BLOCK = re.compile(r"(?:^|[\s:-])[|>][-+0-9]*\s*(?:#.*)?$")
_MOST_ABOVE = 400  # lines of a text of which the end is shown: beyond, its colours may be wrong


def _blocks(text: Sequence[str]) -> Sequence[tuple[int, int]]:
    """The 1-based first and last line of each text within YAML (``key: |``), in order."""
    found: list[tuple[int, int]] = []
    end = 0
    for number, line in enumerate(text, 1):
        if number <= end or ("|" not in line and ">" not in line) or not _BLOCK.search(line):
            continue
        depth = len(line) - len(line.lstrip(" "))
        end = number
        while end < len(text) and _is_within(text[end], depth):
            end += 1
        found.append((number, end))
    return found


def _is_within(line: str, depth: int) -> bool:
    bare = line.lstrip(" ")
    return not bare.strip() or len(line) - len(bare) > depth


def _beginning(blocks: Sequence[tuple[int, int]], line: int) -> int:
    """The line to read from in order to colour ``line``."""
    at = bisect_right(blocks, (line, len(blocks) + line)) - 1
    if at < 0:
        return line
    first, last = blocks[at]
    return first if line <= last and line - first <= _MOST_ABOVE else line


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of numbers that follow each other."""
    first = last = 0
    for number in numbers:
        if last and number != last + 1:
            yield first, last
            first = number
        first, last = first or number, number
    if last:
        yield first, last


def lines_of(text: str) -> Sequence[str]:
    """The lines of a file without their line breaks; the last may be empty."""
    *lines, last = text.split("\n")
    return [*(line.removesuffix("\r") for line in lines), last]


def colours_of_text(address: str, text: str) -> Mapping[int | None, Sequence[Piece]]:
    """The colours of all of a file's lines, by their 1-based numbers.

    What kind of text it is, its address shows.
    """
    return dict(enumerate(pieces_of(address, lines_of(text)), 1))


def colours_of_added(
    address: str, lines: Iterable[DiffLine]
) -> Mapping[int | None, Sequence[Piece]]:
    """The colours of the added lines of a file's diff, by their numbers."""
    # They are read alone: most of the text after is the text before over again.
    added = [line for line in lines if line.before is None]
    found = pieces_of(address, [line.text for line in added])
    return {line.after: pieces for line, pieces in zip(added, found, strict=True)}


def _lexer(address: str) -> Lexer | None:
    if address.endswith((".yaml", ".yml", "Chart.lock", "requirements.lock")):
        return YamlLexer()
    return JsonLexer() if address.endswith((".json", ".sarif")) else None


def pieces_of(address: str, lines: Sequence[str]) -> Sequence[Sequence[Piece]]:
    """The pieces of consecutive lines, without line breaks, of the file at ``address``."""
    plain: list[Sequence[Piece]] = [(Piece(line, ""),) for line in lines]
    lexer = _lexer(address)
    short = [line if _is_readable(address, line) else "" for line in lines]
    if lexer is None or sum(map(len, short)) > MOST_COLOURED:
        return plain
    found = _read(lexer, short)
    # A lexer that loses or adds a character, or does not come to an end, may colour nothing.
    if ["".join(each.text for each in line) for line in found] != short:
        return plain
    return [plain[at] if short[at] != line else found[at] for at, line in enumerate(lines)]


def _is_readable(address: str, line: str) -> bool:
    """Whether a line has colours: a long one, such as a picture in a CSV, stays plain.

    So does one with an expression of a template, which is no YAML.
    """
    return len(line) <= LONGEST_COLOURED and not ("/templates/" in address and "{{" in line)


def _read(lexer: Lexer, lines: Sequence[str]) -> list[list[Piece]]:
    found: list[list[Piece]] = [[]]
    tokens = lexer.get_tokens_unprocessed("\n".join(lines))
    for _at, token, value in islice(tokens, _MOST_TOKENS):
        colour = _class_of(token)
        if "\n" not in value:
            # A quoted text is three tokens of one colour: one element is enough.
            if found[-1] and found[-1][-1].colour == colour:
                value = found[-1].pop().text + value  # noqa: PLW2901 - it is the longer value
            found[-1].append(Piece(value, colour))
            continue
        first, *more = value.split("\n")
        found[-1].extend([Piece(first, colour)] if first else [])
        found.extend([Piece(text, colour)] if text else [] for text in more)
    return found


@cache
def _class_of(token: Any) -> str:
    return next((name for kind, name in _CLASSES if token in kind), "")
