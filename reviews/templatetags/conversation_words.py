"""Comments as they are shown: plain text with links, and from which side they come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..models import Acceptance, Comment
from ..pipeline import safe_text
from ..queries.conversation import Thread
from ..queries.review import Unit

register = template.Library()

_LINK = re.compile(r"https?://[^\s<>\"'“”（）【】，。；、]+")
_NOT_OF_LINK = ".,;:!?)]}"


@register.filter
def linked(text: str) -> SafeString:
    """Plain text for the inside of an element; addresses of web pages in it become links."""
    shown = "\n".join(map(safe_text, text.split("\n")))
    parts, at = [], 0
    for found in _LINK.finditer(shown):
        address = found.group().rstrip(_NOT_OF_LINK)
        parts += [escape(shown[at : found.start()]), _anchor(address)]
        at = found.start() + len(address)
    parts.append(escape(shown[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - every text is escaped


def _anchor(address: str) -> str:
    shown = escape(address)
    return f'<a href="{shown}" rel="noopener noreferrer nofollow ugc">{shown}</a>'


@register.filter
def accepted_for(accepted: Mapping[str, Acceptance] | None, unit: Unit) -> Acceptance | None:
    """The acceptance that fills in the dismissal of a unit."""
    return accepted.get(unit.key) if accepted else None


@register.filter
def side_of(thread: Thread, said: Comment) -> str:
    """From which side a comment comes."""
    if said.by_id in thread.partners:
        return gettext("partner")
    return gettext("administrator") if said.by.is_staff else gettext("reviewer")


@register.filter
def is_draft(thread: Thread, said: Comment) -> bool:
    """Whether the partner is not shown it yet."""
    return thread.is_draft(said)
