"""Parts of the review page as HTML: rows of the list, and links to findings that follow.

Drawn by hand instead of by templates, because a page has hundreds of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from ..pipeline import safe_text
from ..queries.review import Unit
from ..states import FindingState
from ..templatetags.display import icon, tone, words
from .diff_page import FindingHere


def list_rows(
    listed: Sequence[FindingHere], *, is_nested: bool, is_fragment: bool = False
) -> SafeString:
    """Units in the list, at their places, each a link to its finding.

    ``is_nested``: their section has a row of its own. ``is_fragment``: they are swapped into a
    page that has them already.
    """
    row = Row(is_nested=is_nested, is_fragment=is_fragment)
    return mark_safe("\n".join(map(row.html, listed)))  # noqa: S308 - every text is escaped


@dataclass(frozen=True, slots=True)
class Row:
    """How a unit is shown in the list; see ``list_rows``."""

    is_nested: bool
    is_fragment: bool

    def html(self, here: FindingHere) -> str:
        """The unit at its place, with its link and its mark."""
        unit, anchor = here.unit, here.decided.anchor
        kinds = f"is-{tone(unit.severity)}"
        if unit.state is not FindingState.OPEN:
            kinds += " is-decided"
        if self.is_nested:
            kinds += " is-nested"
        swapped = ' hx-swap-oob="true"' if self.is_fragment else ""
        return (
            f'<li class="{kinds}" id="{anchor}-row"{swapped} data-goes-to="{anchor}">'
            f'<a href="?at={anchor}#{anchor}"><span class="mark">{_mark(unit)}</span>'
            f'<span class="what">{self._what(here)}{_new(unit)}</span>{self._where(here)}</a></li>'
        )

    def _what(self, here: FindingHere) -> str:
        finding = here.decided.finding
        if here.is_rewrite and here.image is not None:
            return _image(here, title=here.image.original)
        if self.is_nested and here.image_name:
            return _image(here)
        if self.is_nested and finding.place.line:
            return _line(finding.place.line)
        return escape(words(finding.title))

    def _where(self, here: FindingHere) -> str:
        if here.is_rewrite or self.is_nested:
            return ""
        line = here.decided.finding.place.line
        parts = (_image(here) if here.image_name else "", _line(line) if line else "")
        return f' <span class="soft where">{" · ".join(filter(None, parts))}</span>'


def _mark(unit: Unit) -> str:
    if unit.state is FindingState.APPROVED:
        sign, said = "check", gettext("approved")
    elif unit.state is FindingState.REJECTED:
        sign, said = "cross", gettext("rejected")
    elif unit.needs_decision:
        sign, said = "circle", gettext("undecided")
    else:
        sign, said = "info", ""
    return f'{icon(sign)}<span class="unseen">{said and f"{said}: "}</span>'


def _new(unit: Unit) -> str:
    if not unit.is_new:
        return ""
    return f' <span class="badge is-accent">{icon("plus")}{gettext("new")}</span>'


def _image(here: FindingHere, title: str = "") -> str:
    pointed = f' title="{escape(safe_text(title))}"' if title else ""
    name = escape(safe_text(here.image_name))
    return f'<span class="mono" translate="no"{pointed}>{name}</span>'


def _line(number: int) -> str:
    return gettext("line %(line)s") % {"line": number}


def waiting_piece(name: str, at: str, count: int, address: str, *, is_open: bool) -> SafeString:
    """A link where ``count`` findings follow, in whose place a script puts them.

    ``name`` is that of their piece, ``at`` the anchor of the first one, ``address`` where pieces
    are asked for. ``is_open``: one of them waits for a decision.
    """
    said = ngettext("Show %(n)s finding", "Show %(n)s findings", count) % {"n": count}
    asked = escape(f"{address}?at={at}")
    opened = " data-open" if is_open else ""
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<div class="piece is-waiting" id="{name}"{opened} data-piece="{asked}" hx-get="{asked}"'
        f' hx-trigger="reach once" hx-swap="outerHTML"><p><a href="?at={at}#{at}">{escape(said)}'
        "</a></p></div>"
    )
