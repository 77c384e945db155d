"""What templates need to show the portal's things: words, package text, moments, states, icons.

Text of a package is never trusted: it is escaped by the template engine as all text is, and
what does not show by itself (control signs, signs that turn the direction of reading) is
written out, so that no name reads differently from what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext

from ..models import Submission
from ..models.publication import Outcome
from ..pipeline import ImageStatus, SourceRole, SupplyState, safe_text
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..queries.groups import Group, GroupCounts
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
def shown(text: object) -> str:
    """Text of a package on one line, with everything written out that does not show."""
    return safe_text("" if text is None else str(text))


@register.filter
def quoted(text: object) -> SafeString:
    """As ``shown``, for the inside of an element, and not for a browser to translate."""
    return format_html('<span translate="no">{}</span>', shown(text))


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
    pieces = _BREAKS.split(text)
    return format_html_join(mark_safe("<wbr>"), "{}", ((piece,) for piece in pieces))


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


@register.filter
def status_word(status: str) -> str:
    return _STATUSES[ImageStatus(status)].text(gettext)


@register.filter
def supply_word(state: str) -> str:
    return _SUPPLIES[SupplyState(state)].text(gettext)


@register.filter
def counts_for(groups: Mapping[int, GroupCounts], submission: Submission) -> GroupCounts | None:
    """How many findings of each group a submission has, None where that is not known yet."""
    return groups.get(submission.pk)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon for the eye; the words beside it are for everybody. Its drawing is in ``icons``."""
    if name not in ICONS:
        raise KeyError(name)
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )


@register.simple_tag
def icons() -> SafeString:
    """The drawings of all icons, once on every page: a large one shows many hundreds."""
    return _DRAWINGS


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """How long ago something was, with the exact time for those who point at it."""
    if at is None:
        return ""
    exact = date_format(timezone.localtime(at), "Y-m-d H:i:s")
    zone = timezone.localtime(at).tzname() or ""
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


@register.filter
def shown_code(line: str) -> str:
    """A line of a file: as ``shown``, but a tab stays a tab."""
    return "\t".join(safe_text(piece) for piece in line.split("\t"))
