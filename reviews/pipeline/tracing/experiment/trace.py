"""Every image of a chart and what provides it: the experiments, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...core.messages import Message, _
from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from .anatomy import anatomy_of
from .attribute import Attribution, attribute
from .locate import Location, locate
from .markers import Owner
from .renderer import Laboratory, Observation, State
from .reveal import reveal
from .settings import fewest_settings
from .uses import TracedUse


def trace(
    lab: Laboratory,
    base: Observation,
    own_values: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> Tracing:
    """Trace every image that the chart shows by default or with a feature switched on.

    ``base`` is the render of the chart as it is, ``own_values`` are the values files that the
    chart brings for its own tests, as further ways to install it.
    """
    tracing = Tracing(lab)
    tracing.look(State(), base)
    revealed = reveal(lab, base, own_values)
    for state, observation in revealed.states:
        tracing.look(state, observation)
    if revealed.spent:
        why = _("not every feature switch could be tried within the budget of renders")
        tracing.unreached.append(("features", why))
    tracing.settings = fewest_settings(lab, tracing.uses)
    return tracing


@dataclass
class Tracing:
    """What the experiments with one chart have told so far.

    ``settings`` are the fewest that show an image, where that is known, by image.
    """

    lab: Laboratory
    states: list[tuple[State, Observation]] = field(default_factory=list)
    uses: list[TracedUse] = field(default_factory=list)
    unmarkable: dict[int, ValueLeaf] = field(default_factory=dict)
    unreached: list[tuple[str, Message]] = field(default_factory=list)
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def look(self, state: State, observation: Observation) -> None:
        """Attribute the uses of one state; what an earlier state told is not asked again.

        A feature often only moves a container to another place of the same template; the
        proof renders every state and would show if it is another image after all.
        """
        known = {(each.use.spot, each.use.text) for each in self.uses}
        fresh = tuple(use for use in observation.uses if (use.spot, use.text) not in known)
        if state.shown_by and not fresh:
            return
        self.states.append((state, observation))
        told = {_likeness(each.use): each.owners for each in self.uses if each.owners}
        owners: dict[object, tuple[Owner, ...]] = {
            use.spot: told[_likeness(use)] for use in fresh if _likeness(use) in told
        }
        asked = tuple(use for use in fresh if use.spot not in owners)
        if asked:
            found = attribute(self.lab, state, replace(observation, uses=asked))
            self._note(found)
            owners = {**owners, **found.owners}
        fresh_uses = [
            TracedUse(use, state, anatomy_of(use.image), owners.get(use.spot, ()), ())
            for use in fresh
        ]
        self.uses.extend(self._located(state, fresh_uses))

    def _note(self, found: Attribution) -> None:
        self.unmarkable.update({id(leaf): leaf for leaf in found.unmarkable})
        if found.spent:
            self.unreached.append(
                ("values", _("the budget of renders ended before every value could be tried"))
            )

    def _located(self, state: State, uses: Sequence[TracedUse]) -> list[TracedUse]:
        """The uses with the literals in the templates that provide what no value does."""
        told = {_likeness(each.use): each.literals for each in self.uses if each.literals}
        asked = {
            each.use: each.owners
            for each in uses
            if _is_open(each) and _likeness(each.use) not in told
        }
        location = locate(self.lab, state, asked) if asked else Location()
        if location.spent:
            why = _("the budget of renders ended before every literal image was located")
            self.unreached.append(("templates", why))
        return [
            replace(
                each,
                literals=location.literals.get(each.use.spot, told.get(_likeness(each.use), ())),
            )
            for each in uses
        ]


def _likeness(use: Use) -> tuple[str, str, str, str]:
    return (use.template, use.kind, use.container, use.image)


def _is_open(each: TracedUse) -> bool:
    anatomy = each.anatomy
    if anatomy is None:
        return False
    covered = {p for owner in each.owners for p in range(owner.start, owner.end)}
    end = anatomy.tag[1] if anatomy.tag else anatomy.location
    return any(p not in covered and anatomy.text[p] not in "/:@" for p in range(end))
