"""Features that are off by default and show images when they are on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from typing import Any

from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected
from ...yaml.source import Path, dotted
from .choices import Choice, choices, flags, is_switch
from .conditions import Conditions, Values, chart_values, labels_of, satisfied, tree_of
from .hidden import Hidden, hidden_images
from .renderer import ChartRenderer, Observation, Scenario, merged, overrides
from .template_blocks import Templates

_LITERAL = re.compile(r"^[ \t-]*image:[ \t]+[^\s{#][^{\n]*$", re.MULTILINE)
_CONDITION = re.compile(r"\{\{-?\s*(?:else )?(?:if|with)\b([^{}]*)\}\}")
_VALUE = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)+)")
# The engine's name of the template that refuses comes first in its words.
_TEMPLATE = re.compile(r"([\w./-]+?)/templates/")
_HOLDS_AN_IMAGE = ("image", "repository", "registry")
# Parts of the budget up to which the search goes on: what it shows must still be traced.
_NEAR_SHARE, _FAR_SHARE = 0.6, 0.7
# Up to here, images that are known are also looked for in other containers.
_PLACES_SHARE = 0.4
_FEW_PLACES, _SLOW_SHARE = 1, 0.1
# Renders spent on switches that are far from any image: most of them show nothing, and hardly any
# where all images that values and templates spell were seen.
_FAR_RENDERS, _FEW_FAR_RENDERS = 24, 4
# Renders spent on other words for values that choose among variants.
_CHOICE_RENDERS = 12
# Renders spent on the conditions of one image, and ways to meet them that are tried.
_RENDERS_EACH, _WAYS_EACH = 6, 4
# Images that are looked for one by one.
_MOST_HIDDEN = 40
# How many keys below its switch an image is: ``metrics.image.repository``.
_BESIDE = 2
# What the engine's words hold where not a template, but the notes or a schema refuse values.
_BARE_HELPS = ("NOTES.txt", "schema")


class _Misled(Exception):  # noqa: N818 - it says what happened to the search
    """The chart refuses what its copy without some templates has taken."""


@dataclass
class Revealed:
    """Scenarios that show an image where no earlier one does; ``spent`` if the budget ended."""

    scenarios: list[tuple[Scenario, Observation]] = field(default_factory=list)
    spent: bool = False


def reveal(
    renderer: ChartRenderer, base: Observation, own_values: Sequence[tuple[str, Mapping[str, Any]]]
) -> Revealed:
    """Render with features on, to see images that ``base`` does not show.

    Switches near images come first, then the chart's ``own_values`` files (name and content),
    then values that choose among variants, then all other switches. Switches are turned on
    together; a group that does not render is split, and what renders stays on, for some images
    need several features at once.
    """
    begun = renderer.engine.analysis.renders
    search = _Search(renderer)
    try:
        search.run(base, own_values)
    except _Misled:
        renderer.engine.forgive(renderer.engine.analysis.renders - begun)
        search = _Search(renderer, is_whole=True)
        search.run(base, own_values)
    return Revealed(search.kept(base), search.cut_short)


def switches(renderer: ChartRenderer) -> tuple[list[ValueLeaf], list[ValueLeaf]]:
    """Booleans that are off: those that may show an image, and the other features.

    The first are ``enabled`` and its like in a map that also holds an image, or in a condition
    of a template that hard-codes an image, and the root's ``tags``, which switch sub-charts.
    """
    imagelike = [
        path
        for path in renderer.leaves
        if any(word in str(part).lower() for part in path[-2:] for word in _HOLDS_AN_IMAGE)
    ]
    above = {path[:depth] for path in imagelike for depth in range(1, len(path))}
    conditions = set(_conditions_of_literals(renderer.chart))
    near: dict[ValueLeaf, None] = {}
    far: dict[ValueLeaf, None] = {}
    for path, leaf in renderer.leaves.items():
        if leaf.leaf.value is False and any(isinstance(part, str) for part in path):
            likely = (path[0] == "tags" and len(path) > 1) or _guards(path, above)
            likely = likely or path in conditions
            (near if likely else far)[leaf] = None
    return list(near), [leaf for leaf in far if is_switch(leaf.path)]


def _conditions_of_literals(root: Chart) -> Iterator[Path]:
    """The paths of values in conditions of templates that hard-code an image."""
    for chart in root.walk():
        for _name, text in chart.templates():
            if _LITERAL.search(text):
                for condition in _CONDITION.findall(text):
                    for path in _VALUE.findall(condition):
                        yield (*chart.key, *path.strip(".").split("."))


def _guards(path: Path, above: Collection[Path]) -> bool:
    return is_switch(path) and len(path) > 1 and path[:-1] in above


@dataclass
class _Search:
    """What was turned on, seen and refused so far; nothing is rendered twice.

    ``known`` are the renders, or the words of a refusal, by the values that were given; ``whole``
    the renders to compare with those of the rewritten chart, as far as they are known. With
    ``is_whole`` all templates of the chart are rendered.
    """

    renderer: ChartRenderer
    on: list[ValueLeaf] = field(default_factory=list)
    seen: list[tuple[Scenario, Observation]] = field(default_factory=list)
    known: dict[object, Observation | str] = field(default_factory=dict)
    whole: dict[Scenario, Observation] = field(default_factory=dict)
    is_whole: bool = False
    share: float = _NEAR_SHARE
    renders_left: int | None = None
    cut_short: bool = False
    is_bare: bool = False
    refusal: str = ""
    images: dict[str, None] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)
    places: set[object] = field(default_factory=set)

    def run(self, base: Observation, own_values: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Render with one feature after the other, until the budget of the search is spent."""
        self._note(base)
        near, far = switches(self.renderer)
        try:
            self.turn_on(near)
            self.turn_on_with_their_own(near)
            self.turn_on_alone(near)
            self.share = _FAR_SHARE
            for name, values in own_values:
                if self.goes_on():
                    self.look(Scenario(values, (name,), is_file=True))
            self.renders_left = _CHOICE_RENDERS
            self.turn_round(flags(self.renderer))
            self.choose(choices(self.renderer))
            self.renders_left = None
            self.meet_conditions()
            self.renders_left = _FAR_RENDERS if self._misses_images() else _FEW_FAR_RENDERS
            self.turn_on(far)
        except BudgetSpent:
            self.cut_short = True

    def kept(self, base: Observation) -> list[tuple[Scenario, Observation]]:
        """The scenarios worth keeping, each with its render to compare.

        What the chart itself refuses is as if it had not been seen.
        """
        while True:
            chosen = [scenario for scenario, _seen in self.worth_keeping(base)]
            for scenario, seen in self.seen:
                if scenario in chosen and scenario not in self.whole:
                    try:
                        self.whole[scenario] = self._to_prove(scenario, seen)
                    except ChartRejected:
                        self.seen.remove((scenario, seen))
                        break
            else:
                return [(scenario, self.whole[scenario]) for scenario in chosen]

    def goes_on(self) -> bool:
        """Whether another render may be spent on searching."""
        if self.renderer.engine.spent >= self.share:
            self.cut_short = True
            return False
        return self.renders_left is None or self.renders_left > 0

    def turn_on(self, leaves: Sequence[ValueLeaf]) -> None:
        """Turn ``leaves`` on together with all that is on; split what does not render.

        The largest group is tried first, so that each feature has its turn before the budget is
        spent on the few that exclude each other.
        """
        groups = [list(leaves)]
        while groups and self.goes_on():
            group = max(groups, key=len)
            groups.remove(group)
            if self.renders_left is not None:
                self.renders_left -= 1
            if group and self.look(_switched([*self.on, *group])):
                self.on.extend(group)
            elif len(group) > 1:
                groups.extend(self._parts(group))

    def _parts(self, group: list[ValueLeaf]) -> tuple[list[ValueLeaf], list[ValueLeaf]]:
        """The group without the switches that the refusal names, and those; else two halves.

        Where it names none, those of the chart whose template refuses are apart from the others.
        """
        named = [leaf for leaf in group if _is_named(leaf, self.refusal)]
        if not named and (chart := self._refusing()) is not None:
            named = [leaf for leaf in group if _chart_of(self.renderer.chart, leaf) is chart]
        others = [leaf for leaf in group if leaf not in named]
        if named and others:
            return others, named
        return group[: len(group) // 2], group[len(group) // 2 :]

    def _refusing(self) -> Chart | None:
        """The chart whose template has refused the values last."""
        found = _TEMPLATE.search(self.refusal)
        return self.renderer.chart.by_engine_path.get(found[1]) if found else None

    def turn_on_with_their_own(self, leaves: Sequence[ValueLeaf]) -> None:
        """Turn on what nothing else bears, a sub-chart for one, with the switches below it."""
        together = self.on
        for leaf in [each for each in leaves if each not in together]:
            above = leaf.path[:-1]
            below = [
                each for each in leaves if each is not leaf and each.path[: len(above)] == above
            ]
            if above and below and self.goes_on() and self.look(_switched([leaf])):
                self.on = [leaf]
                self.turn_on(below)
        self.on = together

    def turn_on_alone(self, leaves: Sequence[ValueLeaf]) -> None:
        """Turn on one by one those whose images no render has shown: some exclude others."""
        for leaf in leaves:
            if not self.goes_on():
                return
            shown = {use.image for _state, seen in self.seen for use in seen.uses}
            spelled = self._images_of(leaf)
            if not all(
                any(text in each and tag in each for each in shown) for text, tag in spelled
            ):
                self._turn_on_without_rivals(leaf)

    def _turn_on_without_rivals(self, leaf: ValueLeaf) -> None:
        """Turn on one; if it does not render so, with those beside it off that are on."""
        if self.look(_switched([leaf])) or not self.goes_on():
            return
        path = leaf.path
        rivals = [
            other
            for other in self.renderer.leaves.values()
            if other.leaf.value is True
            and len(other.path) == len(path)
            and (other.path[:-2], other.path[-1]) == (path[:-2], path[-1])
        ]
        # The refusal mostly names the one that is in the way.
        named = [other for other in rivals if _is_named(other, self.refusal)]
        if named or rivals:
            self.look(_switched([leaf], off=named or rivals))

    def turn_round(self, flags: Sequence[Choice]) -> None:
        """Try all booleans beside images together; one by one where the chart refuses that."""
        if flags and self.goes_on() and not self.look(_switched(self.on, chosen=flags)):
            self.choose(flags)

    def choose(self, choices: Sequence[Choice]) -> None:
        """Try the other words of values that choose, each with all that is on, else alone.

        Of several charts one choice each is tried together first, and one by one only where that
        does not render: what one chart renders, no choice of another decides.
        """
        alone: list[Choice] = []
        for together in self._rounds(choices):
            if len(together) == 1 or not self._renders_with(together):
                alone += together
        for choice in alone:
            for on in (self.on, []) if self.on else ([],):
                if not self.goes_on():
                    return
                if self.renders_left is not None:
                    self.renders_left -= 1
                if self.look(_switched(on, chosen=[choice])):
                    break

    def _rounds(self, choices: Sequence[Choice]) -> Iterator[list[Choice]]:
        """The choices in groups that have at most one of each chart."""
        by_chart: dict[str, list[Choice]] = {}
        for choice in choices:
            chart = _chart_of(self.renderer.chart, choice.leaf)
            by_chart.setdefault(chart.engine_path, []).append(choice)
        for together in zip_longest(*by_chart.values()):
            yield [choice for choice in together if choice is not None]

    def _renders_with(self, together: Sequence[Choice]) -> bool:
        """Whether the chart renders with the choices; what shows nothing new is forgotten."""
        if not self.goes_on():
            return False
        if self.renders_left is not None:
            self.renders_left -= 1
        known = len(self.places)
        if not self.look(_switched(self.on, chosen=together)):
            return False
        if len(self.places) == known:
            # It is no way to install the chart that anybody would choose.
            self.seen.pop()
        return True

    def meet_conditions(self) -> None:
        """Give what the conditions ask for under which an image stands that nothing has shown."""
        templates = Templates(self.renderer.chart)
        hidden = list(islice(self._hidden(templates), _MOST_HIDDEN))
        if not hidden:
            return
        values = merged(chart_values(self.renderer.chart), self.renderer.given)
        conditions = Conditions(templates, values)
        tried: set[str] = set()
        for each in hidden:
            ways = islice(
                (way for site in each.sites for way in conditions.ways_to(site)), _WAYS_EACH
            )
            for way in ways:
                if not self.goes_on():
                    return
                if way and repr(way) not in tried and not self._is_seen(each):
                    tried.add(repr(way))
                    self._meet(conditions, way, each)

    def _meet(self, conditions: Conditions, way: Values, hidden: Hidden) -> None:
        """Try one way, alone, then with all that is on."""
        for on in ((), tuple(self.on)) if self.on else ((),):
            together = _switched(on)

            def render(values: Values, below: Scenario = together) -> str | None:
                scenario = Scenario(
                    merged(below.values, tree_of(values)),
                    (*below.shown_by, *labels_of(values)),
                    is_asked=not below.shown_by,
                )
                if not self.goes_on():
                    raise BudgetSpent
                return None if self.look(scenario) else self.refusal

            satisfied(render, conditions, way, _RENDERS_EACH)
            if self._is_seen(hidden):
                return

    def _hidden(self, templates: Templates) -> Iterator[Hidden]:
        return hidden_images(self.renderer, templates, self._images(), self.templates)

    def _misses_images(self) -> bool:
        return next(self._hidden(Templates(self.renderer.chart)), None) is not None

    def _is_seen(self, hidden: Hidden) -> bool:
        return hidden.is_shown(self._images(), self.templates)

    def _images(self) -> str:
        return "\n".join(self.images)

    def _note(self, observation: Observation) -> None:
        self.images.update(dict.fromkeys(use.image for use in observation.uses))
        self.templates.update(use.template for use in observation.uses)
        self.places.update(map(_place, observation.uses))

    def _images_of(self, switch: ValueLeaf) -> list[tuple[str, str]]:
        """The repositories and images beside the switch, each with the tag beside it, "" for none.

        Another chart may have shown the same repository with another tag.
        """
        above = switch.path[:-1]
        return [
            (leaf.leaf.text, self._tag_beside(path))
            for path, leaf in self.renderer.leaves.items()
            if path[: len(above)] == above
            and len(path) <= len(above) + _BESIDE
            and _names_an_image(path)
            and leaf.leaf.text
        ]

    def _tag_beside(self, path: Path) -> str:
        tag = self.renderer.leaves.get((*path[:-1], "tag"))
        return tag.leaf.value if tag is not None and isinstance(tag.leaf.value, str) else ""

    def look(self, scenario: Scenario) -> bool:
        """Render one scenario and remember it; whether it renders.

        Notes and schemas often refuse features that are never meant to be on together. From
        the first such refusal on, the search does without them.
        """
        if self.is_bare:
            return self._observe(replace(scenario, is_bare=True))
        if self._observe(scenario):
            return True
        blames_them = any(word in self.refusal for word in _BARE_HELPS)
        if blames_them and self.renderer.is_strippable() and self.goes_on():
            self.is_bare = self._observe(replace(scenario, is_bare=True))
        return self.is_bare

    def _observe(self, scenario: Scenario) -> bool:
        key = (scenario.is_bare, repr(scenario.values))
        if key not in self.known:
            try:
                self.known[key] = self._render(scenario)
            except ChartRejected as error:
                self.known[key] = error.words
        known = self.known[key]
        if isinstance(known, str):
            self.refusal = known
            return False
        self.seen.append((scenario, known))
        self._note(known)
        return True

    def _render(self, scenario: Scenario) -> Observation:
        """What a search sees. Where that is new, the chart must render so in all its templates.

        What refuses the switches that were found to go together may have been left out each
        time: then they are all misleading, and _Misled is raised.
        """
        seen = self.renderer.search(scenario, is_whole=self.is_whole)
        if any(use.image not in self.images for use in seen.uses):
            try:
                self.whole[scenario] = self._to_prove(scenario, seen)
            except ChartRejected:
                if scenario.is_asked or self.is_whole:
                    raise
                raise _Misled from None
        return seen

    def _to_prove(self, scenario: Scenario, seen: Observation) -> Observation:
        begun = self.renderer.engine.analysis.renders
        try:
            return self.renderer.to_prove(scenario, seen, is_whole=self.is_whole)
        finally:
            # Only the search itself is meant by its share of the budget.
            self.renderer.engine.forgive(self.renderer.engine.analysis.renders - begun)

    def worth_keeping(self, base: Observation) -> list[tuple[Scenario, Observation]]:
        """The fewest scenarios that show every image, those with most features first.

        A scenario that shows a known image in another container is also kept, for it may be built
        otherwise there. Where the budget is needed for what is kept already, only the one that
        shows most of these containers is, which are mostly nearly all; and none in a chart
        whose renders are slow, for what is not traced is not redirected.
        """
        images = self._fewest(lambda use: use.image, [(Scenario(), base)])
        kept = [(Scenario(), base), *images]
        places = self._fewest(_place, kept)
        engine = self.renderer.engine
        if engine.spent < _PLACES_SHARE:
            return images + places
        is_slow = engine.analysis.seconds >= _SLOW_SHARE * engine.analysis.most_seconds
        known = {_place(use) for _state, seen in kept for use in seen.uses}
        places.sort(key=lambda each: -len({_place(use) for use in each[1].uses} - known))
        return images if is_slow else images + places[:_FEW_PLACES]

    def _fewest(
        self, shown_by: Callable[[Use], object], kept: Sequence[tuple[Scenario, Observation]]
    ) -> list[tuple[Scenario, Observation]]:
        """The scenarios that show something that those ``kept`` do not show."""
        known = {shown_by(use) for _state, seen in kept for use in seen.uses}
        fresh = []
        for scenario, observation in reversed(self.seen):
            shown = {shown_by(use) for use in observation.uses}
            if shown - known:
                known |= shown
                fresh.append((scenario, observation))
        return fresh


def _place(use: Use) -> object:
    """The image in its container, wherever that is."""
    return use.template, use.container, use.image


def _chart_of(root: Chart, leaf: ValueLeaf) -> Chart:
    """The chart whose templates the value is for."""
    found = (each for each in root.walk() if leaf.path[: len(each.key)] == each.key)
    return max(found, key=lambda each: len(each.key))


def _names_an_image(path: Path) -> bool:
    key, above = str(path[-1]).lower(), str(path[-2]).lower() if len(path) > 1 else ""
    return key in {"repository", "image"} or (key == "name" and "image" in above)


def _is_named(leaf: ValueLeaf, words: str) -> bool:
    """Whether ``words`` name the leaf, by its path or, as a sub-chart does, by the end of it."""
    return any(dotted(leaf.path[start:]) in words for start in range(len(leaf.path) - 1))


def _switched(
    on: Sequence[ValueLeaf], off: Sequence[ValueLeaf] = (), chosen: Sequence[Choice] = ()
) -> Scenario:
    values: list[tuple[ValueLeaf, Any]] = [
        *((leaf, True) for leaf in on),
        *((leaf, False) for leaf in off),
        *((choice.leaf, choice.word) for choice in chosen),
    ]
    labels = tuple(
        f"{dotted(leaf.path)}={str(value).lower() if isinstance(value, bool) else value}"
        for leaf, value in values
    )
    return Scenario(overrides(values), labels)
