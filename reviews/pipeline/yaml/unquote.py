"""How the text of a YAML scalar lies in its token: which characters are written as they are.

A token is cut into runs. A verbatim run is in the file as it is read; an escape, a
doubled quote or a fold is a run of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .nodes import Style


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the text at ``text_at``, written at ``token_at`` in ``token_length`` characters.

    A ``fold`` is text that line breaks of the file are read as.
    """

    text_at: int
    token_at: int
    token_length: int
    verbatim: bool
    fold: bool = False


class CannotTrace(Exception):  # noqa: N818 - the text is in order, only its layout is beyond us
    """The layout of the token is one that is not understood; it reads differently here."""


_Piece = tuple[str, int, int, bool]  # text, where in the token, how long there, whether a fold

_LINE_BREAK = r"(?:\r\n|\n|\r)"
_FOLD = rf"(?P<fold>[ \t]*{_LINE_BREAK}(?:[ \t]*{_LINE_BREAK})*[ \t]*)"
_IN_DOUBLE_QUOTES = re.compile(
    rf"{_FOLD}|(?P<joined>\\{_LINE_BREAK}(?:[ \t]*{_LINE_BREAK})*[ \t]*)"
    r"|(?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.))"
    r"|(?P<text>[^\\\r\n \t]+|[ \t]+)"
)
_ELSEWHERE = re.compile(rf"{_FOLD}|(?P<doubled>'')|(?P<text>[^'\r\n \t]+|[ \t]+|')")
_BREAK = re.compile(_LINE_BREAK)
_BLOCK_HEADER = re.compile(rf"[|>][^\r\n]*{_LINE_BREAK}?")
_ESCAPES = dict(
    zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True)
)


def runs_of(token: str, style: Style, text: str) -> list[Run]:
    """The runs of ``token``, which reads as ``text``. Raises CannotTrace."""
    if style in {"literal", "folded"}:
        return _of_block(token, text, folded=style == "folded")
    if style == "double":
        return _runs(_flow_pieces(token, 1, len(token) - 1, _IN_DOUBLE_QUOTES), text)
    edge = 1 if style == "single" else 0
    return _runs(_flow_pieces(token, edge, len(token) - edge, _ELSEWHERE), text)


def _runs(pieces: Iterator[_Piece], text: str) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for piece, token_at, length, fold in pieces:
        if at >= len(text):
            break
        if not text.startswith(piece[: len(text) - at], at):
            raise CannotTrace
        verbatim = not fold and len(piece) == length
        last = runs[-1] if runs else None
        if verbatim and last and last.verbatim and last.token_at + last.token_length == token_at:
            runs[-1] = replace(last, token_length=last.token_length + length)
        else:
            runs.append(Run(at, token_at, length, verbatim, fold))
        at += len(piece)
    if at < len(text):
        raise CannotTrace
    return runs


def _flow_pieces(token: str, begin: int, end: int, pattern: re.Pattern[str]) -> Iterator[_Piece]:
    """The pieces of a plain or quoted text, in which line breaks are folded."""
    for match in pattern.finditer(token, begin, end):
        kind, written = match.lastgroup, match.group()
        piece = written
        if kind in {"fold", "joined"}:
            breaks = len(_BREAK.findall(written))
            piece = "\n" * (breaks - 1) or ("" if kind == "joined" else " ")
        elif kind == "escape":
            piece = _unescaped(written)
        elif kind == "doubled":
            piece = "'"
        yield piece, match.start(), len(written), kind in {"fold", "joined"}


def _unescaped(escape: str) -> str:
    code = escape[2:]
    return chr(int(code, 16)) if code else _ESCAPES.get(escape[1], "")


def _of_block(token: str, text: str, *, folded: bool) -> list[Run]:
    header = _BLOCK_HEADER.match(token)
    begin = header.end() if header else 0
    # What the first line is indented by in the token but not in the text belongs to the layout.
    indent = _indent_of_first_line(token, begin) - _indent_of_first_line(text, 0)
    return _runs(_block_pieces(token, begin, max(indent, 1), folded=folded), text)


def _indent_of_first_line(text: str, begin: int) -> int:
    first = next((line for _at, line, _break in _lines(text, begin) if line.strip(" ")), "")
    return len(first) - len(first.lstrip(" "))


def _lines(token: str, begin: int) -> Iterator[tuple[int, str, str]]:
    while begin < len(token):
        match = _BREAK.search(token, begin)
        end = match.start() if match else len(token)
        yield begin, token[begin:end], match.group() if match else ""
        begin = match.end() if match else end


def _block_pieces(token: str, begin: int, indent: int, *, folded: bool) -> Iterator[_Piece]:
    """The pieces of a ``|`` or ``>`` text, its last line breaks included whatever its header."""
    breaks: list[_Piece] = []
    text_before, indented_before = False, False
    for start, line, line_break in _lines(token, begin):
        skipped = min(len(line) - len(line.lstrip(" ")), indent)
        content = line[skipped:]
        if content and skipped < indent:
            break
        end = "\n", start + len(line), len(line_break), folded
        if not content:
            breaks.append(end)
            continue
        indented = content[0] in " \t"
        if folded and text_before and not indented and not indented_before:
            _text, at, length, fold = breaks[0]
            breaks[0] = (" " if len(breaks) == 1 else "", at, length, fold)
        yield from breaks
        yield content, start + skipped, len(content), False
        breaks, text_before, indented_before = [end], True, indented
    yield from breaks
