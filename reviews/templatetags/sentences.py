"""Messages for the inside of an element: what they name is set apart from the words around it.

A name stands in an element that no browser translates, breaks behind ``/`` and ``:``, and its
digest is shortened; so is a very long name, until somebody points at it or focuses it. For an
attribute there is ``words`` in ``display``.
"""

from __future__ import annotations

import re
from html import escape

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext

from ..pipeline.core.messages import Message
from .display import address, words

register = template.Library()

_BEGIN, _END = "\ue000", "\ue001"
_NAME = re.compile(f"{_BEGIN}([^{_END}]*){_END}")
_LONG = 200  # characters of a name of which all is shown
_HEAD = 120  # of a longer one, or of one with line breaks: as much of its first line


@register.filter
def sentence(message: Message | str | None) -> SafeString:
    """A message in the reader's language as HTML, harmless; its line breaks stay.

    A text of a template (which is safe) is our own; any other is what a person wrote.
    """
    if message is None or isinstance(message, SafeData):
        return conditional_escape(words(message))
    if isinstance(message, str):
        return (
            format_html('<span translate="no">{}</span>', words(message))
            if message
            else SafeString()
        )
    text = message.with_names(_marked).text(gettext)
    pieces = _NAME.split(text)  # words and names in turn
    drawn = (_name(each) if at % 2 else escape(words(each)) for at, each in enumerate(pieces))
    return mark_safe("".join(drawn))  # noqa: S308 - words and names are escaped


def _marked(name: str) -> str:
    return f"{_BEGIN}{name.replace(_BEGIN, '').replace(_END, '')}{_END}"


def _name(text: str) -> SafeString:
    first, *more = text.split("\n")
    if len(text) <= _LONG and not more:
        return mark_safe(f'<span translate="no">{address(text)}</span>')  # noqa: S308 - is HTML
    head = first[:_HEAD]
    return format_html(
        '<span class="long" translate="no" tabindex="0">{}<span class="rest">{}</span></span>',
        words(head),
        words(text[len(head) :]),
    )
