"""What a decision does, in the same words wherever it is made or shown.

A finding with an edit is applied, or its original is kept; one without is confirmed or dismissed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.utils.translation import gettext, ngettext

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


@register.simple_tag
def deed(verb: str, units: Iterable[Unit]) -> str:
    """What ``verb`` does with ``units``, as a button says it: “Confirm 3, apply 1”."""
    return deed_words(verb, [each.has_edit for each in units])


def deed_words(verb: str, have_edits: list[bool]) -> str:
    """What ``verb`` does with units, each of which has an edit or none."""
    edits = sum(have_edits)
    others = len(have_edits) - edits
    counts = {"edits": edits, "others": others, "count": edits + others}
    if verb == "undo":
        words = ngettext("Undo %(count)s decision", "Undo %(count)s decisions", counts["count"])
    elif verb == "approve":
        words = (
            gettext("Confirm %(others)s, apply %(edits)s")
            if edits and others
            else gettext("Apply %(edits)s")
            if edits
            else gettext("Confirm %(others)s")
        )
    else:
        words = (
            gettext("Dismiss %(others)s, keep the original of %(edits)s")
            if edits and others
            else gettext("Keep the original of %(edits)s")
            if edits
            else gettext("Dismiss %(others)s")
        )
    return words % counts
