"""Which rewritten values another change of a manifest follows from, by experiment.

All rewritten values are marked together; a mark that is seen in a field names its value. What
only shows that something changed, as a checksum does, is tried again with one half of the values
after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..manifests.workloads import Document
from ..package.chart_values import ValueLeaf
from ..package.helm import Chart
from ..rendering import BudgetSpent, ChartRejected
from ..tracing.experiment.markers import Marking
from ..tracing.experiment.renderer import ChartRenderer, DocumentKey, Scenario, merged, overrides
from ..tracing.model import LeafChange
from ..yaml.source import Path, dotted
from .differences import Place, differing_places

# Renders spent on one scenario to separate one value from the others.
_MOST_RENDERS = 12

Setting = tuple[ValueLeaf, str]


def causes(
    renderer: ChartRenderer,
    scenario: Scenario,
    before: Mapping[DocumentKey, Document],
    changes: Sequence[LeafChange],
    unexplained: Collection[Place],
) -> dict[Place, tuple[ValueLeaf, ...]]:
    """The values among ``changes`` from which each of ``unexplained`` follows.

    ``before`` are the documents of ``scenario`` before the rewrite. Where a template compares a
    value with a text, a mark behind it makes no difference, so the new texts are tried, too. A
    place that differs in neither render is left out. Where the budget of renders does not allow
    to separate one value from the others, several are named.
    """
    leaves = list(dict.fromkeys(change.leaf for change in changes))
    if not leaves or not unexplained:
        return {}
    marking = Marking(leaves)
    new = [(change.leaf, change.text) for change in changes if _is_whole(change)]
    search = _Search(renderer, scenario, before, unexplained)
    found: dict[Place, Collection[ValueLeaf]] = {}
    for settings in (marking.marked, new):
        if all(place in found for place in unexplained):
            break
        seen = search.differing(settings, budgeted=False)
        open_places = {place: value for place, value in seen.items() if place not in found}
        marked = {place: marking.leaves_in(str(value)) for place, value in open_places.items()}
        found |= {place: seen_leaves for place, seen_leaves in marked.items() if seen_leaves}
        hidden = [place for place in marked if not marked[place]]
        for key, places in _by_chart(renderer.chart, hidden).items():
            near = [each for each in settings if _is_seen_by(key, each[0])]
            found |= search.narrowed(near or settings, places)
    return {
        place: tuple(sorted(set(found_leaves), key=lambda leaf: dotted(leaf.path)))
        for place, found_leaves in found.items()
    }


def paths_of(leaves: Iterable[ValueLeaf]) -> str:
    """The paths of ``leaves``, for people."""
    return ", ".join(dotted(leaf.path) for leaf in leaves)


def _by_chart(root: Chart, places: Iterable[Place]) -> dict[Path, list[Place]]:
    """The places by the key of the chart whose template they are in."""
    found: dict[Path, list[Place]] = {}
    for place in places:
        found.setdefault(root.source_of(place[0])[0].key, []).append(place)
    return found


def _is_seen_by(key: Path, leaf: ValueLeaf) -> bool:
    """Whether templates of the chart at ``key`` see the leaf: below it, or in a global above."""
    return any(
        path[: len(key)] == key
        or any(
            path[depth : depth + 1] == ("global",) and path[:depth] == key[:depth]
            for depth in range(len(key))
        )
        for path in leaf.paths
    )


def _is_whole(change: LeafChange) -> bool:
    return change.leaf.leaf.style not in {"literal", "folded"}


@dataclass
class _Search:
    renderer: ChartRenderer
    scenario: Scenario
    before: Mapping[DocumentKey, Document]
    unexplained: Collection[Place]
    renders_left: int = _MOST_RENDERS

    def differing(self, settings: Sequence[Setting], *, budgeted: bool) -> dict[Place, Any]:
        """The places to explain that differ with ``settings``, and what they are then.

        None differ where the chart does not render with them. Raises BudgetSpent.
        """
        templates = {template for template, _pointer in self.unexplained}
        try:
            values = merged(self.scenario.values, overrides(settings))
            rendering = self.renderer.probe(values, budgeted=budgeted, exact=templates)
        except ChartRejected:
            return {}
        documents = self.renderer.documents(rendering)
        found = dict(differing_places(self.renderer, self.before, documents, templates))
        return {place: value for place, value in found.items() if place in self.unexplained}

    def narrowed(
        self, settings: Sequence[Setting], places: Sequence[Place]
    ) -> dict[Place, Collection[ValueLeaf]]:
        """The fewest leaves of ``settings`` on which each of ``places`` is known to depend."""
        leaves = [leaf for leaf, _text in settings]
        found: dict[Place, Collection[ValueLeaf]] = dict.fromkeys(places, leaves)
        if len(settings) < 2 or not places or self.renders_left < 2:
            return found
        self.renders_left -= 2
        middle = len(settings) // 2
        parts: dict[Place, list[ValueLeaf]] = {}
        try:
            for half in (settings[:middle], settings[middle:]):
                seen = self.differing(half, budgeted=True)
                narrower = self.narrowed(half, [place for place in places if place in seen])
                for place, named in narrower.items():
                    parts.setdefault(place, []).extend(named)
        except BudgetSpent:
            return found
        return found | parts
