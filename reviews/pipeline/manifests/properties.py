"""Texts of lines ``name=value``, as programs of Java and shells read them.

Source: the format of ``java.util.Properties`` and of environment files, as far as both agree.
"""

from __future__ import annotations

import re
from typing import Any

_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(.*?)[ \t]*")
_NO_LINE = re.compile(r"[ \t]*(?:[#;!].*|\[[^\]]*\][ \t]*)?")


def properties_of(text: str) -> dict[str, Any] | None:
    """The values by the parts of their names (``image.tag``), None for a text of other lines.

    A name below one that has a value itself is left out. Quotes around a value are no part of it.
    """
    found: dict[str, Any] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            _put(found, match[1].split("."), _unquoted(match[2]))
        elif not _NO_LINE.fullmatch(line):
            return None
    return found or None


def _put(tree: dict[str, Any], parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        below = tree.setdefault(part, {})
        if not isinstance(below, dict):
            return
        tree = below
    tree.setdefault(parts[-1], value)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
