"""Which values make a condition true, and which a refusal asks for.

Read in the templates, so it is a guess: a render with these values says whether it is right.
Values that may be a part of an image's address are never given, for the image would be made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ...package.engine_errors import schema_refusals
from ...package.helm import Chart
from ...yaml.positions import Positions
from ...yaml.source import Path, dotted
from .expressions import (
    Call,
    Field,
    Name,
    Node,
    Text,
    assignment,
    calls_of,
    parsed_expression,
    texts_of,
)
from .renderer import merged
from .template_blocks import Action, Demand, Templates

WORD = "example"
_ADDRESS = re.compile(r"image|registr|repositor|^tag$|digest|^sha", re.IGNORECASE)
_ONLY_A_SWITCH = re.compile(r"enable|create|install|deploy|use", re.IGNORECASE)
_CLUSTER = ("Capabilities", "Release")
_SAME_TRUTH = frozenset(
    {"toString", "trim", "lower", "upper", "int", "int64", "float64", "quote", "squote", "toYaml"}
)
_COMPARED = 200
_MOST_WAYS = 6
_DEEPEST = 6
_SHORTEST_PIECE = 4
_FORMAT = re.compile(r"%[-+ #0-9.]*[a-zA-Z]")
_AT = re.compile(r"\(([\w.-]+(?:/[\w.-]+)+):(\d+)(?::\d+)?\)")
_DOTTED = re.compile(r"(?:\.Values\.)?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)|\.Values\.([A-Za-z_]\w*)")
_MISSING = re.compile(r"'([^']+)'")

Values = Mapping[Path, Any]
"""Values to give, by absolute path."""


def tree_of(values: Values) -> dict[str, Any]:
    """The values to give as one tree."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        nested: Any = value
        for part in reversed(path):
            nested = {part: nested}
        tree = merged(tree, nested)
    return tree


def labels_of(values: Values) -> tuple[str, ...]:
    """What the values set, one ``path=value`` each."""
    return tuple(
        f"{dotted(at)}={_shown(value)}"
        for path, top in values.items()
        for at, value in _scalars(path, top)
    )


def _scalars(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _scalars((*path, key), below)
    elif isinstance(value, list) and value:
        for number, below in enumerate(value):
            yield from _scalars((*path, number), below)
    else:
        yield path, value


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def chart_values(root: Chart) -> dict[str, Any]:
    """The values of the chart and its sub-charts in one tree, as far as files write them."""
    tree: dict[str, Any] = {}
    for chart in root.subcharts:
        tree = merged(tree, {str(chart.key[-1]): chart_values(chart)})
    own = root.values.tree if root.values is not None else None
    return merged(tree, own) if isinstance(own, dict) else tree


def satisfied(
    render: Callable[[Values], str | None], conditions: Conditions, values: Values, renders: int
) -> Values | None:
    """``values`` with what refusals ask for, so that it renders; None where that is not found.

    ``render`` gives the words of a refusal, None where there is none.
    """
    words = render(values)
    tried: list[Values] = []
    while words is not None:
        before = words
        for more in conditions.asked_for(before):
            fresh = {**values, **more}
            if fresh in tried or any(
                values.get(path, value) != value for path, value in more.items()
            ):
                continue
            if len(tried) >= renders:
                return None
            tried.append(fresh)
            words = render(fresh)
            if words is None or words[:_COMPARED] != before[:_COMPARED]:
                values = fresh
                break
        else:
            return None
    return values


@dataclass
class Conditions:
    """The conditions of one chart; ``values`` are those in force without any given."""

    templates: Templates
    values: Mapping[str, Any]
    _depth: int = field(default=0, init=False)

    def ways_to(self, action: Action) -> Iterator[Values]:
        """The values under which ``action`` takes part in a render, likeliest first."""
        seen: set[str] = set()
        for demands, at in self._routes(action, frozenset(), 0):
            for way in self._all(demands, at):
                key = repr(sorted(way.items(), key=repr))
                if key not in seen:
                    seen.add(key)
                    yield way

    def _routes(
        self, action: Action, above: frozenset[str], depth: int
    ) -> Iterator[tuple[tuple[Demand, ...], tuple[Action, ...]]]:
        """What must hold for ``action``: demands, each with the action to read it at."""
        here = (action,) * len(action.demands)
        if not action.partial:
            yield action.demands, here
            return
        if depth >= _DEEPEST or action.partial in above:
            return
        for call in self.templates.calls.get(action.partial, ()):
            for demands, at in self._routes(call, above | {action.partial}, depth + 1):
                yield (*demands, *action.demands), (*at, *here)

    def asked_for(self, words: str) -> Iterator[Values]:
        """What would do what a refusal asks for, in the engine's ``words``, likeliest first."""
        flat = " ".join(words.split())
        for refusal in schema_refusals(words):
            yield from self._of_schema(refusal.chart, refusal.path, refusal.words)
        for file in self.templates.files:
            if "required" not in file.text and "fail" not in file.text:
                continue
            for action in file.actions:
                if "required" in action.text or "fail" in action.text:
                    for way in self._of_refusal(action, flat):
                        yield from self._named_below(way, flat)
                        yield way
        yield from self._named_in(flat)

    def _of_refusal(self, action: Action, words: str) -> Iterator[Values]:
        given = assignment(action.text)
        text = action.text.removeprefix("if ").removeprefix("with ").removeprefix("range ")
        node = given[1] if given is not None else parsed_expression(text)
        for call in calls_of(node, "required"):
            if len(call.arguments) > 1 and _is_said(call.arguments[0], words):
                yield from self._ways(call.arguments[1], action, wanted=True)
        for call in calls_of(node, "fail"):
            if call.arguments and _is_said(call.arguments[0], words):
                for demand in reversed(action.demands):
                    yield from self._ways(demand.expression, action, wanted=not demand.wanted)

    def _named_below(self, way: Values, words: str) -> Iterator[Values]:
        """The way with a value that the words name in the place of the map above it."""
        for match in _DOTTED.finditer(words):
            parts = (match[1] or match[2]).split(".")
            for chart in self.templates.root.walk():
                path = (*chart.key, *(parts[1:] if parts[0] == "Values" else parts))
                above = [each for each in way if each == path[: len(each)] and each != path]
                rest = {each: value for each, value in way.items() if each not in above}
                for more in self._truthy(path) if above else ():
                    yield {**rest, **more}

    def _of_schema(self, chart: str, path: tuple[str, ...] | None, words: str) -> Iterator[Values]:
        for each in self.templates.root.walk():
            name = str(each.key[-1]) if each.key else each.name
            if path is None or name != chart:
                continue
            where = (*each.key, *path)
            if "missing propert" in words:
                missing = {(*where, key): WORD for key in _MISSING.findall(words)}
                if not any(_is_address(at) for at in missing):
                    yield missing
            elif not _is_address(where):
                if "must be one of" in words:
                    yield from ({where: word} for word in _MISSING.findall(words)[:3])
                elif "want string" in words or "minLength" in words or "pattern" in words:
                    yield {where: WORD}
                elif "want boolean" in words:
                    yield {where: True}
                elif "want integer" in words or "want number" in words:
                    yield {where: 1}
                elif "minItems" in words:
                    yield {where: [WORD]}

    def _named_in(self, words: str) -> Iterator[Values]:
        """Values that are empty and that the words, or the line that they name, speak of."""
        for match in _DOTTED.finditer(words):
            parts = (match[1] or match[2]).split(".")
            for chart in self.templates.root.walk():
                path = (*chart.key, *(parts[1:] if parts[0] == "Values" else parts))
                if (len(parts) > 1 and self._is_there(path[:-1])) or self._is_there(path):
                    yield from self._truthy(path)
        for name, line in _AT.findall(words):
            for file in self.templates.files:
                if f"{file.chart.engine_path}/{file.name}" != name:
                    continue
                positions = Positions(file.text, 0)
                for action in file.actions:
                    first, _column = positions.place(action.start)
                    last, _column = positions.place(action.end)
                    if first <= int(line) <= last:
                        for found in re.findall(r"\.Values((?:\.[A-Za-z_]\w*)+)", action.text):
                            yield from self._truthy(
                                self._absolute(file.chart, found.strip(".").split("."))
                            )

    def _all(self, demands: Sequence[Demand], at: Sequence[Action]) -> list[Values]:
        ways: list[Values] = [{}]
        for demand, action in zip(demands, at, strict=True):
            if demand.expression is None:
                continue
            more = list(
                islice(
                    self._ways(demand.expression, action, wanted=demand.wanted, demand=demand),
                    _MOST_WAYS,
                )
            )
            ways = _joined(ways, more)
        return ways

    def _ways(
        self, node: Node | None, at: Action, *, wanted: bool, demand: Demand | None = None
    ) -> Iterator[Values]:
        """The values that make the expression true, or false; {} where nothing need be given."""
        self._depth += 1
        try:
            if self._depth < 30:
                yield from self._ways_unbounded(node, at, wanted=wanted, demand=demand)
        finally:
            self._depth -= 1

    def _ways_unbounded(
        self, node: Node | None, at: Action, *, wanted: bool, demand: Demand | None
    ) -> Iterator[Values]:
        if isinstance(node, Text):
            if bool(node.value) is wanted:
                yield {}
        elif isinstance(node, Call):
            yield from self._of_call(node, at, wanted=wanted)
        elif _asks_cluster(node):
            if not wanted:
                yield {}
        else:
            path = self._path(node, at)
            if path is None:
                yield {}
            elif wanted:
                yield from self._truthy(path, demand)
            else:
                yield from self._falsy(path)

    def _of_call(self, call: Call, at: Action, *, wanted: bool) -> Iterator[Values]:
        name, arguments = call.function, call.arguments
        if name in {"and", "or"}:
            if (name == "and") is wanted:
                ways: list[Values] = [{}]
                for each in arguments:
                    ways = _joined(
                        ways, list(islice(self._ways(each, at, wanted=wanted), _MOST_WAYS))
                    )
                yield from ways
            else:
                each_way = [
                    list(islice(self._ways(each, at, wanted=wanted), _MOST_WAYS))
                    for each in arguments
                ]
                if any({} in ways for ways in each_way):
                    yield {}
                else:
                    # What is missing is rather given than what is there is taken away.
                    given = [way for ways in each_way for way in ways]
                    yield from sorted(given, key=lambda way: not all(way.values()))
        elif name in {"not", "empty"} and arguments:
            yield from self._ways(arguments[0], at, wanted=not wanted)
        elif name in {"eq", "ne"} and len(arguments) > 1:
            yield from self._equal(arguments, at, wanted=wanted is (name == "eq"))
        elif name in {"gt", "ge", "lt", "le"} and len(arguments) == 2:
            yield from self._compared(name, arguments, at, wanted=wanted)
        elif name == "lookup":
            if not wanted:
                yield {}
        elif (
            name in {"has", "contains", "hasPrefix", "hasSuffix", "hasKey"} and len(arguments) == 2
        ):
            yield from self._holding(name, arguments, at, wanted=wanted)
        elif name in {"include", "template"} and arguments:
            yield from self._of_partial(arguments[0], at, "", wanted=wanted)
        elif name == "default" and len(arguments) == 2:
            if isinstance(arguments[0], Text) and arguments[0].value and wanted:
                yield {}
            else:
                yield from self._ways(arguments[1], at, wanted=wanted)
        elif name in {*_SAME_TRUTH, "tpl"} and arguments:
            yield from self._ways(arguments[0], at, wanted=wanted)
        elif name == "coalesce":
            yield from self._of_call(Call("or", arguments), at, wanted=wanted)
        else:
            path = self._path(call, at)
            if path is None:
                yield {}
            else:
                yield from self._truthy(path) if wanted else self._falsy(path)

    def _equal(self, arguments: Sequence[Node], at: Action, *, wanted: bool) -> Iterator[Values]:
        texts = [each for each in arguments if isinstance(each, Text)]
        others = [each for each in arguments if not isinstance(each, Text)]
        if not texts or len(others) != 1:
            yield {}
            return
        other = others[0]
        partial = next(calls_of(other, "include"), None)
        if partial is not None and partial.arguments:
            word = str(texts[0].value)
            yield from self._of_partial(partial.arguments[0], at, word, wanted=wanted)
            return
        if _asks_cluster(other):
            if not wanted:
                yield {}
            return
        path = self._path(other, at)
        if path is None:
            yield {}
            return
        present = self._value(path)
        if any(present == text.value or _shown(present) == text.value for text in texts) is wanted:
            yield {}
        elif _is_address(path):
            return
        elif wanted:
            yield from ({path: text.value} for text in texts)
        else:
            yield {path: not texts[0].value if isinstance(texts[0].value, bool) else WORD}

    def _compared(
        self, name: str, arguments: Sequence[Node], at: Action, *, wanted: bool
    ) -> Iterator[Values]:
        left, right = arguments
        if isinstance(left, Text):
            name = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}[name]
            left, right = right, left
        path = self._path(left, at)
        if path is None or not isinstance(right, Text) or not isinstance(right.value, int | float):
            yield {}
            return
        present, bound = self._value(path), right.value
        number = present if isinstance(present, int | float) else 0
        holds = {
            "gt": number > bound,
            "ge": number >= bound,
            "lt": number < bound,
            "le": number <= bound,
        }[name]
        if holds is wanted:
            yield {}
        elif isinstance(present, list | dict):
            yield from self._truthy(path)
        else:
            upward = (name in {"gt", "ge"}) is wanted
            yield {path: int(bound) + 1 if upward else int(bound) - 1}

    def _holding(
        self, name: str, arguments: Sequence[Node], at: Action, *, wanted: bool
    ) -> Iterator[Values]:
        part, whole = arguments if name != "hasKey" else arguments[::-1]
        path = self._path(whole, at)
        if path is None or not isinstance(part, Text):
            yield {}
            return
        present = self._value(path)
        word = part.value
        holds = {
            "has": lambda: isinstance(present, list) and word in present,
            "hasKey": lambda: isinstance(present, dict) and word in present,
            "contains": lambda: str(word) in str(present or ""),
            "hasPrefix": lambda: str(present or "").startswith(str(word)),
            "hasSuffix": lambda: str(present or "").endswith(str(word)),
        }[name]()
        if holds is wanted:
            yield {}
        elif not wanted or _is_address(path):
            return
        elif name == "has":
            yield {path: [*(present if isinstance(present, list) else ()), word]}
        elif name == "hasKey":
            yield {(*path, str(word)): WORD}
        else:
            yield {path: word}

    def _of_partial(self, named: Node, at: Action, word: str, *, wanted: bool) -> Iterator[Values]:
        """Values under which a partial gives something, or ``word``."""
        if not isinstance(named, Text) or at.partial == named.value:
            yield {}
            return
        actions = self.templates.partials.get(str(named.value), ())
        giving = [
            each
            for each in actions
            if (each.demands and each.text.strip('"` ') in {word or "true", "true"})
            or each.file.text[each.end :].lstrip().startswith(word or "true")
        ]
        if not giving:
            yield {}
        elif wanted:
            for each in giving:
                last = each.demands
                if each.text.partition(" ")[0] in {"if", "with"}:
                    node = parsed_expression(each.text.partition(" ")[2])
                    last = (*last, Demand(node, wanted=True))
                yield from self._all(last, (each,) * len(last))
        else:
            yield {}

    def _path(self, node: Node | None, at: Action, depth: int = 0) -> Path | None:
        """The absolute path of the value that the expression is; None where it is none."""
        if depth > 8 or node is None:
            return None
        if isinstance(node, Field):
            path = self._path(node.of, at, depth + 1)
            return None if path is None else (*path, *node.parts)
        if isinstance(node, Call):
            return self._path_of_call(node, at, depth)
        if isinstance(node, Text):
            return None
        parts = node.parts
        if "Values" in parts:
            place = parts.index("Values")
            return self._absolute(at.file.chart, parts[place + 1 :])
        if node.base == "" and at.dot is not None:
            path = self._path(at.dot, Action(at.file, 0, 0, "", (), None, ""), depth + 1)
            return None if path is None else (*path, *parts)
        if node.base.startswith("$") and len(node.base) > 1:
            given = at.file.variables.get(node.base)
            path = self._path(given, at, depth + 1)
            return None if path is None else (*path, *parts)
        return None

    def _path_of_call(self, call: Call, at: Action, depth: int) -> Path | None:
        arguments = call.arguments
        if call.function in {"get", "index"} and len(arguments) == 2:
            path = self._path(arguments[0], at, depth + 1)
            key = arguments[1]
            if path is not None and isinstance(key, Text) and isinstance(key.value, str):
                return (*path, key.value)
            return None
        if call.function == "default" and len(arguments) == 2:
            return self._path(arguments[1], at, depth + 1)
        if call.function in {*_SAME_TRUTH, "tpl", "len", "coalesce", "keys"} and arguments:
            return self._path(arguments[0], at, depth + 1)
        return None

    @staticmethod
    def _absolute(chart: Chart, parts: Sequence[str]) -> Path:
        return (
            tuple(parts)
            if parts[:1] == ("global",) or parts[:1] == ["global"]
            else (*chart.key, *parts)
        )

    def _value(self, path: Path) -> Any:
        node: Any = self.values
        for part in path:
            if not isinstance(node, Mapping) or part not in node:
                return None
            node = node[part]
        return node

    def _is_there(self, path: Path) -> bool:
        node: Any = self.values
        for part in path:
            if not isinstance(node, Mapping) or part not in node:
                return False
            node = node[part]
        return True

    def _truthy(self, path: Path, demand: Demand | None = None) -> Iterator[Values]:
        present = self._value(path)
        if present:
            yield {}
        elif not path or _is_address(path):
            return
        elif isinstance(present, list):
            fields = demand.fields if demand is not None else ()
            if fields:
                yield {path: [dict.fromkeys(fields, WORD)]}
            yield {path: [WORD]}
            yield {path: [{"name": WORD}]}
        elif isinstance(present, dict):
            yield {path: {WORD: WORD}}
            yield {path: {WORD: {WORD: {}}}}
        elif present is False or (present is None and _ONLY_A_SWITCH.search(str(path[-1]))):
            yield {path: True}
        elif isinstance(present, int | float):
            yield {path: 1}
        else:
            yield {path: WORD}
            if demand is not None and demand.is_loop:
                yield {path: [WORD]}

    def _falsy(self, path: Path) -> Iterator[Values]:
        present = self._value(path)
        if not present:
            yield {}
        elif _is_address(path) or isinstance(present, dict):
            return
        elif isinstance(present, bool):
            yield {path: False}
        elif isinstance(present, str):
            yield {path: ""}
        elif isinstance(present, list):
            yield {path: []}


def _joined(ways: Sequence[Values], more: Sequence[Values]) -> list[Values]:
    """Each of the ways with each of ``more`` that does not contradict it."""
    joined: list[Values] = [
        {**left, **right}
        for left in ways
        for right in more
        if all(left.get(path, value) == value for path, value in right.items())
    ]
    return joined[:_MOST_WAYS]


def _asks_cluster(node: Node | None) -> bool:
    if isinstance(node, Name):
        return any(part in _CLUSTER for part in node.parts)
    if isinstance(node, Call):
        return node.function == "lookup" or any(map(_asks_cluster, node.arguments))
    return isinstance(node, Field) and _asks_cluster(node.of)


def _is_address(path: Path) -> bool:
    """Whether the value may be a part of an image's address."""
    key, above = str(path[-1]), map(str, path[-3:-1])
    if _ADDRESS.search(key):
        return True
    return not _ONLY_A_SWITCH.search(key) and any("image" in part.lower() for part in above)


def _is_said(node: Node, words: str) -> bool:
    """Whether the words are those that the expression spells, whatever is printed into them."""
    pieces = [" ".join(piece.split()) for text in texts_of(node) for piece in _FORMAT.split(text)]
    long = [piece for piece in pieces if len(piece) >= _SHORTEST_PIECE]
    return bool(long) and all(piece[:200] in words for piece in long)
