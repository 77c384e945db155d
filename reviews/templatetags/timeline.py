"""Events as a list: who did what, when, and in which words.

Drawn by hand instead of by a template, because a page of the log has fifty of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import cast

from django import template
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..models import Event, reason_words
from ..pipeline import safe_text
from .authors import author
from .display import icon, moment, words
from .event_words import event_comment, event_message, event_sign, event_tone
from .sentences import sentence

register = template.Library()


@register.simple_tag
def timeline(events: Iterable[Event], *, names_submissions: bool = False) -> SafeString:
    """``events`` in their order; each names its submission where that is wanted. One query."""
    item = _Item(names_submissions=bool(names_submissions))
    items = "\n".join(map(item.html, events))
    return mark_safe(f'<ol class="timeline">\n{items}\n</ol>')  # noqa: S308 - texts are escaped


def _reasons() -> Mapping[str, str]:
    """The words of reasons, asked for when an event has one: few have."""
    return cast("Mapping[str, str]", SimpleLazyObject(reason_words))


@dataclass(frozen=True, slots=True)
class _Item:
    names_submissions: bool
    reasons: Mapping[str, str] = field(default_factory=_reasons)

    def html(self, event: Event) -> str:
        return (
            f'<li class="is-{event_tone(event)}" id="e-{event.pk}">{icon(event_sign(event))}'
            f"<p>{_author(event)} {sentence(event_message(event))}{self._about(event)}"
            f' <span class="small soft nowrap">· {moment(event.at)}</span></p>'
            f"{self._said(event)}</li>"
        )

    def _about(self, event: Event) -> str:
        parts = []
        if self.names_submissions:
            at = reverse("submission", args=[event.submission_id])
            title = escape(safe_text(str(event.submission)))
            parts.append(f' · <a href="{at}" translate="no">{title}</a>')
        if event.revision:
            number = escape(gettext("rev %(number)s") % {"number": event.revision.number})
            parts.append(f' <span class="small soft">{number}</span>')
        return "".join(parts)

    def _said(self, event: Event) -> str:
        said = event_comment(event, self.reasons)
        if not said:
            return ""
        is_of_person = ' translate="no"' if event.detail.get("comment") else ""
        return f'<div class="said lines"{is_of_person}>{escape(words(said))}</div>'


def _author(event: Event) -> str:
    is_name = ' translate="no"' if event.by and not event.hides_author else ""
    return f"<strong{is_name}>{escape(author(event))}</strong>"
