"""The lines of small diffs and of remedies as HTML, with the colours of their file's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..pipeline import LineKind, RemedyLine, TextSpan
from .colours import Piece, pieces_of
from .diff_rows import marked_pieces

register = template.Library()


class _Line(Protocol):
    """A line of a small diff."""

    @property
    def kind(self) -> LineKind: ...
    @property
    def line(self) -> int | None: ...
    @property
    def spans(self) -> tuple[TextSpan, ...]: ...


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A line to draw: its kind, its 1-based number or None, and its text as HTML."""

    kind: LineKind
    line: int | None
    html: SafeString


_SIGNS: dict[LineKind, str] = {"added": "+", "removed": "−"}


_KEPT, _LONG_KEPT = 1000, 4
_MOST_KEPT = 4000  # characters; of longer texts only the last few are kept: all are some megabytes


@register.filter
def pasted(lines: Iterable[RemedyLine], file: str) -> SafeString:
    """The lines of a text to paste into ``file``, with the lines around them."""
    rows = tuple(lines)
    draw = _pasted if sum(len(each.text) for each in rows) <= _MOST_KEPT else _pasted_long
    return draw(rows, file)


@lru_cache(maxsize=_KEPT)
def _pasted(lines: tuple[RemedyLine, ...], file: str) -> SafeString:
    row = (
        '<span class="row {}"><span class="line">{}</span><span class="sign">{}</span>'
        "<code>{}\n</code></span>"
    )
    drawn = coloured(lines, file)
    return format_html_join(
        "",
        row,
        ((each.kind, each.line or "", _SIGNS.get(each.kind, ""), each.html) for each in drawn),
    )


_pasted_long = lru_cache(maxsize=_LONG_KEPT)(_pasted.__wrapped__)


@register.filter
def compared(rows: Iterable[_Line] | None, file: str) -> SafeString:
    """The rows of the table of a small diff of ``file``."""
    row = (
        '<tr class="{}"><td class="line">{}</td><td class="sign">{}</td>'
        '<td translate="no">{}</td></tr>'
    )
    spoken: dict[LineKind, str] = {"added": gettext("added"), "removed": gettext("removed")}
    signs = {
        kind: format_html(
            '<span aria-hidden="true">{}</span><span class="unseen">{}</span>', _SIGNS[kind], words
        )
        for kind, words in spoken.items()
    }
    drawn = coloured(rows, file)
    return format_html_join(
        "",
        row,
        ((each.kind, each.line or "", signs.get(each.kind, ""), each.html) for each in drawn),
    )


def coloured(rows: Iterable[_Line | RemedyLine] | None, file: str) -> list[CodeRow]:
    """``rows`` of the file at the address ``file``, which says what kind of text they are.

    Each side is read alone: what is removed with the lines around it, then what is added.
    """
    lines = tuple((each, _spans(each)) for each in rows or ())
    size = sum(len(span.text) for _row, spans in lines for span in spans)
    draw = _coloured if size <= _MOST_KEPT else _coloured_long
    return list(draw(lines, file))


@lru_cache(maxsize=_KEPT)
def _coloured(
    lines: tuple[tuple[_Line | RemedyLine, tuple[TextSpan, ...]], ...], file: str
) -> tuple[CodeRow, ...]:
    before = _colours(file, [spans for each, spans in lines if each.kind != "added"])
    after = _colours(file, [spans for each, spans in lines if each.kind != "removed"])
    drawn: list[CodeRow] = []
    for each, spans in lines:
        old = before.pop(0) if each.kind != "added" else ()
        new = after.pop(0) if each.kind != "removed" else ()
        html = "".join(marked_pieces(spans, new or old))
        drawn.append(CodeRow(each.kind, each.line, mark_safe(html)))  # noqa: S308 - it is escaped
    return tuple(drawn)


_coloured_long = lru_cache(maxsize=_LONG_KEPT)(_coloured.__wrapped__)


def _spans(row: _Line | RemedyLine) -> tuple[TextSpan, ...]:
    return (TextSpan(row.text, changed=False),) if isinstance(row, RemedyLine) else row.spans


def _colours(file: str, lines: Iterable[Sequence[TextSpan]]) -> list[Sequence[Piece]]:
    texts = ["".join(span.text for span in spans).replace("\n", " ") for spans in lines]
    return list(pieces_of(file, texts))
