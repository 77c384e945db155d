"""Every image of a chart and what provides it: the experiments, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..findings import Edit
from ..image_places import ImagePlace
from ..messages import Message, _
from ..package.helm import ValueLeaf
from ..workloads import Use
from .attribute import Attribution, attribute
from .laboratory import Laboratory, Observation, State
from .locate import Literal, Location, locate
from .marks import Owner
from .reveal import reveal
from .showing import fewest_settings
from .solve import Anatomy, anatomy_of, is_controlled
from .targets import Collision


class Status(StrEnum):
    """What becomes of an image; the words of the report."""

    REDIRECTED = "redirected"
    HARDCODED = "hardcoded"
    UNVERIFIED = "unverified"
    UNCHANGED = "unchanged"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that decides a part of an image.

    ``role`` is reference, registry, repository, tag or digest. ``path`` is the dotted path
    of a value, None for a literal in a template.
    """

    file: str
    path: str | None
    line: int
    column: int
    role: str


@dataclass(frozen=True)
class TracedUse:
    """One use in one state with what provides it."""

    use: Use
    state: State
    anatomy: Anatomy | None
    owners: tuple[Owner, ...]
    literals: tuple[Literal, ...]

    @property
    def is_controlled(self) -> bool:
        """Whether values decide everything of it that must change."""
        return self.anatomy is not None and is_controlled(self.anatomy, self.owners)


@dataclass(frozen=True)
class TracedImage:
    """One original image with one fate.

    ``original`` is exactly what the unmodified package renders. ``reason`` says in words
    why it is hard-coded or unverified. ``change_set`` names the edits that move it.
    """

    original: str
    target: str
    status: Status
    sources: tuple[Source, ...]
    uses: tuple[TracedUse, ...]
    shown_by: tuple[str, ...]
    reason: Message | None = None
    change_set: str | None = None

    @property
    def is_pulled(self) -> bool:
        """Whether a pod template names it."""
        return any(each.use.is_pulled for each in self.uses)


@dataclass(frozen=True)
class LeafChange:
    """One value that must become ``text`` so that ``images`` are redirected.

    ``is_override`` says that the value is a sub-chart's own, so that the edit inserts it into
    the root values.yaml, under the sub-chart's alias (OSC-HELM-011). Overrides that are
    inserted at one place share one edit.
    """

    leaf: ValueLeaf
    text: str
    images: tuple[str, ...]
    change_set: str
    edit: Edit
    is_override: bool = False


@dataclass(frozen=True)
class Replacement:
    """One whole reference, written in one place, that must become ``text``.

    What ``LeafChange`` is to charts, this is to packages that no engine renders. ``images`` are
    given where it is no whole reference, but a value that a sample instance sets again.
    """

    place: ImagePlace
    text: str
    change_set: str
    edit: Edit
    images: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trace:
    """What is known of the images of one package, and what is planned for them.

    ``changes`` are the values of a chart that change; ``replacements`` the references of a
    package that no engine renders.

    ``guard`` is the edit that switches Bitnami's image guard off, where the chart has it and
    it is on; ``guard_change_set`` names the change set it belongs to.
    """

    states: tuple[tuple[State, Observation], ...] = ()
    images: tuple[TracedImage, ...] = ()
    changes: tuple[LeafChange, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    guard: Edit | None = None
    guard_change_set: str | None = None
    collisions: tuple[Collision, ...] = ()
    unmarkable: tuple[ValueLeaf, ...] = ()
    unreached: tuple[tuple[str, Message], ...] = ()


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
