"""Templates, read action by action: under which conditions each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...package.helm import Chart
from .expressions import Node, actions_in, assignment, inside_of, parsed_expression

_NAMED = re.compile(r"\s*\"([^\"]+)\"")
_INCLUDED = re.compile(r"(?:include|template)\s+\"([^\"]+)\"")
_LOOP_VARIABLES = re.compile(r"^\s*(?:\$\w+\s*,\s*)?\$\w+\s*:?=\s*")
_FIELD = re.compile(r"(?:^|[\s(])\.([a-z_]\w*)")
_LONGEST = 1 << 18


@dataclass(frozen=True, eq=False)
class Demand:
    """A condition that must be true, or must not, for what stands in a branch of it.

    ``is_loop`` says that it is what a loop goes over, ``fields`` are what it reads of each item.
    """

    expression: Node | None
    wanted: bool
    is_loop: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Action:
    """One action: its text, its place, and what it stands in.

    ``dot`` is what a dot means there, as far as ``with`` says so; ``partial`` is the definition
    that holds it, "" where none does.
    """

    file: TemplateFile
    start: int
    end: int
    text: str
    demands: tuple[Demand, ...]
    dot: Node | None
    partial: str


@dataclass(eq=False)
class TemplateFile:
    """One template of one chart."""

    chart: Chart
    name: str
    text: str

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """Every action, in order."""
        return tuple(self._read())

    @cached_property
    def variables(self) -> Mapping[str, Node | None]:
        """What each variable is given first."""
        found: dict[str, Node | None] = {}
        for action in self.actions:
            given = assignment(action.text)
            if given is not None:
                found.setdefault(*given)
        return found

    def at(self, offset: int) -> Action:
        """A place in the text between actions, as if an action were there."""
        return next(self._read(offset))

    def _read(self, only: int | None = None) -> Iterator[Action]:
        """Every action; or nothing but the place ``only``."""
        frames: list[_Frame] = []
        for start, end in actions_in(self.text):
            if only is not None and start >= only:
                break
            inner = inside_of(self.text[start:end])
            if inner.startswith("/*"):
                continue
            word, _space, rest = inner.partition(" ")
            if word == "end":
                if frames:
                    frames.pop()
                continue
            if word == "else":
                if frames:
                    frames[-1].turn(rest.strip())
                if only is None:
                    yield self._action(start, end, inner, frames)
                continue
            if only is None:
                yield self._action(start, end, inner, frames)
            if word in {"if", "with", "range"}:
                frames.append(self._frame(word, rest, end))
            elif word in {"define", "block"}:
                name = _NAMED.match(rest)
                frames.append(_Frame("define", partial=name[1] if name else ""))
        if only is not None:
            yield self._action(only, only, "", frames)

    def _action(self, start: int, end: int, text: str, frames: list[_Frame]) -> Action:
        demands: list[Demand] = []
        dot: Node | None = None
        partial = ""
        for frame in frames:
            if frame.word == "define":
                demands, dot, partial = [], None, frame.partial
            demands.extend(frame.demands)
            if frame.word in {"with", "range"}:
                dot = frame.dot
        return Action(self, start, end, text, tuple(demands), dot, partial)

    def _frame(self, word: str, rest: str, begin: int) -> _Frame:
        node = parsed_expression(_LOOP_VARIABLES.sub("", rest))
        fields: tuple[str, ...] = ()
        if word == "range":
            body = self.text[begin : begin + 4000]
            body = body[: _end_of_block(body)]
            actions = (inside_of(body[start:end]) for start, end in actions_in(body))
            fields = tuple(dict.fromkeys(one for each in actions for one in _FIELD.findall(each)))
        demand = Demand(node, wanted=True, is_loop=word == "range", fields=fields)
        return _Frame(word, [demand], dot=node if word == "with" else None)


@dataclass(eq=False)
class _Frame:
    word: str
    demands: list[Demand] = field(default_factory=list)
    dot: Node | None = None
    partial: str = ""

    def turn(self, rest: str) -> None:
        """Go to the next branch: what was wanted must not be, and something else may be."""
        self.dot = None
        last = self.demands[-1:]
        self.demands = [
            *self.demands[:-1],
            *(Demand(each.expression, wanted=False) for each in last),
        ]
        word, _space, condition = rest.partition(" ")
        if word in {"if", "with"}:
            node = parsed_expression(_LOOP_VARIABLES.sub("", condition))
            self.demands.append(Demand(node, wanted=True))
            self.dot = node if word == "with" else None


def _end_of_block(body: str) -> int:
    depth = 0
    for start, end in actions_in(body):
        word = inside_of(body[start:end]).partition(" ")[0]
        if word in {"if", "with", "range", "define", "block"}:
            depth += 1
        elif word == "end":
            if depth == 0:
                return start
            depth -= 1
    return len(body)


class Templates:
    """All templates of a chart and its sub-charts that are short enough to be read."""

    def __init__(self, root: Chart) -> None:
        self.root = root
        self.files = [
            TemplateFile(chart, name, text)
            for chart in root.walk()
            for name, text in chart.templates()
            if "{{" in text and len(text) <= _LONGEST
        ]

    @cached_property
    def calls(self) -> Mapping[str, tuple[Action, ...]]:
        """The actions that include each partial, by its name."""
        found: dict[str, list[Action]] = {}
        for file in self.files:
            if "include" not in file.text and "template" not in file.text:
                continue
            for action in file.actions:
                for name in dict.fromkeys(_INCLUDED.findall(action.text)):
                    found.setdefault(name, []).append(action)
        return {name: tuple(actions) for name, actions in found.items()}

    @cached_property
    def partials(self) -> Mapping[str, tuple[Action, ...]]:
        """The actions that each partial holds, by its name."""
        found: dict[str, list[Action]] = {}
        for file in self.files:
            if "define" in file.text:
                for action in file.actions:
                    if action.partial:
                        found.setdefault(action.partial, []).append(action)
        return {name: tuple(actions) for name, actions in found.items()}
