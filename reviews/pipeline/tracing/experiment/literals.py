"""Where the literals of a template are: its text, and strings of its actions that may be printed.

What an action compares with, or names a partial or a key with, is never printed, and a change of
it leads elsewhere: ``eq .Values.kind "a"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<text>\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`)|(?P<word>[\w.$]+)|(?P<sign>[()|=,])", re.DOTALL
)
_KEYWORDS = frozenset({"if", "else", "with", "range", "and", "or", "not"})
_NEVER_PRINTED = frozenset(
    {
        *("eq", "ne", "lt", "le", "gt", "ge"),
        *("has", "hasKey", "hasPrefix", "hasSuffix", "contains", "regexMatch", "mustRegexMatch"),
        *("include", "template", "define", "block", "lookup", "index", "get", "semverCompare"),
        *("required", "fail", "trimPrefix", "trimSuffix", "trimAll", "split", "splitList"),
    }
)

Region = tuple[int, int, bool]
"""First and last offset (exclusive) of text that may be printed; whether an action holds it."""


def regions(content: str) -> list[Region]:
    """The regions of a template's ``content``, in their order."""
    found, position = [], 0
    for action in _ACTION.finditer(content):
        found.append((position, action.start(), False))
        found += [(start, end, True) for start, end in _printed(content, *action.span())]
        position = action.end()
    return [*found, (position, len(content), False)]


def _printed(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The strings of one action that no comparison takes, quotes included."""
    functions = [""]
    for token in _TOKEN.finditer(content, start, end):
        sign, word = token["sign"], token["word"]
        if token["text"] is not None:
            if functions[-1] not in _NEVER_PRINTED:
                yield token.span()
        elif sign == "(":
            functions.append("")
        elif sign == ")":
            functions[-2:] = functions[-2:-1] or [""]
        elif sign is not None:
            functions[-1] = ""
        elif not functions[-1] and word not in _KEYWORDS:
            functions[-1] = word


def occurrences(content: str, text: str, within: Sequence[Region]) -> Iterator[tuple[int, bool]]:
    """Offsets at which ``text`` is in the regions ``within``, and whether an action holds it."""
    for start, end, is_action in within:
        found = content.find(text, start, end)
        while found >= 0:
            yield found, is_action
            found = content.find(text, found + 1, end)
