"""Findings as two packages that are compared list them.

Drawn by hand instead of by a template, because a page lists hundreds of them.
"""

from __future__ import annotations

from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..queries.review import Unit
from .display import address, severity_badge, words

register = template.Library()


@register.simple_tag
def compared_unit(unit: Unit, findings_at: str) -> SafeString:
    """One finding, or what is decided together, for the beginning of an item of a list.

    ``findings_at`` is the page on which it is shown in full.
    """
    finding, anchor = unit.first.finding, f"u-{unit.first.row.position}"
    at, rule = escape(f"{findings_at}?at={anchor}#{anchor}"), escape(finding.rule)
    about = reverse("rule", args=[finding.rule])
    return mark_safe(  # noqa: S308 - every text is escaped
        f'{severity_badge(unit.severity)} <a href="{at}">{escape(words(finding.title))}</a>'
        f' <a class="mono small" translate="no" href="{escape(about)}">{rule}</a>'
        f"{_place(finding.place.file, finding.place.line)}{_image(finding.image)}"
    )


def _place(file: str | None, line: int | None) -> str:
    if not file:
        return ""
    said = ""
    if line:
        said = " · " + escape(gettext("line %(line)s") % {"line": line})
    named = f'<span class="mono" translate="no">{address(file)}</span>'
    return f' <span class="small soft">{named}{said}</span>'


def _image(image: str | None) -> str:
    return f'<br><span class="mono small" translate="no">{address(image)}</span>' if image else ""
