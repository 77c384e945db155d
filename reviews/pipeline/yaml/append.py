"""Where new items of a list go in a YAML file: behind those that are there, no other byte moved."""

from __future__ import annotations

import re
from collections.abc import Sequence as Listed
from dataclasses import dataclass

from ..core.messages import _
from .nodes import BOM, Alias, Mapping, Node, Scalar, Sequence
from .source import YamlSource
from .spelling import CannotEdit, spelled

_LONE_RETURN = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class ItemSlot:
    """Room for lines of items, which begin with ``- `` in the column ``indent`` (0-based).

    ``replaced`` is the text at the byte ``start`` that makes room; ``head`` and ``tail`` are to be
    written before and behind the lines, ``newline`` between them.
    """

    start: int
    indent: int
    replaced: str
    head: str
    tail: str
    newline: str


def item_slot(source: YamlSource, names: Listed[str]) -> ItemSlot:
    """Room at the end of the list behind the first of the top-level keys ``names`` that is there.

    Where none is, or nothing is behind it, the list is opened. Raises CannotEdit for a file
    that holds no map, or more than one document, and for a list that is not written as a block.
    """
    data, root = source.data, source.root
    if source.documents > 1 or b"\n..." in data or _LONE_RETURN.search(data):
        raise CannotEdit(
            _("The file holds more than one document, or line breaks of a single carriage return.")
        )
    newline = _newline(data)
    if root is None or (isinstance(root, Scalar) and root.style == "empty"):
        return _behind(data, len(data), 0, newline, key=names[0])
    if not isinstance(root, Mapping) or root.flow:
        raise CannotEdit(_("The file is not written as a block of “key: value” lines."))
    indent = _column(data, root.pairs[0][0].outer)
    name = next((each for each in names if each in root.effective), None)
    if name is None:
        return _behind(data, _content_end(data, root), indent, newline, key=names[0])
    node = root.effective[name]
    if isinstance(node, Sequence) and node.items and not (node.flow or node.aliased):
        if data[node.start : node.start + 1] != b"-":
            raise _no_block(name)
        column = _column(data, node.start)
        return _behind(data, _content_end(data, node), column, newline)
    return _opened(data, node, name, indent, newline)


def _behind(
    data: bytes, offset: int, indent: int, newline: str, key: str | None = None
) -> ItemSlot:
    """Room below the line on which ``offset`` is, below a new ``key`` where one is given."""
    opening = "" if key is None else " " * indent + spelled(key) + ":" + newline
    end = data.find(b"\n", offset)
    if end >= 0:
        return ItemSlot(end + 1, indent, "", opening, newline, newline)
    if data.removeprefix(BOM) and not data.endswith(b"\n"):
        return ItemSlot(len(data), indent, "", newline + opening, "", newline)
    return ItemSlot(len(data), indent, "", opening, newline, newline)


def _opened(data: bytes, node: Node, name: str, indent: int, newline: str) -> ItemSlot:
    """Room in the place of null or ``[]``, which are behind the colon of their key."""
    is_null = isinstance(node, Scalar) and node.data is None
    is_empty = isinstance(node, Sequence) and not node.items
    if not (is_null or is_empty) or isinstance(node, Alias) or node.anchor or node.tag:
        raise _no_block(name)
    start = len(data[: node.start].rstrip(b" \t"))
    rest = data[node.end :].split(b"\n", 1)[0].strip()
    if data[start - 1 : start] != b":" or (rest and not rest.startswith(b"#")):
        raise _no_block(name)
    return ItemSlot(start, indent, data[start : node.end].decode(), newline, "", newline)


def _no_block(name: str) -> CannotEdit:
    return CannotEdit(
        _("“%(name)s” is not written as a list of lines that begin with a dash.", name=name)
    )


def _content_end(data: bytes, node: Node) -> int:
    """A byte on the last line of a node's text, without what libyaml skips behind it."""
    while isinstance(node, Mapping | Sequence) and not node.flow:
        node = node.pairs[-1][1] if isinstance(node, Mapping) else node.items[-1]
    if isinstance(node, Scalar) and node.style in {"literal", "folded"}:
        raise CannotEdit(_("The file ends in a block of text (| or >)."))
    if isinstance(node, Scalar) and node.style == "empty" and data[node.end - 1] not in b":-":
        raise CannotEdit(_("The file ends in a key without a value."))
    return node.end


def _newline(data: bytes) -> str:
    end = data.find(b"\n")
    return "\r\n" if end > 0 and data[end - 1 : end] == b"\r" else "\n"


def _column(data: bytes, offset: int) -> int:
    start = data.rfind(b"\n", 0, offset) + 1
    return len(data[start:offset].removeprefix(BOM))
