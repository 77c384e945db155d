"""The keys around a line of YAML, read from the indentation: enough to show where it belongs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from ..core.findings import Edit
from .model import OriginalLine, Rewrite

_DEEPEST = 12
_MOST_LOOKED_AT = 2000  # lines above


def keys_around(above: Sequence[str], indent: int) -> list[OriginalLine]:
    """The keys around a line that is indented by ``indent`` below ``above``, outermost first."""
    found: list[OriginalLine] = []
    oldest = max(len(above) - _MOST_LOOKED_AT, 0)
    for number in range(len(above), oldest, -1):
        text = above[number - 1]
        if indent == 0 or len(found) == _DEEPEST:
            break
        if is_content(text) and indent_of(text) < indent:
            found.insert(0, OriginalLine(number, text))
            indent = indent_of(text)
    return found


def rewrite_of(file: str, diff: str, before: bytes | None, edits: Iterable[Edit]) -> Rewrite:
    """The rewrite of a file with the keys around all that ``edits`` change."""
    if before is None:
        return Rewrite(file, diff)
    breaks = [match.start() for match in re.finditer(b"\n", before)]
    changed = {bisect_left(breaks, edit.start) for edit in edits}
    found: dict[int, OriginalLine] = {}
    stack: list[OriginalLine] = []
    for at, text in enumerate(lines_of(before)):
        if is_content(text):
            while stack and indent_of(stack[-1].text) >= indent_of(text):
                stack.pop()
        if at in changed:
            found.update((each.line, each) for each in stack[:_DEEPEST])
        if is_content(text):
            stack.append(OriginalLine(at + 1, text))
    return Rewrite(file, diff, tuple(found[number] for number in sorted(found)))


def lines_of(data: bytes) -> list[str]:
    """The lines of a file without their line breaks."""
    return [line.decode("utf-8", "replace").rstrip("\r") for line in data.split(b"\n")]


def is_content(line: str) -> bool:
    """Whether a line is neither blank nor a comment."""
    text = line.strip()
    return bool(text) and not text.startswith("#")


def indent_of(line: str) -> int:
    """By how many blanks a line is indented."""
    return len(line) - len(line.lstrip(" "))
