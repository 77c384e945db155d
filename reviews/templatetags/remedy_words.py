"""How to fix a finding, said to its reader: rules address the partner, but others read it, too."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from ..pipeline.core.findings import DONE_ON_APPROVAL
from ..pipeline.core.messages import Message, _

register = template.Library()

_TO_OTHERS: Mapping[str, Message] = {
    DONE_ON_APPROVAL.template: _(
        "The partner need not do anything: when this is approved, the portal makes the change in"
        " the released package."
    ),
    (
        "You need not do anything: when the reviewer approves this, the portal adds the file to the"
        " released package. What a key writes is open in the guide for some of these, so the"
        " reviewer confirms them: %(keys)s."
    ): _(
        "The partner need not do anything: when this is approved, the portal adds the file to the"
        " released package. What a key writes is open in the guide for some of these, so the"
        " reviewer confirms them: %(keys)s."
    ),
    (
        "You need not do anything: when the reviewer approves the change beside it, the portal"
        " writes an empty text instead."
    ): _(
        "The partner need not do anything: when the change beside it is approved, the portal writes"
        " an empty text instead."
    ),
    "You need not do anything; changes belong into lifecycle.yaml and manifests.": _(
        "The partner need not do anything; changes belong into lifecycle.yaml and manifests."
    ),
}


@register.filter
def said_to(help_words: Message | str | None, is_member: object) -> Message | str | None:
    """The remedy for a reader who is (``is_member``) or is not the one who has to fix things."""
    if is_member or not isinstance(help_words, Message):
        return help_words
    other = _TO_OTHERS.get(help_words.template)
    return help_words if other is None else Message(other.template, help_words.parameters)
