"""Features that are off by default and show images when they are on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..package.helm import ValueLeaf
from ..rendering import BudgetSpent, ChartRejected
from ..yaml_source import Path, dotted
from .laboratory import Laboratory, Observation, State, overrides

_SWITCHES = ("enabled", "enable", "create", "install", "deploy")
_HOLDS_AN_IMAGE = ("image", "repository", "registry")
# Parts of the budget up to which the search goes on: what it shows must still be traced.
_NEAR_SHARE, _FAR_SHARE = 0.6, 0.7
# Renders spent on switches that stand far from any image; most of them show nothing.
_FAR_RENDERS = 24
# How many keys below its switch an image stands: ``metrics.image.repository``.
_BESIDE = 2


@dataclass
class Revealed:
    """States that show an image which no earlier one does; ``spent`` if the budget ended."""

    states: list[tuple[State, Observation]] = field(default_factory=list)
    spent: bool = False


def reveal(
    lab: Laboratory, base: Observation, own_values: Sequence[tuple[str, Mapping[str, Any]]]
) -> Revealed:
    """Render with features on, to see images that ``base`` does not show.

    Switches near images come first, then the chart's ``own_values`` files (name and content),
    then all other switches. Switches are turned on together; a group that does not render is
    split, and what renders stays on, for some images need several features at once.
    """
    search = _Search(lab)
    near, far = switches(lab)
    try:
        search.turn_on(near)
        search.turn_on_alone(near)
        search.share = _FAR_SHARE
        for name, values in own_values:
            if search.goes_on():
                search.look(State(values, (name,), is_file=True))
        search.renders_left = _FAR_RENDERS
        search.turn_on(far)
    except BudgetSpent:
        search.cut_short = True
    known = {use.image for use in base.uses}
    return Revealed(search.worth_keeping(known), search.cut_short)


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
    on: list[ValueLeaf] = field(default_factory=list)
    seen: list[tuple[State, Observation]] = field(default_factory=list)
    share: float = _NEAR_SHARE
    renders_left: int | None = None
    cut_short: bool = False
    is_bare: bool = False

    def goes_on(self) -> bool:
        """Whether another render may be spent on searching."""
        if self.lab.engine.spent >= self.share:
            self.cut_short = True
            return False
        return self.renders_left is None or self.renders_left > 0

    def turn_on(self, leaves: Sequence[ValueLeaf]) -> None:
        """Turn ``leaves`` on together with all that is on; split what does not render."""
        if not leaves or not self.goes_on():
            return
        if self.renders_left is not None:
            self.renders_left -= 1
        if self.look(_switched([*self.on, *leaves])):
            self.on.extend(leaves)
        elif len(leaves) > 1:
            middle = len(leaves) // 2
            self.turn_on(leaves[:middle])
            self.turn_on(leaves[middle:])

    def turn_on_alone(self, leaves: Sequence[ValueLeaf]) -> None:
        """Turn on one by one those whose images no render has shown: some exclude others."""
        for leaf in leaves:
            if not self.goes_on():
                return
            shown = {use.image for _state, seen in self.seen for use in seen.uses}
            if any(not any(text in image for image in shown) for text in self._images_of(leaf)):
                self.look(_switched([leaf]))

    def _images_of(self, switch: ValueLeaf) -> list[str]:
        """The repositories and images that stand beside the switch."""
        above = switch.path[:-1]
        return [
            leaf.leaf.text
            for path, leaf in self.lab.leaves.items()
            if path[: len(above)] == above
            and len(path) <= len(above) + _BESIDE
            and str(path[-1]).lower() in {"repository", "image"}
            and leaf.leaf.text
        ]

    def look(self, state: State) -> bool:
        """Render one state and remember it; whether it renders.

        Notes and schemas often refuse features that are never meant to be on together. From
        the first such refusal on, the search does without them.
        """
        if self.is_bare:
            return self._observe(replace(state, is_bare=True))
        if self._observe(state):
            return True
        if self.lab.is_strippable() and self.goes_on():
            self.is_bare = self._observe(replace(state, is_bare=True))
        return self.is_bare

    def _observe(self, state: State) -> bool:
        try:
            self.seen.append((state, self.lab.observe(state)))
        except ChartRejected:
            return False
        return True

    def worth_keeping(self, known: set[str]) -> list[tuple[State, Observation]]:
        """The fewest states that show every image seen, those with most features first."""
        kept = []
        for state, observation in reversed(self.seen):
            shown = {use.image for use in observation.uses}
            if shown - known:
                known |= shown
                kept.append((state, observation))
        return kept


def _switched(leaves: Sequence[ValueLeaf]) -> State:
    labels = tuple(f"{dotted(leaf.path)}=true" for leaf in leaves)
    return State(overrides([(leaf, True) for leaf in leaves]), labels)
