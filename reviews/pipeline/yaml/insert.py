"""New keys in a YAML file, in the file's own style: one insertion, no other byte moved.

Each missing key is put into the innermost map that exists on its path. A block map gets a
line of its own in the column of its siblings, a flow map (``{a: 1}``) an entry between its
braces, an empty one is opened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Mappable
from dataclasses import dataclass, field
from typing import TypeAlias

from ..core.findings import Edit
from ..core.messages import _
from .nodes import BOM, Alias, Mapping, Node, Scalar, Sequence, target_of
from .source import Path, YamlSource, dotted
from .spelling import CannotEdit, spelled

NewValue: TypeAlias = "str | bool | tuple[NewValue, ...] | Mappable[str, NewValue]"
NewKeys = dict[str, NewValue]

_LONE_RETURN = re.compile(rb"\r(?!\n)")


def edit_of(source: YamlSource, start: int, end: int, after: str) -> Edit:
    """The edit that puts ``after`` in place of the bytes from ``start`` to ``end``."""
    return Edit(source.file, start, end, source.data[start:end].decode(), after)


def set_key(
    source: YamlSource,
    path: Path,
    value: NewValue,
    *,
    first: bool = False,
    comment: str | None = None,
) -> Edit:
    """The edit that creates ``path`` with ``value``, its missing parents included.

    ``first`` puts the key before its siblings, ``comment`` a line of comment above it (a flow
    map has no room for one). Raises CannotEdit when the key is there already, when something
    other than a map is on the way, and when aliases share the map.
    """
    (edit,) = _insertions(source, {path: value}, first=first, comment=comment)
    return edit


def set_keys(source: YamlSource, values: Mappable[Path, NewValue]) -> list[Edit]:
    """The edits that create all ``values``; keys of one place come in one edit.

    Raises CannotEdit as set_key does.
    """
    return list(_insertions(source, values, first=False, comment=None))


@dataclass(slots=True)
class _Place:
    """An existing node (None: the file holds nothing) and the keys that it is to get."""

    path: Path
    nodes: list[Node]
    keys: NewKeys = field(default_factory=dict)


def _insertions(
    source: YamlSource, values: Mappable[Path, NewValue], *, first: bool, comment: str | None
) -> Iterator[Edit]:
    if _LONE_RETURN.search(source.data):
        raise CannotEdit(
            _("The file holds line breaks of a single carriage return. Save it with LF breaks.")
        )
    places: dict[Path, _Place] = {}
    for path, value in values.items():
        nodes = source.nodes_along(path)
        _refuse(path, nodes)
        depth = max(len(nodes) - 1, 0)
        place = places.setdefault(path[:depth], _Place(path[:depth], nodes))
        _add(place.keys, path[depth:], value)
    for place in places.values():
        yield _Insertion(source, place, first=first, comment=comment).edit()


def _refuse(path: Path, nodes: list[Node]) -> None:
    if len(nodes) == len(path) + 1:
        raise CannotEdit(_("%(path)s is there already.", path=dotted(path)))
    for depth, node in enumerate(nodes):
        if isinstance(node, Alias) or node.aliased:
            raise CannotEdit(
                _(
                    "%(path)s is shared with other places through an anchor (&), so a key added"
                    " there would change them too. Write the map out where it is used.",
                    path=dotted(path[:depth]),
                )
            )
    if len(nodes) == 1 and not _can_hold_keys(nodes[0]):
        raise CannotEdit(_("The file holds no map, so it takes no keys. Begin it with a key."))
    if nodes and not _can_hold_keys(nodes[-1]):
        raise CannotEdit(
            _("%(path)s is not a map, so it takes no keys.", path=dotted(path[: len(nodes) - 1]))
        )
    if any(isinstance(part, int) for part in path[max(len(nodes) - 1, 0) :]):
        raise CannotEdit(_("%(path)s names an item that is not there.", path=dotted(path)))


def _can_hold_keys(node: Node) -> bool:
    if isinstance(node, Scalar):
        return node.data is None and node.tag is None
    return isinstance(node, Mapping)


def _add(keys: NewKeys, path: Path, value: NewValue) -> None:
    name = str(path[0])
    below = keys.setdefault(name, {}) if len(path) > 1 else None
    if isinstance(below, dict):
        _add(below, path[1:], value)
    elif below is None and name not in keys:
        keys[name] = value
    else:
        raise ValueError(f"{dotted(path)} is given two values")


class _Insertion:
    """One edit: where the new keys go, and how they are written there."""

    def __init__(
        self, source: YamlSource, place: _Place, *, first: bool, comment: str | None
    ) -> None:
        self.source = source
        self.data = source.data
        self.place = place
        self.node = target_of(place.nodes[-1]) if place.nodes else None
        self.first = first
        self.comment = comment

    def edit(self) -> Edit:
        node = self.node
        is_root = len(self.place.nodes) <= 1
        if node is None or (is_root and isinstance(node, Scalar) and node.style == "empty"):
            return self._into_empty_file()
        if isinstance(node, Mapping) and node.pairs:
            return self._into_flow(node) if node.flow else self._into_block(node)
        return self._into_nothing(node)

    # a block map that has keys

    def _into_block(self, node: Mapping) -> Edit:
        key = node.pairs[0][0]
        indent = self._column(key.outer)
        lines = self._lines(indent)
        if self.data[self._line_start(key.outer) : key.outer].rstrip().endswith(b"?"):
            raise self._question_mark()
        if not self.first:
            return self._after_line(self._content_end(node), lines)
        text = self._joined([lines[0].lstrip(" "), *lines[1:]]) + self._newline() + " " * indent
        return self._insert(key.outer, text)

    def _after_line(self, offset: int, lines: list[str]) -> Edit:
        """New lines below the line on which ``offset`` is."""
        end = self.data.find(b"\n", offset)
        if end < 0:
            return self._insert(len(self.data), self._newline() + self._joined(lines))
        return self._insert(end + 1, self._joined(lines) + self._newline())

    def _content_end(self, node: Node) -> int:
        """A byte on the last line of a node's text, without what libyaml skips behind it."""
        while isinstance(node, Mapping | Sequence) and not node.flow:
            node = node.pairs[-1][1] if isinstance(node, Mapping) else node.items[-1]
        if isinstance(node, Scalar) and node.style in {"literal", "folded"}:
            return self._block_scalar_end(node)
        if isinstance(node, Scalar) and node.style == "empty":
            self._refuse_without_colon(node)
        return node.end

    def _block_scalar_end(self, node: Scalar) -> int:
        text = self.data[node.start : node.end]
        header = text.split(b"\n", 1)[0].split(b"#")[0]
        if b"-" not in header and not text.endswith(b"\n"):
            raise CannotEdit(
                _("The file ends inside a block of text. End its last line with a line break.")
            )
        return node.end - 1 if b"+" in header else node.start + len(text.rstrip())

    def _refuse_without_colon(self, node: Scalar) -> None:
        bare = node.outer == node.start
        if bare and self.data[node.start - 1 : node.start] not in {b":", b"-"}:
            raise self._question_mark()

    def _question_mark(self) -> CannotEdit:
        return CannotEdit(
            _(
                "%(path)s has keys written with a question mark, which are not edited"
                " automatically. Write them as “key: value”.",
                path=dotted(self.place.path),
            )
        )

    # a flow map that has keys

    def _into_flow(self, node: Mapping) -> Edit:
        entries = self._entries(self.place.keys)
        own_lines = self._begins_line(node.pairs[-1][0].outer)
        between = (
            self._newline() + " " * self._column(node.pairs[-1][0].outer) if own_lines else " "
        )
        if self.first:
            key = node.pairs[0][0]
            return self._insert(key.outer, "".join(entry + "," + between for entry in entries))
        last = node.pairs[-1][1]
        end = last.end
        if isinstance(last, Scalar) and last.style == "empty":
            end += len(self.data[end : node.end]) - len(self.data[end : node.end].lstrip(b" "))
        return self._after_entry(end, node.end, between, entries)

    def _after_entry(self, end: int, limit: int, between: str, entries: list[str]) -> Edit:
        """New entries behind the one that ends at ``end``, a comment kept behind the comma."""
        gap = self.data[end:limit]
        comma = gap.lstrip(b" ").startswith(b",")
        rest = gap.split(b"\n", 1)[0].rstrip(b"\r")
        if not between.strip(" ") or b"#" not in rest:
            return self._insert(end, "".join("," + between + entry for entry in entries))
        added = ("," + between).join(entries)
        if comma:
            return self._insert(end + len(rest), between + added + ",")
        text = "," + rest.decode() + between + added
        return edit_of(self.source, end, end + len(rest), text)

    # nothing yet: an empty file, null, {}

    def _into_empty_file(self) -> Edit:
        if len(self.source.roots) > 1 or b"\n..." in self.data:
            raise CannotEdit(_("The file's first document is empty. Begin the file with a key."))
        end = len(self.data)
        body = self.data.removeprefix(BOM)
        lines = self._joined(self._lines(0))
        if body and not body.endswith(b"\n"):
            return self._insert(end, self._newline() + lines)
        return self._insert(end, lines + self._newline())

    def _into_nothing(self, node: Scalar | Mapping | Sequence) -> Edit:
        indent = self._indent_below()
        remark = self.data[node.end :].split(b"\n", 1)[0].rstrip()
        if isinstance(node, Scalar) and node.style == "empty":
            self._refuse_without_colon(node)
            if indent is not None:
                return self._after_line(node.end, self._lines(indent))
        if indent is None or (remark and not remark.lstrip().startswith(b"#")):
            return self._opened(node)
        if self._begins_line(node.start) and not remark:
            text = self._joined(self._lines(self._column(node.start))).lstrip(" ")
            return edit_of(self.source, node.start, node.end, text)
        if self._begins_line(node.start) or len(self.place.nodes) == 1:
            return self._opened(node)
        start = len(self.data[: node.start].rstrip(b" \t"))
        text = remark.decode() + self._newline() + self._joined(self._lines(indent))
        return edit_of(self.source, start, node.end + len(remark), text)

    def _opened(self, node: Scalar | Mapping | Sequence) -> Edit:
        """Keys in braces, in the place of null or between the braces of ``{}``."""
        entries = ", ".join(self._entries(self.place.keys))
        if isinstance(node, Mapping):
            return self._insert(node.start + 1, entries)
        space = " " if node.start == node.end else ""
        return edit_of(self.source, node.start, node.end, space + "{" + entries + "}")

    def _indent_below(self) -> int | None:
        """The column for keys below the last node; None where only braces are possible."""
        if len(self.place.nodes) == 1:
            return 0
        parent = target_of(self.place.nodes[-2])
        if not isinstance(parent, Mapping) or parent.flow:
            return None
        return self._column(parent.pairs[0][0].outer) + self._step()

    # the file's own habits

    def _step(self) -> int:
        """How many spaces the file indents by: the most frequent, else 2."""
        steps: Counter[int] = Counter()
        stack: list[tuple[Node, int]] = [(root, -1) for root in self.source.roots]
        while stack:
            node, outer = stack.pop()
            if isinstance(node, Mapping) and not node.flow and node.pairs:
                key = node.pairs[0][0]
                if outer >= 0 and key.column - 1 > outer:
                    steps[key.column - 1 - outer] += 1
                stack.extend((child, key.column - 1) for _key, child in node.pairs)
            elif isinstance(node, Sequence):
                stack.extend((item, -1) for item in node.items)
        return steps.most_common(1)[0][0] if steps else 2

    def _newline(self) -> str:
        """The line break of the first line: files with mixed breaks are rare."""
        end = self.data.find(b"\n")
        return "\r\n" if end > 0 and self.data[end - 1 : end] == b"\r" else "\n"

    # writing

    def _lines(self, indent: int) -> list[str]:
        remark = [] if self.comment is None else [f"# {each}" for each in self.comment.split("\n")]
        written = remark + list(_block_lines(self.place.keys, self._step()))
        return [" " * indent + line for line in written]

    def _joined(self, lines: list[str]) -> str:
        return self._newline().join(lines)

    def _entries(self, keys: Mappable[str, NewValue]) -> list[str]:
        return [f"{spelled(name)}: {flow(value)}" for name, value in keys.items()]

    def _insert(self, offset: int, text: str) -> Edit:
        return edit_of(self.source, offset, offset, text)

    def _line_start(self, offset: int) -> int:
        return self.data.rfind(b"\n", 0, offset) + 1

    def _column(self, offset: int) -> int:
        """How many bytes are before ``offset`` on its line; only ASCII does where it matters."""
        return len(self.data[self._line_start(offset) : offset].removeprefix(BOM))

    def _begins_line(self, offset: int) -> bool:
        line = self.data[self._line_start(offset) : offset]
        return not line.removeprefix(BOM).strip(b" ")


def _block_lines(keys: Mappable[str, NewValue], step: int) -> Iterator[str]:
    for name, value in keys.items():
        if isinstance(value, Mappable) and value:
            yield f"{spelled(name)}:"
            yield from (" " * step + line for line in _block_lines(value, step))
        elif isinstance(value, tuple) and value:
            yield f"{spelled(name)}:"
            yield from (" " * step + line for item in value for line in _item_lines(item, step))
        else:
            yield f"{spelled(name)}: {flow(value)}"


def _item_lines(item: NewValue, step: int) -> Iterator[str]:
    if not isinstance(item, Mappable) or not item:
        yield f"- {flow(item)}"
        return
    first, *more = _block_lines(item, step)
    yield f"- {first}"
    yield from (f"  {line}" for line in more)


def flow(value: NewValue) -> str:
    """A value as it is written on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return spelled(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return "{" + ", ".join(f"{spelled(name)}: {flow(each)}" for name, each in value.items()) + "}"
