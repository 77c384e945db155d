"""``images/mapping.yaml`` tried out: what renders when the platform has written as it says.

The keys of the mapping can be read in several ways. Where the marks show for sure that one of
them brings every image to its address, nothing is rendered. Where they do not, the texts of
each reading are given to the original chart, all entries together, and the engine has the last
word: the mapping is contradicted only when it is wrong under every reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Any

from ...core.policy import Policy
from ...manifests.references import ImageReference
from ...mapping.entries import ImageMapping, MappingEntry
from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected, RenderStopped
from ...yaml.source import Path, dotted
from ..experiment.renderer import ChartRenderer, Scenario, merged, overrides
from ..experiment.uses import TracedUse
from ..model import ImageStatus, Trace, TracedImage
from .unseen import unseen_images
from .written import addresses_of, entry_of, goal_of, idle_entries, unspoken_by_name, written_by

_Written = Mapping[Path, str]
_ByName = Mapping[str, Sequence[TracedImage]]


@dataclass(frozen=True)
class Contradiction:
    """An image that the mapping speaks of, or is meant for, and does not bring to its address.

    ``rendered`` is what comes of it under the reading that is right for most, "" where it is not
    rendered at all any more; ``deciding`` are the paths of the values that decide the image.
    ``is_right_otherwise`` says that another reading brings this image to its address, and others
    elsewhere.
    """

    entry: MappingEntry
    original: str
    goal: str
    rendered: str
    deciding: tuple[str, ...]
    is_right_otherwise: bool = False


@dataclass(frozen=True)
class MappingTrial:
    """What became of the images when the mapping was tried out.

    ``reading`` is the place in ``Policy.mapping_readings`` of the first reading under which all
    is right, None where there is none. ``right`` are the entries all of whose images come to
    their addresses, ``wrong`` the images that do not. ``idle`` are entries that name values of the
    chart which decide no image in any render. ``refused`` are the engine's words where the chart
    does not render with what the mapping writes. ``is_cut_short`` says that the budget of renders
    ended before every reading was tried; nothing is wrong then for want of a proof.
    """

    reading: int | None = None
    right: tuple[MappingEntry, ...] = ()
    wrong: tuple[Contradiction, ...] = ()
    idle: tuple[MappingEntry, ...] = ()
    refused: str = ""
    is_cut_short: bool = False


def try_mapping(
    renderer: ChartRenderer, mapping: ImageMapping, trace: Trace, policy: Policy
) -> MappingTrial:
    """Try ``mapping`` on the chart of ``renderer`` in the scenarios that show its images.

    Entries that name a value which is nowhere write nothing and are not judged: another rule
    reports them.
    """
    dead = {
        each.entry
        for each in addresses_of(mapping, renderer.chart, trace, renderer.leaves)
        if each.is_dead
    }
    unspoken = unspoken_by_name(mapping, trace)
    idle = _idle(renderer.chart, mapping, trace, unspoken)
    claims = [
        each for each in _claims(mapping, trace, policy, idle, unspoken) if each.entry not in dead
    ]
    named = {each.entry for each in claims}
    without_image = tuple(each for each in idle if each not in named | dead)
    if not claims:
        return MappingTrial(idle=without_image)
    outcome = _Trial(renderer, mapping, policy, claims).run()
    wrong = {each.entry for each in outcome.wrong}
    is_known = outcome.reading is not None or outcome.wrong
    right = dict.fromkeys(each.entry for each in claims if is_known)
    return MappingTrial(
        reading=outcome.reading,
        right=tuple(entry for entry in right if entry not in wrong),
        wrong=outcome.wrong,
        idle=without_image,
        refused=outcome.refused,
        is_cut_short=outcome.is_cut_short,
    )


@dataclass(frozen=True)
class _Claim:
    """That ``entry`` brings one use of ``image`` to ``goal``."""

    entry: MappingEntry
    image: TracedImage
    use: TracedUse
    goal: ImageReference

    @property
    def accepted(self) -> frozenset[str]:
        """The addresses at which the cluster finds it; a digest that stays is another matter."""
        address = f"{self.goal.registry}/{self.goal.repository}"
        tag = self.entry.pushed_tag or self.goal.tag
        kept = str(self.goal).partition("@")[0]
        return frozenset({kept, f"{address}:{tag}" if tag else address})

    def contradicted(self, rendered: str) -> Contradiction:
        deciding = tuple(
            dict.fromkeys(dotted(contribution.leaf.path) for contribution in self.use.contributions)
        )
        return Contradiction(self.entry, self.image.original, str(self.goal), rendered, deciding)


def _idle(
    chart: Chart, mapping: ImageMapping, trace: Trace, unspoken: _ByName
) -> list[MappingEntry]:
    """Entries that speak of no image seen, nor, as far as is known, of any other.

    Left out are those that name values whose image no render has shown, and those with the name
    of an image of which it is not known what decides it.
    """
    entries = idle_entries(mapping, trace)
    if not entries:
        return []
    unseen = {dotted(each.path) for each in unseen_images(chart, trace.images)}
    maps = {path.rpartition(".")[0] for path in unseen} - {""}
    unknown = {
        name
        for name, images in unspoken.items()
        if any(image.status is ImageStatus.UNVERIFIED for image in images)
    }
    return [
        entry
        for entry in entries
        if entry.name not in unknown
        and not any(
            path in unseen or path.rpartition(".")[0] in maps for path in entry.paths.values()
        )
    ]


def _claims(
    mapping: ImageMapping,
    trace: Trace,
    policy: Policy,
    idle: Sequence[MappingEntry],
    unspoken: _ByName,
) -> Iterator[_Claim]:
    """What the mapping promises: for the images it speaks of, and for those it was meant for.

    An entry without an image of its own was meant for those of its name that no other speaks of
    and that are not where they belong anyway. Only images that values move are checked, where
    the engine renders them.
    """
    rendered = {scenario for scenario, _observation in trace.scenarios}
    moved = {ImageStatus.REDIRECTED, ImageStatus.UNCHANGED}
    pairs = [
        (entry, image)
        for image in trace.images
        if image.status in moved and (entry := entry_of(mapping, image))
    ]
    pairs += [
        (entry, image)
        for name, entry in {entry.name: entry for entry in reversed(idle)}.items()
        for image in unspoken.get(name, ())
        if image.status is ImageStatus.REDIRECTED
    ]
    for entry, image in pairs:
        for use in image.uses:
            if use.spans is not None and use.scenario in rendered:
                yield _Claim(entry, image, use, goal_of(entry, policy, use.spans.reference))


class _Verdict(IntEnum):
    """What the marks show of a reading, the most promising first."""

    RIGHT = 0
    UNKNOWN = 1
    WRONG = 2


@dataclass(frozen=True)
class _Outcome:
    """What one reading, or the best of them, makes of the claims."""

    reading: int | None = None
    wrong: tuple[Contradiction, ...] = ()
    refused: str = ""
    is_cut_short: bool = False


@dataclass
class _Trial:
    """The claims under every reading."""

    renderer: ChartRenderer
    mapping: ImageMapping
    policy: Policy
    claims: Sequence[_Claim]

    def run(self) -> _Outcome:
        """The first reading that is right, else the one that is right for most."""
        verdicts: list[tuple[_Verdict, int, _Written]] = []
        for number, written in self._readings():
            verdict = self._verdict(written)
            if verdict is _Verdict.RIGHT:
                return _Outcome(reading=number)
            verdicts.append((verdict, number, written))
        outcomes: list[_Outcome] = []
        for _verdict, number, written in sorted(verdicts, key=lambda each: each[:2]):
            try:
                outcome = self._rendered(number, written)
            except BudgetSpent:
                return _Outcome(is_cut_short=True)
            if outcome.reading is not None:
                return outcome
            outcomes.append(outcome)
        return _best(outcomes)

    def _readings(self) -> Iterator[tuple[int, _Written]]:
        """What each reading writes; one that writes the same as an earlier one is left out."""
        goals = {claim.entry: claim.goal for claim in reversed(self.claims)}
        known: list[_Written] = []
        for number, reading in enumerate(self.policy.mapping_readings):
            every = written_by(self.mapping, self.policy, reading, goals)
            written = {path: text for path, text in every.items() if path in self.renderer.leaves}
            if written not in known:
                known.append(written)
                yield number, written

    def _verdict(self, written: _Written) -> _Verdict:
        """What follows from the marks: which letters of an image a value provides.

        A value that was seen to provide nothing may win over others once something is written
        to it, so only a mapping that names none of these is right without a render.
        """
        verdict = _Verdict.RIGHT
        for claim in self.claims:
            text = _composed(claim.use, written)
            if text is not None and text not in claim.accepted:
                return _Verdict.WRONG
            if text is None:
                verdict = _Verdict.UNKNOWN
        return (
            verdict
            if written.keys() <= self._contributing_paths
            else max(verdict, _Verdict.UNKNOWN)
        )

    @cached_property
    def _contributing_paths(self) -> set[Path]:
        """The values that provide a part of an image."""
        contributions = (
            contribution for claim in self.claims for contribution in claim.use.contributions
        )
        return {path for contribution in contributions for path in contribution.leaf.paths}

    def _rendered(self, number: int, written: _Written) -> _Outcome:
        """What the engine makes of it. Raises BudgetSpent."""
        wrong: dict[tuple[MappingEntry, str], Contradiction] = {}
        for scenario, claims in self._by_scenario():
            values = merged(merged(self._values(written), self.renderer.given), scenario.values)
            try:
                rendering = self.renderer.probe(values)
            except RenderStopped:
                return _Outcome(is_cut_short=True)
            except ChartRejected as error:
                return _Outcome(refused=error.words)
            strings = self.renderer.strings(rendering, [claim.use.use for claim in claims])
            for claim in claims:
                rendered = _image_in(claim, strings.get(claim.use.use.key))
                if rendered not in claim.accepted:
                    key = (claim.entry, claim.image.original)
                    wrong.setdefault(key, claim.contradicted(rendered))
        return _Outcome(None if wrong else number, tuple(wrong.values()))

    def _by_scenario(self) -> list[tuple[Scenario, list[_Claim]]]:
        groups: dict[Scenario, list[_Claim]] = {}
        for claim in self.claims:
            groups.setdefault(claim.use.scenario, []).append(claim)
        return list(groups.items())

    def _values(self, written: _Written) -> dict[str, Any]:
        """The texts as values of the root chart; where an anchor feeds one, it is written alone."""
        leaves = self.renderer.leaves
        return overrides(
            [(replace(leaves[path], paths=(path,)), text) for path, text in written.items()]
        )


def _best(outcomes: Sequence[_Outcome]) -> _Outcome:
    """The one in which the fewest are wrong; of several readings the first."""
    best = min(
        outcomes,
        key=lambda each: (bool(each.refused) or each.is_cut_short, len(each.wrong)),
        default=_Outcome(),
    )
    judged = [
        {(each.entry, each.original) for each in outcome.wrong}
        for outcome in outcomes
        if outcome.wrong
    ]
    wrong_in_all = set.intersection(*judged) if judged else set()
    return replace(
        best,
        wrong=tuple(
            replace(each, is_right_otherwise=(each.entry, each.original) not in wrong_in_all)
            for each in best.wrong
        ),
    )


def _composed(use: TracedUse, written: _Written) -> str | None:
    """The image with ``written`` in the values it is made of; None where that is not known."""
    if use.spans is None:
        return None
    result, end = "", 0
    for contribution in sorted(use.contributions, key=lambda each: each.start):
        text = next((written[path] for path in contribution.leaf.paths if path in written), None)
        if text is None:
            continue
        if not contribution.fills and (contribution.leaf_start, contribution.leaf_end) != (
            0,
            len(contribution.text),
        ):
            return None
        result += (
            use.use.image[end : contribution.start]
            + text
            + (contribution.separator if text else "")
        )
        end = contribution.end
    return (result + use.use.image[end:]).partition("@")[0]


def _image_in(claim: _Claim, string: str | None) -> str:
    """The image in what is now where it was, "" where nothing does."""
    if string is None:
        return ""
    use = claim.use.use
    before, behind = use.text[: use.start], use.text[use.end :]
    if string.startswith(before) and string.endswith(behind):
        return string[len(before) : len(string) - len(behind)].partition("@")[0]
    # Another image in the same command has changed, too.
    return next((text for text in sorted(claim.accepted) if text in string), string)
