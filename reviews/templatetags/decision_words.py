"""What a decision does, in the same words wherever it is made or shown.

A finding with an edit is applied, or its original is kept; one without is confirmed or dismissed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from ..pipeline.core.messages import Message, _
from ..queries.review import Unit
from ..states import FindingState

register = template.Library()


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of a decision: what its colour means, its icon, and its words."""

    tone: str
    sign: str
    words: Message


_UNDECIDED = Mark("info", "circle", _("undecided"))
_NOTHING_TO_DECIDE = Mark("info", "info", _("for information"))
_DECIDED = {
    (FindingState.APPROVED, True): Mark("success", "check", _("will be applied")),
    (FindingState.APPROVED, False): Mark("warning", "flag", _("confirmed: to be fixed")),
    (FindingState.REJECTED, True): Mark("info", "cross", _("original kept")),
    (FindingState.REJECTED, False): Mark("info", "cross", _("dismissed")),
}


@register.filter
def decision_mark(unit: Unit) -> Mark:
    """How the decision on ``unit`` is shown."""
    if unit.state is FindingState.OPEN:
        return _UNDECIDED if unit.needs_decision else _NOTHING_TO_DECIDE
    return _DECIDED[unit.state, unit.has_edit]
