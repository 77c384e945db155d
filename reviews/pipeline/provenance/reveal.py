"""Features that are off by default and show images when they are on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..package.helm import ValueLeaf
from ..rendering import BudgetSpent, ChartRejected
from ..yaml_source import Path, dotted
from .laboratory import Laboratory, Observation, State, merged, overrides

_SWITCHES = ("enabled", "enable", "create", "install", "deploy")
_HOLDS_AN_IMAGE = ("image", "repository", "registry")
# Renders spent on switches that stand far from any image; most of them show nothing.
_FAR_RENDERS = 10


@dataclass
class Revealed:
    """States that show an image which no earlier one does; ``spent`` if the budget ended."""

    states: list[tuple[State, Observation]] = field(default_factory=list)
    spent: bool = False


def reveal(
    lab: Laboratory, base: Observation, own_values: Sequence[tuple[str, Mapping[str, Any]]]
) -> Revealed:
    """Render with features on, to see images that ``base`` does not show.

    Switches near images come first, all together, split where that does not render; then
    the chart's ``own_values`` files (name and content), then all other switches.
    """
    search = _Search(lab, {use.image for use in base.uses})
    near, far = switches(lab)
    try:
        search.turn_on(near, State())
        for name, values in own_values:
            search.look(State(values, (name,)))
        start = search.found.states[0][0] if search.found.states else State()
        search.renders_left = _FAR_RENDERS
        search.turn_on(far, start)
    except BudgetSpent:
        search.found.spent = True
    return search.found


def switches(lab: Laboratory) -> tuple[list[ValueLeaf], list[ValueLeaf]]:
    """Booleans that are off: those that may show an image, and the other features.

    The first are ``enabled`` and its like in a map that also holds an image, and the root's
    ``tags``, which switch sub-charts.
    """
    imagelike = [
        path
        for path in lab.leaves
        if any(word in str(part).lower() for part in path[-2:] for word in _HOLDS_AN_IMAGE)
    ]
    above = {path[:depth] for path in imagelike for depth in range(1, len(path))}
    near: dict[int, ValueLeaf] = {}
    far: dict[int, ValueLeaf] = {}
    for path, leaf in lab.leaves.items():
        if leaf.leaf.value is False and any(isinstance(part, str) for part in path):
            likely = (path[0] == "tags" and len(path) > 1) or _guards(path, above)
            (near if likely else far)[id(leaf)] = leaf
    return list(near.values()), [leaf for leaf in far.values() if _is_feature(leaf.path)]


def _guards(path: Path, above: Collection[Path]) -> bool:
    return _is_feature(path) and len(path) > 1 and path[:-1] in above


def _is_feature(path: Path) -> bool:
    return str(path[-1]).lower().endswith(_SWITCHES)


@dataclass
class _Search:
    lab: Laboratory
    known: set[str]
    found: Revealed = field(default_factory=Revealed)
    renders_left: int | None = None

    def turn_on(self, leaves: Sequence[ValueLeaf], base: State) -> None:
        """Turn ``leaves`` on together on top of ``base``; split what does not render."""
        if not leaves or self._is_over():
            return
        state = _switched(base, leaves)
        observation = self._observe(state)
        if observation is None:
            for half in _halves(leaves):
                self.turn_on(half, base)
            return
        new = {use.image for use in observation.uses} - self.known
        if new and self.renders_left is not None:
            state, observation = self._narrowed(leaves, base, new, (state, observation))
        self._keep(state, observation)

    def look(self, state: State) -> None:
        """Render one state and keep it when it shows something new."""
        observation = self._observe(state)
        if observation is not None:
            self._keep(state, observation)

    def _narrowed(
        self,
        leaves: Sequence[ValueLeaf],
        base: State,
        new: set[str],
        best: tuple[State, Observation],
    ) -> tuple[State, Observation]:
        """The fewest switches, found by halving, that still show all that is ``new``."""
        for half in _halves(leaves):
            if self._is_over():
                break
            state = _switched(base, half)
            observation = self._observe(state)
            if observation and new <= {use.image for use in observation.uses}:
                return self._narrowed(half, base, new, (state, observation))
        return best

    def _is_over(self) -> bool:
        return self.renders_left is not None and self.renders_left <= 0

    def _observe(self, state: State) -> Observation | None:
        if self.renders_left is not None:
            self.renders_left -= 1
        try:
            return self.lab.observe(state.values)
        except ChartRejected:
            return None

    def _keep(self, state: State, observation: Observation) -> None:
        shown = {use.image for use in observation.uses}
        if shown - self.known:
            self.known |= shown
            self.found.states.append((state, observation))


def _switched(base: State, leaves: Sequence[ValueLeaf]) -> State:
    values = merged(base.values, overrides([(leaf, True) for leaf in leaves]))
    return State(values, (*base.shown_by, *(f"{dotted(leaf.path)}=true" for leaf in leaves)))


def _halves(leaves: Sequence[ValueLeaf]) -> list[Sequence[ValueLeaf]]:
    middle = len(leaves) // 2
    return [leaves[:middle], leaves[middle:]] if middle else []
