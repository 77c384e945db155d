"""Where a template writes a field of a manifest that it renders.

The template is read line by line along the path of the field: each key is looked for behind the
one above it. What another template or a value provides is not found so, and then the template alone
is the place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.findings import Place
from ..manifests.workloads import Document, Pointer
from ..package.helm import Chart

_KEY = re.compile(
    r"""^\s*(?:-\s+)*(?:\{\{[^{}]*\}\}\s*)?["']?(?P<key>[^\s"':{}#][^"':{}#]*?)["']?\s*:(?=\s|$)"""
)


def place_in_template(
    root: Chart, document: Document, pointer: Pointer, kind: str, texts: dict[str, list[str]]
) -> Place:
    """The place of the field at ``pointer`` of a rendered document; of all of it, its kind's.

    ``texts`` keeps the lines of templates that were read before, by their address.
    """
    chart, name = root.source_of(document.template)
    address = chart.address(name)
    if address not in texts:
        member = chart.member(name)
        content = member.content if member is not None else None
        texts[address] = (content or b"").decode("utf-8", "replace").splitlines()
    lines = texts[address]
    start = _start_of(lines, document, kind)
    if start is None:
        return Place(address)
    keys = [part for part in pointer if isinstance(part, str)] or ["kind"]
    at = _along(lines, start, keys)
    if at is None:
        return Place(address)
    column = len(lines[at]) - len(lines[at].lstrip(" -")) + 1
    return Place(address, at + 1, column)


def _start_of(lines: Sequence[str], document: Document, kind: str) -> int | None:
    """Where the document begins: behind the separator above the line that names its kind."""
    named = [number for number, line in enumerate(lines) if _value_of(line, "kind") == kind]
    if not named:
        return None
    number = named[min(_number_of(lines, document, named), len(named) - 1)]
    above = [at for at in range(number) if lines[at].startswith("---")]
    return above[-1] + 1 if above else 0


def _number_of(lines: Sequence[str], document: Document, named: Sequence[int]) -> int:
    """Which of the lines that name the kind it is: one whose document has the same fixed name."""
    if len(named) == 1:
        return 0
    rendered = document.text.splitlines()
    name = next((line.strip() for line in rendered if _key_of(line) == "name"), "")
    for number, at in enumerate(named):
        end = next((i for i in range(at, len(lines)) if lines[i].startswith("---")), len(lines))
        if any(_renders_as(line, name) for line in lines[at:end] if _key_of(line) == "name"):
            return number
    return 0


def _renders_as(line: str, rendered: str) -> bool:
    """Whether the text around the actions of a line is that of ``rendered``."""
    parts = re.split(r"\{\{.*?\}\}", line.strip())
    pattern = ".*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, rendered) is not None


def _along(lines: Sequence[str], start: int, keys: Sequence[str]) -> int | None:
    """The line of the last of ``keys``, each looked for behind and deeper than the one above."""
    at, indent = start - 1, -1
    for depth, key in enumerate(keys):
        found = _next(lines, at + 1, key, indent)
        if found is None:
            return None
        at = found
        indent = _indent(lines[at]) if depth else 0
    return at


def _next(lines: Sequence[str], start: int, key: str, indent: int) -> int | None:
    """The next line with ``key``, before another document or a key that is no deeper begins."""
    for number in range(start, len(lines)):
        line = lines[number]
        if line.startswith("---"):
            return None
        found = _key_of(line)
        if found is None:
            continue
        if indent >= 0 and _indent(line) < indent:
            return None
        if found == key and (indent < 0 or _indent(line) >= indent):
            return number
    return None


def _key_of(line: str) -> str | None:
    match = _KEY.match(line)
    return match["key"] if match else None


def _value_of(line: str, key: str) -> str | None:
    if _key_of(line) != key:
        return None
    return line.partition(":")[2].partition("#")[0].strip().strip("\"'")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
