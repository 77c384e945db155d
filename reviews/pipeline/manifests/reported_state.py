"""Parts of a text that report the state of resources: what they name is not pulled.

A ConfigMap may hold whole manifests, such as those of the nodes that a simulator starts with. What
is below the ``status`` of a resource was written down by a cluster; nothing reads an image there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_STATUS = re.compile(
    r"^(?P<lead>[ \t]*(?:- +)*)[\"']?status[\"']?:[ \t]*(?:#.*|\{.*)?$", re.MULTILINE
)
_JSON_STATUS = re.compile(r"\"status\"\s*:\s*\{")
_KIND = re.compile(r"[\"']?kind[\"']?:")


def reported_state(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of ``text`` that are below the ``status`` of a resource, in YAML or in JSON."""
    if "status" not in text or "kind" not in text:
        return ()
    is_json = text.lstrip().startswith(("{", "["))
    return tuple(_in_json(text) if is_json else _in_yaml(text))


def _in_yaml(text: str) -> Iterator[tuple[int, int]]:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for match in _STATUS.finditer(text):
        number = bisect_right(starts, match.start()) - 1
        column = len(match["lead"])
        end = number + 1
        while end < len(lines) and _is_below(lines[end], column):
            end += 1
        if _has_kind(lines, number, column):
            yield match.end(), starts[end] - 1


def _is_below(line: str, column: int) -> bool:
    """Whether a line is part of the value of a key at ``column``; items may stand under it."""
    rest = line.lstrip(" ")
    return (
        not rest
        or len(line) - len(rest) > column
        or (len(line) - len(rest) == column and rest.startswith("- "))
    )


def _has_kind(lines: list[str], number: int, column: int) -> bool:
    """Whether the map that has a key at ``column`` of the line also has the key ``kind``."""
    for step in (-1, 1):
        at = number if step < 0 else number + 1
        while 0 <= at < len(lines):
            line = lines[at]
            content = line.lstrip(" -")
            indent = len(line) - len(content)
            dash = len(line) - len(line.lstrip(" "))
            if content and not content.startswith("#"):
                if indent == column and _KIND.match(content):
                    return True
                if indent < column or (indent == column and dash < indent):
                    break
            at += step
    return False


def _in_json(text: str) -> Iterator[tuple[int, int]]:
    for match in _JSON_STATUS.finditer(text):
        depth = 1
        end = match.end()
        while end < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield match.end(), end
