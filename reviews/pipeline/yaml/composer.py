"""YAML text read into nodes that know the bytes they were written in.

Built from PyYAML's event stream (libyaml, which go-yaml v2 is a port of), one event at a
time and never recursively: ``yaml.compose`` overruns the C stack on deeply nested input.
Depth and number of nodes are bounded while reading, aliases counted as often as they are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from ..core.messages import Message, _
from ..core.policy import Limits
from .nodes import (
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
from .positions import Positions
from .scalars import WrongTagError, key_text, typed
from .syntax_errors import explain

_STYLES: dict[str, Style] = {
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}
# What may be between the start of a node and its content: its anchor and its tag.
_PROPERTIES = re.compile(r"(?:(?:&[\w-]+|!<[^>\s]*>|![^\s,\[\]{}]*)(?:\s|#[^\r\n]*)*)+", re.ASCII)

_Event = Any  # PyYAML's events carry no types of their own


class Composer:
    """Builds the roots of all documents of one text, within limits."""

    def __init__(self, text: str, bom: int, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._at = Positions(text, bom)
        self._anchors: dict[str, Target | None] = {}
        self._open: list[Mapping | Sequence] = []
        self._waiting: dict[Mapping | Sequence, list[Node]] = {}
        self._count = 0
        self.roots: list[Target] = []

    def compose(self) -> list[Target]:
        """The roots, one for each document. Raises YamlBroken and YamlTooDeep."""
        steps: dict[type, Callable[[_Event], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._begin_mapping,
            yaml.SequenceStartEvent: self._begin_sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._begin_document,
        }
        for event in self._events():
            step = steps.get(type(event))
            if step is not None:
                step(event)
        return self.roots

    def _events(self) -> Iterator[_Event]:
        try:
            yield from yaml.parse(self._text, Loader=yaml.CSafeLoader)
        except yaml.reader.ReaderError as error:
            raise self._unreadable(error) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            index = min(mark.index, len(self._text)) if mark is not None else 0
            problem = error.problem or ""
            raise self._broken(explain(problem, self._text[index : index + 1]), index) from None

    def _unreadable(self, error: yaml.reader.ReaderError) -> YamlBroken:
        """Control characters: libyaml gives the offset in bytes of its own UTF-8."""
        index = len(self._text.encode()[: error.position].decode("utf-8", "ignore"))
        return self._broken(
            _(
                "The file holds the control character U+%(code)s, which YAML does not allow."
                " Remove it, or write it as an escape in double quotes.",
                code=f"{error.character:04X}",
            ),
            index,
        )

    def _broken(self, message: Message, index: int) -> YamlBroken:
        return YamlBroken(message, *self._at.place(index))

    def _begin_document(self, _event: _Event) -> None:
        self._anchors = {}

    def _admit(self, event: _Event, levels: int) -> None:
        """Count one more node, ``levels`` deeper than the open collections."""
        self._count += 1
        self._within(self._count, len(self._open) + levels, event)

    def _within(self, nodes: int, depth: int, event: _Event) -> None:
        index = event.start_mark.index
        if depth > self._limits.yaml_depth:
            words = _(
                "The file is nested deeper than %(limit)d levels. Make it flatter.",
                limit=self._limits.yaml_depth,
            )
            raise YamlTooDeep(words, *self._at.place(index))
        if nodes > self._limits.yaml_nodes:
            words = _(
                "The file holds more than %(limit)d values, aliases counted as often as they"
                " are used. Split it, or use fewer aliases.",
                limit=self._limits.yaml_nodes,
            )
            raise YamlTooDeep(words, *self._at.place(index))

    def _scalar(self, event: _Event) -> None:
        self._admit(event, 0)
        begin, end = event.start_mark.index, event.end_mark.index
        content = begin
        plain = event.style == ""
        if event.anchor is not None or event.tag is not None:
            content = end if plain and not event.value else self._content_of(begin, end)
        elif begin == end:
            content = begin = end = self._behind_the_colon(begin)
        style: Style = "empty" if content == end else _STYLES[event.style]
        try:
            data = typed(event.value, event.tag, plain)
        except WrongTagError:
            raise self._broken(
                _(
                    "The tag %(tag)s does not fit the text “%(text)s”. Correct one of the two.",
                    tag="!!" + event.tag.rpartition(":")[2],
                    text=event.value[:80],
                ),
                begin,
            ) from None
        line, column = self._at.place(content)
        node = Scalar(
            outer=self._at.byte(begin),
            start=self._at.byte(content),
            end=self._at.byte(end),
            line=line,
            column=column,
            text=event.value,
            style=style,
            data=data,
            tag=event.tag,
            anchor=event.anchor,
            flow=bool(self._open) and self._open[-1].flow,
        )
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._attach(node)

    def _behind_the_colon(self, index: int) -> int:
        """Where an empty value is missing; in ``{a: , b}`` libyaml gives the comma's place."""
        before = index
        while before and self._text[before - 1] in " \t\r\n":
            before -= 1
        return before if self._text[before - 1 : before] == ":" else index

    def _content_of(self, begin: int, end: int) -> int:
        match = _PROPERTIES.match(self._text, begin, end)
        return match.end() if match else begin

    def _begin_mapping(self, event: _Event) -> None:
        self._begin(Mapping(*self._collection(event)), event)

    def _begin_sequence(self, event: _Event) -> None:
        self._begin(Sequence(*self._collection(event)), event)

    def _collection(self, event: _Event) -> tuple[int, int, int, int, bool, str | None, str | None]:
        index = event.start_mark.index
        if event.flow_style and (event.anchor is not None or event.tag is not None):
            index = self._content_of(index, event.end_mark.index)
        start = self._at.byte(index)
        return start, start, *self._at.place(index), event.flow_style, event.anchor, event.tag

    def _begin(self, node: Mapping | Sequence, event: _Event) -> None:
        self._admit(event, 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # known, but not finished: an alias now is a loop
        self._open.append(node)
        self._waiting[node] = []

    def _end(self, event: _Event) -> None:
        node = self._open.pop()
        children = self._waiting.pop(node)
        node.end = self._at.byte(event.end_mark.index)
        for child in children:
            node.size += target_of(child).size
            node.height = max(node.height, target_of(child).height + 1)
        self._within(node.size, len(self._open) + node.height, event)
        if isinstance(node, Mapping):
            _fill(node, children)
        else:
            node.items = children
            node.data = [target_of(item).data for item in children]
        if node.anchor is not None:
            self._anchors[node.anchor] = node
        self._attach(node)

    def _alias(self, event: _Event) -> None:
        self._admit(event, 0)
        if event.anchor not in self._anchors:
            words = _(
                "The alias *%(name)s stands for an anchor that is not defined above it."
                " Define &%(name)s first, or put the text in quotes.",
                name=event.anchor,
            )
            raise self._broken(words, event.start_mark.index)
        target = self._anchors[event.anchor]
        if target is None:
            words = _("The anchor &%(name)s contains itself. Break the loop.", name=event.anchor)
            raise self._broken(words, event.start_mark.index)
        target.aliased = True
        start, end = event.start_mark.index, event.end_mark.index
        self._attach(Alias(target, self._at.byte(start), self._at.byte(end)))

    def _attach(self, node: Node) -> None:
        if self._open:
            self._waiting[self._open[-1]].append(node)
        else:
            self.roots.append(target_of(node))


def _fill(node: Mapping, children: list[Node]) -> None:
    """Pair keys with values, and work out what Helm makes of the map."""
    first: dict[str, Scalar] = {}
    for written, value in zip(children[::2], children[1::2], strict=True):
        key = target_of(written)
        if not isinstance(key, Scalar):
            words = _(
                "A map or a list is used as a key here. If this is a template expression"
                " ({{ ... }}), put the whole value in quotes."
            )
            raise YamlBroken(words, key.line, key.column)
        node.pairs.append((key, value))
        if is_merge(key):
            node.effective.update(_merged(key, value))
            continue
        name = key_text(key.data)
        if name is None:
            words = _("A key is empty or null. Give it a name, or put it in quotes.")
            raise YamlBroken(words, key.line, key.column)
        if name in first:
            node.twice.append((name, first[name], key))
        first[name] = key
        node.effective[name] = value
    node.data = {name: target_of(value).data for name, value in node.effective.items()}


def _merged(key: Scalar, value: Node) -> dict[str, Node]:
    """What ``<<`` brings in; of a list of maps the first one wins, as in go-yaml v2."""
    target = target_of(value)
    sources = target.items if isinstance(target, Sequence) else [value]
    merged: dict[str, Node] = {}
    for source in reversed(sources):
        mapping = target_of(source)
        if not isinstance(mapping, Mapping):
            words = _("A merge key (<<) takes a map or a list of maps.")
            raise YamlBroken(words, key.line, key.column)
        shared = mapping.aliased or target.aliased
        for name, child in mapping.effective.items():
            merged[name] = Alias(target_of(child), key.start, key.end) if shared else child
    return merged
