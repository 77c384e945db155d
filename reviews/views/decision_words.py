"""What a decision does, in the words that buttons, notices and pages share."""

from __future__ import annotations

from collections.abc import Collection

from ..pipeline.core.messages import Message, _
from ..queries.review import Unit


def done(verb: str, units: Collection[Unit]) -> Message:
    """What was decided about ``units``: edits are applied or not, the others confirmed or not."""
    edits = sum(each.has_edit for each in units)
    others = len(units) - edits
    if verb == "undo":
        return _("Decisions undone: %(count)s.", count=len(units))
    if edits and others:
        both = {
            "approve": _("Confirmed: %(others)s; to be applied: %(edits)s."),
            "reject": _("Dismissed: %(others)s; not to be applied: %(edits)s."),
        }[verb]
        return Message(both.template, {"edits": edits, "others": others})
    of_edits = {
        "approve": _("To be applied: %(count)s."),
        "reject": _("Not to be applied: %(count)s."),
    }
    of_others = {"approve": _("Confirmed: %(count)s."), "reject": _("Dismissed: %(count)s.")}
    words = (of_edits if edits else of_others)[verb]
    return Message(words.template, {"count": len(units)})
