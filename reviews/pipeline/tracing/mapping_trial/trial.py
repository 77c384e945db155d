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
from ...mapping.entries import ImageMapping, MappingEntry
from ...rendering import BudgetSpent, ChartRejected, RenderStopped
from ...yaml.source import Path
from ..experiment.renderer import ChartRenderer, Scenario, merged, overrides
from ..experiment.uses import TracedUse
from ..model import Trace
from .claims import Claim, Contradiction, claims_of, entries_without_image
from .written import addresses_of, unspoken_by_name, written_by

_Written = Mapping[Path, str]


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
    idle = entries_without_image(renderer.chart, mapping, trace, unspoken)
    claims = [
        each for each in claims_of(mapping, trace, policy, idle, unspoken) if each.entry not in dead
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
    claims: Sequence[Claim]

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
                with self.renderer.within(scenario.cluster):
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

    def _by_scenario(self) -> list[tuple[Scenario, list[Claim]]]:
        groups: dict[Scenario, list[Claim]] = {}
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


def _image_in(claim: Claim, string: str | None) -> str:
    """The image in what is now where it was, "" where nothing does."""
    if string is None:
        return ""
    use = claim.use.use
    before, behind = use.text[: use.start], use.text[use.end :]
    if string.startswith(before) and string.endswith(behind):
        return string[len(before) : len(string) - len(behind)].partition("@")[0]
    # Another image in the same command has changed, too.
    return next((text for text in sorted(claim.accepted) if text in string), string)
