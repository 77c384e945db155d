"""Every image of a chart and what provides it: the experiments, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...core.messages import Message, _
from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from .attribute import attribute
from .harm import Harm
from .locate import Location, locate
from .reference_spans import spans_of
from .renderer import ChartRenderer, Observation, Scenario
from .reveal import reveal
from .settings import fewest_settings
from .uses import TracedUse
from .ways import Attribution

# A shorter text may be in an address by chance.
_SHORT = 3


def trace(
    renderer: ChartRenderer,
    base: Observation,
    own_values: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> Tracing:
    """Trace every image that the chart shows by default or with a feature switched on.

    ``base`` is the render of the chart as it is, ``own_values`` are the values files that the
    chart brings for its own tests, as further ways to install it.
    """
    renderer.economise(base)
    tracing = Tracing(renderer)
    tracing.look(Scenario(), base)
    revealed = reveal(renderer, base, own_values)
    for scenario, observation in revealed.scenarios:
        tracing.look(scenario, observation)
    if revealed.spent:
        why = _("not every feature switch could be tried within the budget of renders")
        tracing.unreached.append(("features", why))
    tracing.settings = fewest_settings(renderer, tracing.uses)
    return tracing


@dataclass
class Tracing:
    """What the experiments with one chart have shown so far.

    ``unmarkable`` are values, and ``unmarkable_places`` literals, with whose marks the chart does
    not render. ``settings`` are the fewest that show an image, where that is known, by image.
    ``computed`` are values from which a template computes an image, by the key of its use.
    ``banned`` are values that must stay as they are, with what their edit would make wrong;
    ``shared`` those that more images were made to share.
    """

    renderer: ChartRenderer
    scenarios: list[tuple[Scenario, Observation]] = field(default_factory=list)
    uses: list[TracedUse] = field(default_factory=list)
    unmarkable: dict[ValueLeaf, None] = field(default_factory=dict)
    unmarkable_places: set[object] = field(default_factory=set)
    unreached: list[tuple[str, Message]] = field(default_factory=list)
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    computed: dict[object, list[ValueLeaf]] = field(default_factory=dict)
    banned: dict[ValueLeaf, tuple[Harm, ...]] = field(default_factory=dict)
    shared: set[ValueLeaf] = field(default_factory=set)

    def look(self, scenario: Scenario, observation: Observation) -> None:
        """Attribute the uses of one scenario; what an earlier one showed is not tried again.

        A feature often only moves a container to another place of the same template; the
        proof renders every scenario and would show if it is another image after all.
        """
        known = {(each.use.key, each.use.text) for each in self.uses}
        fresh = tuple(use for use in observation.uses if (use.key, use.text) not in known)
        if scenario.shown_by and not fresh:
            return
        self.scenarios.append((scenario, observation))
        with self.renderer.within(scenario.cluster):
            self._attribute(scenario, observation, fresh)

    def _attribute(
        self, scenario: Scenario, observation: Observation, fresh: tuple[Use, ...]
    ) -> None:
        already = {_likeness(each.use): each.ways for each in self.uses if each.contributions}
        ways = {use.key: already[_likeness(use)] for use in fresh if _likeness(use) in already}
        unknown = tuple(use for use in fresh if use.key not in ways)
        if unknown:
            fresh_ones = replace(observation, uses=unknown)
            found = attribute(self.renderer, scenario, fresh_ones, self.unmarkable)
            self._note(found)
            ways |= {use.key: found.ways_of(use.key) for use in unknown}
        fresh_uses = [
            TracedUse(use, scenario, spans_of(use.image), (), ()).by(*ways[use.key])
            for use in fresh
        ]
        self.uses.extend(self.located(scenario, fresh_uses))

    def _note(self, found: Attribution) -> None:
        self.unmarkable.update(dict.fromkeys(found.unmarkable))
        self.computed.update(found.computed)
        if found.spent:
            why = _("the budget of renders ended before every value could be tried")
            self._ended_early("values", why)

    def _ended_early(self, what: str, why: Message) -> None:
        """Say once that a search ended early, in however many scenarios it did."""
        if (what, why) not in self.unreached:
            self.unreached.append((what, why))

    def located(self, scenario: Scenario, uses: Sequence[TracedUse]) -> list[TracedUse]:
        """The uses with the literals in the templates that provide what no value does."""
        already = {_likeness(each.use): each.literals for each in self.uses if each.literals}
        unknown = {
            each.use: each.contributions
            for each in uses
            if _is_open(each)
            and _likeness(each.use) not in already
            and not (scenario.is_left_as_it_is and _is_named_in(scenario.values, each))
        }
        location = (
            locate(self.renderer, scenario, unknown, self.unmarkable_places)
            if unknown
            else Location()
        )
        if location.spent:
            why = _("the budget of renders ended before every literal image was located")
            self._ended_early("templates", why)
        return [
            replace(
                each,
                literals=location.literals.get(each.use.key, already.get(_likeness(each.use), ())),
            )
            for each in uses
        ]


def _likeness(use: Use) -> tuple[object, ...]:
    roles = tuple(piece.role for piece in use.pieces)
    return (use.template, use.kind, use.container, use.image, roles, use.pointer if roles else ())


def _is_named_in(values: Any, each: TracedUse) -> bool:
    """Whether the values give a part of the address, so that no template is asked for it."""
    if isinstance(values, Mapping):
        return any(_is_named_in(value, each) for value in values.values())
    if isinstance(values, list):
        return any(_is_named_in(value, each) for value in values)
    end = each.spans.location if each.spans is not None else len(each.use.image)
    is_long = isinstance(values, str) and len(values) > _SHORT
    return is_long and values in each.use.image[:end]


def _is_open(each: TracedUse) -> bool:
    spans = each.spans
    if spans is None:
        return False
    covered = {
        p
        for contribution in each.contributions
        for p in range(contribution.start, contribution.end)
    }
    end = spans.tag[1] if spans.tag else spans.location
    return any(p not in covered and spans.text[p] not in "/:@" for p in range(end))
