"""What templates need to show the portal's things: words, package text, moments, states, icons.

Text of a package is never trusted: it is escaped by the template engine as all text is, and
what does not show by itself (control signs, signs that turn the direction of reading) is
written out, so that no name reads differently from what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from textwrap import dedent

from django import template
from django.template import Context, Node
from django.template.base import FilterExpression, Parser, TextNode, Token
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext

from ..models.publication import Outcome
from ..pipeline import ImageStatus, SourceRole, SupplyState, safe_text
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..queries.groups import Group
from ..states import FindingState, SubmissionState
from .icons import ICONS

register = template.Library()

_DRAWINGS = format_html(
    "<svg hidden>{}</svg>",
    format_html_join(
        "",
        '<symbol id="i-{}" viewBox="0 0 16 16">{}</symbol>',
        ((name, mark_safe(drawing)) for name, drawing in ICONS.items()),  # noqa: S308 - our own
    ),
)
_SHORT_DIGEST = 12
_BREAKS = re.compile(r"(?<=[/:@])(?=[^/])")

_TONES: Mapping[str, tuple[str, str]] = {
    Severity.ERROR: ("error", "error"),
    Severity.WARNING: ("warning", "warning"),
    Severity.INFO: ("info", "info"),
    SubmissionState.RECEIVED: ("info", "clock"),
    SubmissionState.PROCESSING: ("accent", "clock"),
    SubmissionState.REFUSED: ("error", "error"),
    SubmissionState.FAILED: ("warning", "wrench"),
    SubmissionState.IN_REVIEW: ("accent", "eye"),
    SubmissionState.RETURNED: ("warning", "undo"),
    SubmissionState.REJECTED: ("error", "cross"),
    SubmissionState.APPROVED: ("success", "check"),
    SubmissionState.PUBLISHING: ("accent", "upload"),
    SubmissionState.RELEASED: ("success", "success"),
    SubmissionState.SUSPENDED: ("warning", "pause"),
    SubmissionState.WITHDRAWN: ("info", "flag"),
    FindingState.OPEN: ("info", "circle"),
    Group.FIX: ("error", "flag"),
    Group.APPLIED: ("success", "rewrite"),
    Group.NOTED: ("info", "info"),
    ImageStatus.REDIRECTED: ("success", "success"),
    ImageStatus.HARDCODED: ("error", "lock"),
    ImageStatus.UNVERIFIED: ("warning", "warning"),
    ImageStatus.UNCHANGED: ("info", "check"),
    ImageStatus.EXTERNAL: ("info", "external"),
    SupplyState.SHIPPED: ("success", "success"),
    SupplyState.MISSING: ("error", "error"),
    Outcome.PUSHED: ("success", "success"),
    Outcome.PRESENT: ("success", "check"),
    Outcome.NOT_ASKED: ("info", "external"),
    SupplyState.UNREADABLE: ("error", "warning"),
    SupplyState.WRONG_ARCHITECTURE: ("error", "cross"),
}
_SEVERITIES = {
    Severity.ERROR: _("error"),
    Severity.WARNING: _("warning"),
    Severity.INFO: _("info"),
}
_STATUSES = {
    ImageStatus.REDIRECTED: _("proven"),
    ImageStatus.HARDCODED: _("hard-coded"),
    ImageStatus.UNVERIFIED: _("unverified"),
    ImageStatus.UNCHANGED: _("unchanged"),
    ImageStatus.EXTERNAL: _("external"),
}

_SUPPLIES = {
    SupplyState.SHIPPED: _("shipped"),
    SupplyState.MISSING: _("missing"),
    SupplyState.UNREADABLE: _("cannot be read"),
    SupplyState.WRONG_ARCHITECTURE: _("wrong architecture"),
}


@register.filter
def words(message: Message | str | None) -> str:
    """A message in the reader's language, harmless; its line breaks stay."""
    if message is None:
        return ""
    text = message.text(gettext) if isinstance(message, Message) else str(message)
    return "\n".join(shown(line) for line in text.split("\n"))


@register.filter
def announced(message: str) -> SafeString:
    """What was done, as HTML: with the links of Django's own pages; all else harmless."""
    return message if isinstance(message, SafeString) else conditional_escape(words(message))


@register.filter
def shown(text: object) -> str:
    """Text of a package on one line, with everything written out that does not show."""
    return safe_text("" if text is None else str(text))


@register.filter
def quoted(text: object) -> SafeString:
    """As ``shown``, for the inside of an element, and not for a browser to translate."""
    return mark_safe(f'<span translate="no">{escape(shown(text))}</span>')  # noqa: S308 - escaped


@register.filter
def quoted_list(texts: Iterable[object]) -> SafeString:
    """Several such texts, with the comma of the reader's language between them."""
    return quoted(gettext(", ").join(map(str, texts)))


@register.filter
def address(text: object) -> SafeString:
    """An address of an image or a path: it breaks behind ``/`` and ``:``, a digest is shortened.

    All of the digest is there for whoever points at it, focuses it or copies it.
    """
    head, at, digest = shown(text).partition("@sha256:")
    if len(digest) <= _SHORT_DIGEST:
        return _broken(head + at + digest)
    return format_html(
        '{}<span class="digest" tabindex="0" title="{}">{}<span class="rest">{}</span></span>',
        _broken(head),
        digest,
        at + digest[:_SHORT_DIGEST],
        digest[_SHORT_DIGEST:],
    )


def _broken(text: str) -> SafeString:
    return mark_safe("<wbr>".join(map(escape, _BREAKS.split(text))))  # noqa: S308 - escaped


@register.filter
def tone(state: str) -> str:
    """What the colour of a state, severity or status means: ``error``, ``success``, ..."""
    return _TONES[state][0]


@register.filter
def sign(state: str) -> str:
    """The name of the icon of a state, severity or status."""
    return _TONES[state][1]


@register.filter
def severity_word(severity: str) -> str:
    return _SEVERITIES[Severity(severity)].text(gettext)


@register.simple_tag
def severity_badge(severity: str) -> SafeString:
    """How heavy a finding is: by hand instead of by a template, for pages have hundreds."""
    said = escape(severity_word(severity))
    return mark_safe(  # noqa: S308 - our own words
        f'<span class="badge is-{tone(severity)}">{icon(sign(severity))}{said}</span>'
    )


@register.filter
def status_word(status: str) -> str:
    return _STATUSES[ImageStatus(status)].text(gettext)


@register.filter
def supply_word(state: str) -> str:
    return _SUPPLIES[SupplyState(state)].text(gettext)


_ICONS: Mapping[str, SafeString] = {
    name: format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )
    for name in ICONS
}


def icon(name: str) -> SafeString:
    """An icon for the eye; the words beside it are for everybody. Its drawing is in ``icons``."""
    return _ICONS[name]


@register.tag("icon")
def icon_node(parser: Parser, token: Token) -> Node:
    """``{% icon "check" %}`` or ``{% icon mark.sign %}``; what is in quotes is text at once."""
    _tag, written = token.split_contents()
    name = parser.compile_filter(written)
    if isinstance(name.var, str) and not name.filters:
        return TextNode(icon(name.var))
    return _IconNode(name)


class _IconNode(Node):
    """An icon whose name is known when the page is drawn."""

    def __init__(self, name: FilterExpression) -> None:
        self._name = name

    def render(self, context: Context) -> SafeString:
        return icon(self._name.resolve(context))


@register.simple_tag
def icons() -> SafeString:
    """The drawings of all icons, once on every page: a large one shows many hundreds."""
    return _DRAWINGS


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a blank, but in Chinese the full stop has its own."""
    return "" if get_language() == "zh-hans" else " "


@register.simple_tag
def colon() -> str:
    """A colon before more on the same line, of the width that the language has."""
    return "：" if get_language() == "zh-hans" else ": "


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """How long ago something was, with the exact time for those who point at it."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    exact, zone = f"{local:%Y-%m-%d %H:%M:%S}", local.tzname() or ""
    if (timezone.now() - at).total_seconds() < 60:
        ago = gettext("just now")
    else:
        ago = gettext("%(time)s ago") % {"time": timesince(at, depth=1)}
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>', at.isoformat(), exact, zone, ago
    )


_INLINE = re.compile(r"(`+)(.+?)\1|\*\*(.+?)\*\*|\*(.+?)\*", re.DOTALL)


@register.filter
def prose(text: str) -> SafeString:
    """The page of a rule as HTML: paragraphs, lists, code, strong and emphasised words."""
    blocks = (block for block in re.split(r"\n[ \t]*\n", text) if block.strip())
    return format_html_join("\n", "{}", ((_block(block),) for block in blocks))


def _block(block: str) -> SafeString:
    """One block of a page: lines that are indented by four blanks are code."""
    if block.startswith("    "):
        return format_html("<pre>{}</pre>", dedent(block))
    block = block.strip()
    if block.startswith("- "):
        items = re.split(r"\n- ", block[2:])
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((_inline(each),) for each in items))
        )
    return format_html("<p>{}</p>", _inline(block))


def _inline(text: str) -> SafeString:
    pieces: list[SafeString] = []
    at = 0
    for match in _INLINE.finditer(text):
        pieces.append(conditional_escape(text[at : match.start()]))
        _ticks, code, strong, emphasis = match.groups()
        if code is not None:
            pieces.append(format_html("<code>{}</code>", code))
        elif strong is not None:
            pieces.append(format_html("<strong>{}</strong>", strong))
        else:
            pieces.append(format_html("<em>{}</em>", emphasis))
        at = match.end()
    pieces.append(conditional_escape(text[at:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


_ROLES = {
    SourceRole.REFERENCE: _("whole address"),
    SourceRole.REGISTRY: _("registry"),
    SourceRole.REPOSITORY: _("repository"),
    SourceRole.TAG: _("tag"),
    SourceRole.DIGEST: _("digest"),
}


@register.filter
def role_word(role: str) -> str:
    return _ROLES[SourceRole(role)].text(gettext)


@register.filter
def base_name(address: str) -> str:
    """The last part of an address of a file."""
    return safe_text(address.rpartition("/")[2])
