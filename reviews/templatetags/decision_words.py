"""What a decision does, in the same words wherever it is made or shown.

A finding with an edit is applied, or its original is kept; one without is confirmed or dismissed.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from ..pipeline.core.messages import Message, _
from ..queries.review import Unit
from ..states import FindingState
from .display import icon, words

register = template.Library()


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of a decision: what its colour means, its icon, and its words."""

    tone: str
    sign: str
    words: Message


_UNDECIDED = Mark("info", "circle", _("undecided"))
_DECIDED = {
    (FindingState.APPROVED, True): Mark("success", "check", _("will be applied")),
    (FindingState.APPROVED, False): Mark("warning", "flag", _("confirmed: to be fixed")),
    (FindingState.REJECTED, True): Mark("info", "cross", _("original kept")),
    (FindingState.REJECTED, False): Mark("info", "cross", _("dismissed")),
}


@register.simple_tag
def decision_badge(unit: Unit) -> SafeString:
    """The decision on ``unit``; nothing where there is none to make.

    By hand instead of by a template, because pages have hundreds.
    """
    if unit.state is FindingState.OPEN and not unit.needs_decision:
        return SafeString()
    mark = _UNDECIDED if unit.state is FindingState.OPEN else _DECIDED[unit.state, unit.has_edit]
    return mark_safe(  # noqa: S308 - our own words
        f'<span class="badge is-{mark.tone}">{icon(mark.sign)}{escape(words(mark.words))}</span>'
    )
