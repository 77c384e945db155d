"""What a decision would do, in words: on a button, before it is pressed."""

from __future__ import annotations

from collections.abc import Collection

from django import template

from ..pipeline.core.messages import Message, _
from ..queries.review import Unit

register = template.Library()


@register.filter
def approve_words(units: Collection[Unit]) -> Message:
    """What approving all of ``units`` does: confirm findings, apply edits."""
    edits, others = _counts(units)
    if edits and others:
        return _("Confirm %(others)s, apply %(edits)s", others=others, edits=edits)
    return _("Apply %(edits)s", edits=edits) if edits else _("Confirm %(others)s", others=others)


@register.filter
def reject_words(units: Collection[Unit]) -> Message:
    """What rejecting all of ``units`` does: dismiss findings, keep the original texts."""
    edits, others = _counts(units)
    if edits and others:
        return _("Dismiss %(others)s, keep %(edits)s originals…", others=others, edits=edits)
    if edits:
        return _("Keep %(edits)s originals…", edits=edits)
    return _("Dismiss %(others)s…", others=others)


def _counts(units: Collection[Unit]) -> tuple[int, int]:
    edits = sum(each.has_edit for each in units)
    return edits, len(units) - edits
