"""Attachments in words: what is asked for, what was counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django import template

from ..attachment_points import KIND_WORDS, level_counts, levels_of_gate
from ..models import AttachmentRule
from ..pipeline.core.messages import Message, _
from ..vulnerability_reports import Format, Level

register = template.Library()

_FORMATS: Mapping[str, str] = {
    Format.TRIVY: "Trivy JSON",
    Format.SARIF: "SARIF",
    Format.CYCLONEDX: "CycloneDX",
}
_TONES: Mapping[Level, tuple[str, str]] = {
    Level.CRITICAL: ("error", "error"),
    Level.HIGH: ("error", "flag"),
    Level.MEDIUM: ("warning", "warning"),
    Level.LOW: ("info", "info"),
    Level.UNKNOWN: ("info", "circle"),
}
_GATE_WORDS: Mapping[Level, Message] = {
    Level.CRITICAL: _("Critical vulnerabilities keep it from being approved."),
    Level.HIGH: _("High and critical vulnerabilities keep it from being approved."),
    Level.MEDIUM: _("Medium and more severe vulnerabilities keep it from being approved."),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A count: what its colour means, its icon, and its words."""

    tone: str
    sign: str
    words: Message


@register.filter
def level_badges(counts: Mapping[str, int]) -> list[Badge]:
    """How many vulnerabilities there are of each level, the most severe first."""
    return [
        Badge(*_TONES[level], words) for level in Level for words in level_counts(counts, level)
    ]


@register.filter
def format_word(name: str) -> str:
    """A format by its own name."""
    return _FORMATS[name]


@register.filter
def kind_words(kind: str) -> Message:
    """What an attachment is."""
    return KIND_WORDS[kind]


@register.filter
def in_set(key: int, keys: Collection[int]) -> bool:
    """Whether ``key`` is one of ``keys``."""
    return key in keys


@register.filter
def asked_for(rule: AttachmentRule) -> Iterator[Message]:
    """What a rule asks for, in sentences."""
    if rule.is_required:
        yield _("Publishing asks for it.")
    if rule.is_required and rule.most_days is not None:
        yield _("It is at most %(days)s days old at the approval.", days=rule.most_days)
    if rule.is_required and rule.needs_sha256:
        yield _("It names the SHA-256 of the package, or that is declared beside it.")
    levels = levels_of_gate(rule.gate)
    if levels:
        yield _GATE_WORDS[levels[-1]]
