"""Images that custom resource definitions bring as defaults of a field.

Helm installs the files of ``crds/`` as they are, and what an instance leaves out the cluster
fills in from ``default:``. No engine shows this, so it is read where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..core.findings import Place
from ..manifests.references import looks_like_image
from .helm import Chart

_KIND = "kind: CustomResourceDefinition"
_SCALAR = re.compile(
    r"""(?P<indent>[ ]*)(?P<dash>-[ ]+)?(?:["']?(?P<key>[\w.$/-]+)["']?:[ ]+)?"""
    r"""(?P<quote>["']?)(?P<text>[A-Za-z0-9][\w./:@-]*)(?P=quote)[ ]*(?:\#.*)?"""
)
_KEY = re.compile(r"""(?P<indent>[ ]*)(?:-[ ]+)*["']?(?P<key>[\w.$/-]+)["']?:(?P<rest>.*)""")
_BLOCK_OF_TEXT = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?")


def crd_defaults(root: Chart) -> Iterator[tuple[Place, str]]:
    """Each image below a ``default:`` of a definition, with its place; sub-charts included."""
    for chart in root.walk():
        for name, member in chart.files():
            if not name.startswith(("crds/", "templates/")) or member.content is None:
                continue
            text = member.content.decode("utf-8", "replace")
            if _KIND in text:
                yield from _in_file(chart.address(name), text)


def _in_file(file: str, text: str) -> Iterator[tuple[Place, str]]:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        # A cheap look first: definitions have tens of thousands of lines.
        if "/" not in line or not (":" in line or "@" in line):
            continue
        match = _SCALAR.fullmatch(line.rstrip("\r"))
        if match is None or not looks_like_image(match["text"]):
            continue
        if "default" in _keys_above(lines, number, match["key"], len(match["indent"])):
            yield Place(file, number + 1, match.start("text") + 1), match["text"]


def _keys_above(lines: Sequence[str], number: int, key: str | None, indent: int) -> list[str]:
    """The keys that lead to a line, its own first; none inside a block of text."""
    keys = [key] if key else []
    for line in reversed(lines[:number]):
        match = _KEY.match(line)
        if match is None or len(match["indent"]) >= indent + (key is None):
            continue
        if _BLOCK_OF_TEXT.fullmatch(match["rest"].strip()):
            return []
        indent, key = len(match["indent"]), match["key"]
        keys.append(key)
        if indent == 0:
            break
    return keys
