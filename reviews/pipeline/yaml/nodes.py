"""The nodes of a YAML text, which know the bytes they were written in; ``composer`` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..core.messages import Message, _
from .scalars import YamlValue

BOM = b"\xef\xbb\xbf"

Style = Literal["plain", "single", "double", "literal", "folded", "empty"]


class YamlBroken(Exception):  # noqa: N818 - a verdict on the file, not an error of ours
    """The file is no YAML that Helm would read; the words are for the partner.

    ``line`` and ``column`` are 1-based, columns in code points without a BOM.
    """

    def __init__(self, message: Message, line: int, column: int) -> None:
        self.message = message
        self.line = line
        self.column = column
        super().__init__(str(self.located))

    @property
    def located(self) -> Message:
        """The words with the place in front of them."""
        return _(
            "line %(line)d, column %(column)d: %(words)s",
            line=self.line,
            column=self.column,
            words=self.message,
        )


class YamlTooDeep(YamlBroken):
    """The file is nested deeper, or holds more nodes, than the limits allow."""


@dataclass(slots=True, eq=False)
class Scalar:
    """One scalar. ``start`` and ``end`` are byte offsets of its token, quotes included.

    ``outer`` is where its anchor or tag begins (``start`` where it has none); an empty
    node has ``start == end``. ``flow`` says that it is inside ``{}`` or ``[]``.
    """

    outer: int
    start: int
    end: int
    line: int
    column: int
    text: str
    style: Style
    data: YamlValue
    tag: str | None
    anchor: str | None
    flow: bool
    aliased: bool = False
    size: int = 1
    height: int = 0


@dataclass(slots=True, eq=False)
class Sequence:
    """One list. ``start`` and ``end`` are byte offsets; a block list ends at the next token."""

    start: int
    end: int
    line: int
    column: int
    flow: bool
    anchor: str | None
    tag: str | None
    items: list[Node] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    aliased: bool = False
    size: int = 1
    height: int = 1


@dataclass(slots=True, eq=False)
class Mapping:
    """One map: the pairs as written, and ``effective``: what Helm makes of them.

    In ``effective`` the last of two equal keys wins, keys are JSON texts, and what comes
    in through a merge key (``<<``) is wrapped as an Alias.
    """

    start: int
    end: int
    line: int
    column: int
    flow: bool
    anchor: str | None
    tag: str | None
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    effective: dict[str, Node] = field(default_factory=dict)
    twice: list[tuple[str, Scalar, Scalar]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    aliased: bool = False
    size: int = 1
    height: int = 1


@dataclass(slots=True, eq=False)
class Alias:
    """``*name``: a second use of ``target``. ``start`` and ``end`` are the alias's own bytes."""

    target: Target
    start: int
    end: int


Target = Scalar | Sequence | Mapping
Node = Target | Alias


def target_of(node: Node) -> Target:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, Alias) else node


def is_merge(key: Scalar) -> bool:
    """Whether a key is the merge key ``<<`` (quoted, it is a key like any other)."""
    merge_tag = key.tag is not None and key.tag.endswith(":merge")
    return key.text == "<<" and (merge_tag or (key.style == "plain" and key.tag is None))
