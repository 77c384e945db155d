"""Features that are off by default and show images when they are on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..package.helm import ValueLeaf
from ..rendering import BudgetSpent, ChartRejected
from ..yaml_source import Path, dotted
from .laboratory import Laboratory, Observation, State, overrides

_SWITCHES = ("enabled", "enable", "create", "install", "deploy")
_HOLDS_AN_IMAGE = ("image", "repository", "registry")


def switches(lab: Laboratory) -> list[ValueLeaf]:
    """Booleans that are off and may show an image.

    ``enabled`` and its like in a map that also holds an image, and the root's ``tags``,
    which switch sub-charts.
    """
    imagelike = [
        path
        for path in lab.leaves
        if any(word in str(part).lower() for part in path[-2:] for word in _HOLDS_AN_IMAGE)
    ]
    above = {path[:depth] for path in imagelike for depth in range(1, len(path))}
    return [
        leaf
        for path, leaf in lab.leaves.items()
        if leaf.leaf.value is False
        and len(path) > 1
        and (path[0] == "tags" or _guards(path, above))
    ]


def _guards(path: Path, above: Collection[Path]) -> bool:
    return str(path[-1]).lower().endswith(_SWITCHES) and path[:-1] in above


def reveal(lab: Laboratory, base: Observation) -> tuple[list[tuple[State, Observation]], bool]:
    """States with features on that show an image which ``base`` does not.

    All switches are tried together; where that does not render they are split. Returns the
    states and whether the budget ended before every switch was tried.
    """
    found: list[tuple[State, Observation]] = []
    known = {use.image for use in base.uses}
    try:
        _try(lab, switches(lab), known, found)
    except BudgetSpent:
        return found, True
    return found, False


def _try(
    lab: Laboratory,
    leaves: Sequence[ValueLeaf],
    known: set[str],
    found: list[tuple[State, Observation]],
) -> None:
    if not leaves:
        return
    state = State(overrides([(leaf, True) for leaf in leaves]), tuple(map(_label, leaves)))
    try:
        observation = lab.observe(state.values)
    except ChartRejected:
        middle = len(leaves) // 2
        if middle:
            _try(lab, leaves[:middle], known, found)
            _try(lab, leaves[middle:], known, found)
        return
    shown = {use.image for use in observation.uses}
    if shown - known:
        known |= shown
        found.append((state, observation))


def _label(leaf: ValueLeaf) -> str:
    return f"{dotted(leaf.path)}=true"
