"""The values of a mapping file, of whatever shape, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..core.findings import Place
from ..core.messages import Message, _
from ..yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, target_of
from ..yaml.scalars import key_text
from ..yaml.source import Path, YamlSource


@dataclass(frozen=True, slots=True)
class Span:
    """Where something is written: bytes of the file (end exclusive), line and column (1-based)."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Part:
    """One value of the mapping, of whatever shape, and where it is written.

    ``path`` leads to it from the root. ``value`` is the plain data, ``text`` the scalar as it is
    spelled (without quotes), None for a map or a list. ``key`` is where its key is written, None
    for an item of a list and for what a merge key (``<<``) brings in. ``is_shared`` says that the
    value is written elsewhere and used here by an alias or a merge key.
    """

    file: str
    path: Path
    value: Any
    text: str | None
    span: Span
    key: Span | None
    is_shared: bool

    @property
    def place(self) -> Place:
        """Where the value is written."""
        return Place(self.file, self.span.line, self.span.column)

    @property
    def key_place(self) -> Place:
        """Where the key is written, else the value."""
        return Place(self.file, self.key.line, self.key.column) if self.key else self.place

    @property
    def name(self) -> str:
        """The key, or the number of the item."""
        return str(self.path[-1]) if self.path else ""

    @property
    def is_missing(self) -> bool:
        """Whether nothing is written behind the key."""
        return self.value is None or self.value == ""

    @property
    def kind(self) -> str:
        """What it is, in YAML's words: ``map``, ``list``, ``null``, ``text``, ``number``, ..."""
        for kind, word in _KINDS:
            if isinstance(self.value, kind):
                return word
        return "null"

    @property
    def kind_name(self) -> Message:
        """``kind`` for a message."""
        return _KIND_NAMES[self.kind]

    @property
    def kind_without_keys(self) -> Message:
        """``kind`` for a message about a value in which keys are missing."""
        return _("map without keys") if self.kind == "map" else self.kind_name


_KINDS: tuple[tuple[type, str], ...] = (
    (dict, "map"),
    (list, "list"),
    (str, "text"),
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
)
_KIND_NAMES = {
    "map": _("map"),
    "list": _("list"),
    "text": _("text"),
    "boolean": _("boolean"),
    "number": _("number"),
    "null": _("null"),
}


def parts_at(source: YamlSource, path: Path) -> Iterator[Part]:
    """What is directly in the map or list at ``path``, in the order of the file."""
    nodes = source.nodes_along(path)
    node = target_of(nodes[-1]) if len(nodes) == len(path) + 1 else None
    if isinstance(node, Mapping):
        keys = {key_text(key.data): key for key, _value in node.pairs}
        for name, child in node.effective.items():
            key = keys.get(name)
            yield _part(source.file, (*path, name), child, key)
    elif isinstance(node, Sequence):
        for index, child in enumerate(node.items):
            yield _part(source.file, (*path, index), child, None)


def _part(file: str, path: Path, node: Node, key: Scalar | None) -> Part:
    target = target_of(node)
    return Part(
        file=file,
        path=path,
        value=target.data,
        text=target.text if isinstance(target, Scalar) else None,
        span=_span(target),
        key=_span(key) if key is not None else None,
        is_shared=isinstance(node, Alias),
    )


def _span(node: Scalar | Sequence | Mapping) -> Span:
    return Span(node.start, node.end, node.line, node.column)
