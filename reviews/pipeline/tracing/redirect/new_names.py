"""Names of values that a chart does not have yet, one for each text that needs one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from ...package.helm import Chart
from ...yaml.source import Path


@dataclass(frozen=True, slots=True)
class WantedName:
    """A text that is to become a value of ``chart``, with names for it, the best first.

    Names are paths below the chart's own values. ``after_image`` is the first part of a further
    one, "" where there is none. ``is_fixed`` says that the templates read the name already, so
    that no other will do.
    """

    chart: Chart
    text: str
    names: tuple[Path, ...]
    after_image: str = ""
    is_fixed: bool = False


class NewNames:
    """One name for each text of each chart: never one that is another text's, there or here.

    A text that several places have gets one name for all of them, so that they stay equal; where
    these would call it differently, it is called after the image.
    """

    def __init__(self, wanted: Iterable[WantedName | None]) -> None:
        grouped: dict[tuple[Path, str], list[WantedName]] = {}
        fixed: dict[tuple[Path, Path], set[str]] = {}
        for each in wanted:
            if each is None:
                continue
            if each.is_fixed:
                fixed.setdefault((each.chart.key, each.names[0]), set()).add(each.text)
            else:
                grouped.setdefault((each.chart.key, each.text), []).append(each)
        self._fixed = fixed
        self._taken: dict[Path, set[Path]] = {}
        for key, path in fixed:
            self._taken.setdefault(key, set()).add(path)
        self._names = {key: self._chosen(each) for key, each in grouped.items()}

    def of(self, wanted: WantedName) -> Path | None:
        """The name of a text that was given; None where its fixed name is asked for by others."""
        if not wanted.is_fixed:
            return self._names[wanted.chart.key, wanted.text]
        name = wanted.names[0]
        return name if len(self._fixed[wanted.chart.key, name]) == 1 else None

    def _chosen(self, places: list[WantedName]) -> Path:
        first = places[0]
        taken = self._taken.setdefault(first.chart.key, set())
        tree = first.chart.values.tree if first.chart.values is not None else {}
        tree = tree if isinstance(tree, dict) else {}
        name = next(each for each in _names(places) if _is_free(each, tree, taken, first.text))
        taken.add(name)
        return name


def _names(places: list[WantedName]) -> Iterator[Path]:
    first = places[0]
    is_called_differently = any(each.names[0] != first.names[0] for each in places)
    after_image: list[Path] = [(first.after_image, "image")] if first.after_image else []
    names = [*after_image, *first.names] if is_called_differently else [*first.names, *after_image]
    yield from names
    for number in count(2):
        for *above, last in names[:1]:
            # ``image`` stays the last word: what it holds is what people look for.
            if above and last == "image":
                yield (*above[:-1], f"{above[-1]}{number}", last)
            else:
                yield (*above, f"{last}{number}")


def _is_free(name: Path, tree: Any, taken: set[Path], text: str) -> bool:
    """Whether nothing else is at ``name``, above it or below it."""
    if any(name[: len(each)] == each or each[: len(name)] == name for each in taken):
        return False
    for part in name:
        if tree is None or not isinstance(tree, dict):
            return tree is None
        tree = tree.get(part)
    return tree is None or tree in ({}, "", text)
