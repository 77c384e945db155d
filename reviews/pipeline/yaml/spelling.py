"""How a value is spelled in YAML: plain where that is safe, else in quotes."""

from __future__ import annotations

import re

from ..core.messages import Message
from .scalars import resolve

_FORBIDDEN_FIRST = "-?:,[]{}#&*!|>'\"%@`=<"
_FORBIDDEN_ANYWHERE = re.compile(r"[,\[\]{}]|:\s|:$|\s#|[^\x21-\x7e\xa1-\ud7ff\uf900-\ufdff ]")
# Strings to Helm, but dates or sexagesimal numbers to other YAML 1.1 readers.
_ELSEWHERE_TYPED = re.compile(
    r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d\d?-\d\d?.*"
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


class CannotEdit(Exception):  # noqa: N818 - a statement about the file, not an error of ours
    """The value cannot be edited safely; ``reason`` says why, for the partner."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def is_plain(text: str) -> bool:
    """Whether ``text`` may be unquoted and every YAML reader then takes it for this string."""
    if not text or text != text.strip() or text[0] in _FORBIDDEN_FIRST:
        return False
    if _FORBIDDEN_ANYWHERE.search(text) or _ELSEWHERE_TYPED.fullmatch(text):
        return False
    return isinstance(resolve(text), str)


def spelled(text: str) -> str:
    """``text`` as a YAML string: plain where safe, else in double quotes."""
    return text if is_plain(text) else double_quoted(text)


def single_quoted(text: str) -> str:
    """``text`` in single quotes, or in double ones where it holds what needs an escape."""
    if _UNPRINTABLE.search(text):
        return double_quoted(text)
    return "'" + text.replace("'", "''") + "'"


def double_quoted(text: str) -> str:
    """``text`` in double quotes; only what cannot be there as it is becomes an escape."""
    return '"' + escaped(text) + '"'


def escaped(text: str) -> str:
    """``text`` as it is written between double quotes."""
    return re.sub(r'["\\]|' + _UNPRINTABLE.pattern, _escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
