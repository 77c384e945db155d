"""Unchanged lines of a diff that are not drawn, as a link to them.

Drawn by hand instead of by a template, because a page has hundreds of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged lines that are not drawn: 1-based numbers in the text before.

    ``shift`` more is their number in the text after.
    """

    first: int
    last: int
    shift: int


@register.simple_tag
def fold_link(fold: Fold | None, file: str, places: str) -> SafeString:
    """A link to the lines in the complete file, in whose place a script puts them.

    ``file`` is its address, ``places`` that of the page that shows complete files. None: nothing.
    """
    if fold is None:
        return SafeString()
    at = escape(f"{places}{'&' if '?' in places else '?'}file={quote(file)}#L{fold.first}")
    return mark_safe(  # noqa: S308 - the address and the words are escaped
        f'<p class="fold" data-first="{fold.first}" data-last="{fold.last}"'
        f' data-shift="{fold.shift}"><a href="{at}">{escape(_lines(fold))}</a></p>'
    )


def _lines(fold: Fold) -> str:
    if fold.first == fold.last:
        return gettext("Line %(line)s, unchanged") % {"line": fold.first}
    numbers = {"first": fold.first, "last": fold.last}
    return gettext("Lines %(first)s to %(last)s, unchanged") % numbers
