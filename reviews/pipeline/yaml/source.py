"""YAML text that knows where every value was written.

``YamlSource.parse`` reads a file as Helm would (types, duplicate keys, merge keys, the
UTF-8 byte order mark) and keeps, for every scalar that counts, the bytes it occupies, so
that an edit can replace these bytes and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..core.findings import Place
from ..core.messages import _
from ..core.policy import Limits
from .composer import Composer
from .nodes import (
    BOM,
    Alias,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Style,
    Target,
    YamlBroken,
    YamlTooDeep,
    is_merge,
    target_of,
)
from .scalars import YamlValue, helm_text, key_text

__all__ = [
    "DuplicateKey",
    "Leaf",
    "Path",
    "YamlBroken",
    "YamlSource",
    "YamlTooDeep",
    "YamlValue",
    "dotted",
    "helm_text",
    "place_of",
]

Path = tuple[str | int, ...]

# Depth and number of values are bounded each for itself; this bounds the memory of all paths.
_STEPS_PER_NODE = 10


def dotted(path: Path) -> str:
    r"""A path as ``helm --set`` writes it: ``image.registry``, ``list[0].image``, ``a\.b``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + part.replace(".", r"\.")
    return text


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar of the file.

    ``path`` is where it is written, ``value`` what Helm reads, ``text`` the scalar after
    unquoting. ``start`` and ``end`` are byte offsets in the file of the whole token with its
    quotes but without anchor and tag; an empty value has zero width, right after the colon.
    ``line`` and ``column`` are 1-based, columns in code points without a BOM.
    ``aliased_by`` are the other paths that this one token feeds, through aliases, merge keys.
    ``flow`` says that it is inside ``{}`` or ``[]``; ``tag`` is an explicit tag.
    """

    path: Path
    value: YamlValue
    text: str
    style: Style
    start: int
    end: int
    line: int
    column: int
    anchor: str | None = None
    aliased_by: tuple[Path, ...] = ()
    flow: bool = False
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A key that one map has twice; Helm takes the last. The place is that of the later one.

    ``path`` is the full path of ``key``; ``first_line`` the line of the earlier one.
    """

    path: Path
    key: str
    line: int
    column: int
    first_line: int


class YamlSource:
    """One parsed YAML file.

    ``documents`` counts the documents, ``roots`` are their nodes, ``root`` the node that counts,
    ``leaves`` are the scalars in force, in file order, ``duplicates`` the keys that shadow an
    earlier one, and ``tree`` the plain data. All but the first are of the first document, or
    of all documents merged (see ``parse``). What an alias or merge key feeds is shared in
    ``tree``: read it, do not change it.
    """

    def __init__(
        self, data: bytes, file: str, documents: list[Target], limits: Limits, *, merge: bool
    ) -> None:
        self.data = data
        self.file = file
        self.roots = documents
        self.documents = len(documents)
        counting = documents if merge else documents[:1]
        self.root = _laid_over_one_another(counting)
        self.duplicates = tuple(_duplicates(counting))
        self._by_path = _leaves_by_path(self.root, counting, limits)
        in_force = {leaf.start: leaf for leaf in self._by_path.values()}
        self.leaves = tuple(leaf for _start, leaf in sorted(in_force.items()))

    @classmethod
    def parse(cls, data: bytes, file: str, limits: Limits, *, merge: bool = False) -> YamlSource:
        """Read ``data``; ``file`` is its address, for edits and findings.

        ``merge`` lays the documents of a file with several over one another, as Helm has done
        with values.yaml since 3.18; without it the first document counts, as to earlier ones.
        Raises YamlBroken, and YamlTooDeep past the limits.
        """
        text, bom = _decoded(data)
        documents = Composer(text, bom, limits).compose()
        return cls(data, file, documents, limits, merge=merge)

    def each_document(self, limits: Limits) -> tuple[YamlSource, ...]:
        """A source for every document, over the same bytes. Raises YamlTooDeep."""
        if self.documents == 1:
            return (self,)
        return tuple(
            YamlSource(self.data, self.file, [root], limits, merge=False) for root in self.roots
        )

    @property
    def tree(self) -> Any:
        """The document as plain dicts, lists and scalars; None when there is none."""
        return self.root.data if self.root is not None else None

    def leaf_at(self, path: Path) -> Leaf | None:
        """The leaf that decides ``path``, also through an alias or a merge key."""
        return self._by_path.get(path)

    def data_at(self, path: Path, default: Any = None) -> Any:
        """The plain data at ``path``, or ``default`` where nothing is written."""
        nodes = self.nodes_along(path)
        return target_of(nodes[-1]).data if len(nodes) == len(path) + 1 else default

    def nodes_along(self, path: Path) -> list[Node]:
        """The nodes met on the way to ``path``, the root first, as far as they exist."""
        if self.root is None:
            return []
        nodes: list[Node] = [self.root]
        for part in path:
            child = _child(target_of(nodes[-1]), part)
            if child is None:
                break
            nodes.append(child)
        return nodes


def _child(node: Target, part: str | int) -> Node | None:
    if isinstance(node, Mapping) and isinstance(part, str):
        return node.effective.get(part)
    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def place_of(source: YamlSource, path: Path) -> Place:
    """Where ``path`` is written in ``source``, or the innermost of its parents that is."""
    nodes = source.nodes_along(path)
    if not nodes:
        return Place(source.file, 1, 1)
    node = nodes[-1]
    if not isinstance(node, Alias):
        return Place(source.file, node.line, node.column)
    return Place.at(source.file, source.data, node.start)


def _decoded(data: bytes) -> tuple[str, int]:
    bom = len(BOM) if data.startswith(BOM) else 0
    try:
        return data[bom:].decode("utf-8"), bom
    except UnicodeDecodeError as error:
        before = data[bom : bom + error.start]
        line_start = before.rfind(b"\n") + 1
        raise YamlBroken(
            _("The file is not encoded in UTF-8. Save it as UTF-8."),
            before.count(b"\n") + 1,
            len(before[line_start:].decode()) + 1,
        ) from None


def _laid_over_one_another(documents: list[Target]) -> Target | None:
    """One root of all: maps are merged key by key, anything else replaces what was below."""
    root: Target | None = None
    for document in documents:
        if isinstance(root, Mapping) and isinstance(document, Mapping):
            root = _merged(root, document)
        elif root is None or document.data is not None:
            root = document
    return root


def _merged(lower: Mapping, upper: Mapping) -> Mapping:
    effective = dict(lower.effective)
    for name, child in upper.effective.items():
        below = target_of(effective.get(name, child))
        above = target_of(child)
        if below is not above and isinstance(below, Mapping) and isinstance(above, Mapping):
            effective[name] = _merged(below, above)
        else:
            effective[name] = child
    data = {name: target_of(child).data for name, child in effective.items()}
    return replace(upper, effective=effective, data=data)


def _visits(root: Target | None) -> Iterator[tuple[Path, Scalar]]:
    """Every scalar in force with each path at which it counts, in order of the paths."""
    stack: list[tuple[Path, Node]] = [((), root)] if root is not None else []
    while stack:
        path, node = stack.pop()
        target = target_of(node)
        if isinstance(target, Scalar):
            yield path, target
            continue
        children: list[tuple[Path, Node]]
        if isinstance(target, Mapping):
            children = [((*path, name), child) for name, child in target.effective.items()]
        else:
            children = [((*path, index), item) for index, item in enumerate(target.items)]
        stack.extend(reversed(children))


def _written(root: Target) -> Iterator[tuple[Path, Target]]:
    """Every node with the path at which it is written; aliases are not followed."""
    stack: list[tuple[Path, Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, Alias):
            continue
        yield path, node
        if isinstance(node, Mapping):
            stack.extend((_below(path, key), child) for key, child in node.pairs)
        elif isinstance(node, Sequence):
            stack.extend(((*path, index), item) for index, item in enumerate(node.items))


def _below(path: Path, key: Scalar) -> Path:
    """A map merged in where it is written (``<<: {a: 1}``) is at its parent's path."""
    return path if is_merge(key) else (*path, key_text(key.data) or "")


def _duplicates(documents: list[Target]) -> list[DuplicateKey]:
    found = [
        DuplicateKey((*path, name), name, later.line, later.column, first.line)
        for document in documents
        for path, node in _written(document)
        if isinstance(node, Mapping)
        for name, first, later in node.twice
    ]
    return sorted(found, key=lambda each: (each.line, each.column))


def _leaves_by_path(
    root: Target | None, documents: list[Target], limits: Limits
) -> dict[Path, Leaf]:
    paths: dict[Scalar, list[Path]] = {}
    steps = 0
    for path, scalar in _visits(root):
        steps += len(path)
        if steps > _STEPS_PER_NODE * limits.yaml_nodes:
            words = _("The file holds too many values that are deeply nested. Make it flatter.")
            raise YamlTooDeep(words, scalar.line, scalar.column)
        paths.setdefault(scalar, []).append(path)
    written: dict[Target, Path] = {}
    if any(len(found) > 1 for found in paths.values()):
        written = {node: path for each in documents for path, node in _written(each)}
    by_path: dict[Path, Leaf] = {}
    for scalar, found in paths.items():
        leaf = _leaf(scalar, found, written.get(scalar))
        by_path.update(dict.fromkeys(found, leaf))
    return by_path


def _leaf(scalar: Scalar, found: list[Path], written: Path | None) -> Leaf:
    own = written if written in found else found[0]
    return Leaf(
        path=own,
        value=scalar.data,
        text=scalar.text,
        style=scalar.style,
        start=scalar.start,
        end=scalar.end,
        line=scalar.line,
        column=scalar.column,
        anchor=scalar.anchor,
        aliased_by=tuple(path for path in found if path != own),
        flow=scalar.flow,
        tag=scalar.tag,
    )
