"""Which leaf provides which part of which image: mark, render, read off.

All candidates are marked in one render. Where that render fails, or a mark changes what is
built, the candidates are split and the halves tried, until the budget is spent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ...manifests.workloads import Use, at
from ...package.chart_values import ValueLeaf
from ...rendering import BudgetSpent, ChartRejected, Rendering
from .fill import fill, unsettled
from .markers import Contribution, Marking, printed
from .reference_spans import spans_of
from .renderer import ChartRenderer, Observation, Scenario, is_given, merged, overrides
from .ways import Attribution

_IMAGE_WORDS = (
    "image",
    "registry",
    "repository",
    "repo",
    "tag",
    "hub",
    "digest",
    "sha",
    "version",
    "name",
    "prefix",
    "host",
    "domain",
    "namespace",
    "organization",
    "org",
)
_DELIMITER = re.compile(r"[/:@]")


def attribute(
    renderer: ChartRenderer,
    scenario: Scenario,
    observation: Observation,
    unmarkable: Collection[ValueLeaf] = (),
) -> Attribution:
    """Find the contributions to every use in ``observation``, the render of ``scenario``.

    ``unmarkable`` are the leaves with whose marks the chart did not render in another scenario:
    these are marked apart, so that the others need not be split to find them again.
    """
    result = Attribution()
    uses = list(observation.uses)
    chosen = [leaf for leaf in _candidates(renderer, uses) if not _is_set_by(scenario, leaf)]
    apart = [leaf for leaf in chosen if leaf in unmarkable]
    try:
        together = [leaf for leaf in chosen if leaf not in unmarkable]
        pending = _mark(renderer, scenario, together, uses, result)
        if apart and unsettled(uses, result):
            open_still = {use.key for use in pending}
            pending = [
                use
                for use in _mark(renderer, scenario, apart, uses, result)
                if use.key in open_still or not together
            ]
        if pending and chosen:
            _mark_apart(renderer, scenario, chosen, pending, result)
        fill(renderer, scenario, uses, result)
    except BudgetSpent:
        result.spent = True
    return result


def _is_set_by(scenario: Scenario, leaf: ValueLeaf) -> bool:
    """Whether the values file that shows the scenario gives the leaf a value of its own.

    The leaf then decides nothing there. A sample of a csd file that repeats its value is rewritten
    with it; a file for the chart's own tests is not.
    """
    return scenario.is_file and all(
        is_given(path, scenario.values)
        and (scenario.is_left_as_it_is or at(scenario.values, path) != leaf.leaf.value)
        for path in leaf.paths
    )


def is_image_key(leaf: ValueLeaf) -> bool:
    """Whether the key, or one near above it, has a name that images have."""
    words = [str(part).lower() for part in leaf.path[-3:] if isinstance(part, str)]
    return any(mark in word for word in words for mark in _IMAGE_WORDS)


def _candidates(renderer: ChartRenderer, uses: Sequence[Use]) -> list[ValueLeaf]:
    """Leaves whose text occurs in an image, or that hold one; likely keys first."""
    images = {use.image for use in uses}
    blob = "\0".join(images)
    paths = _paths_in(images)
    found: dict[ValueLeaf, None] = {}
    for leaf in dict.fromkeys(renderer.leaves.values()):
        text = printed(leaf)
        if isinstance(leaf.leaf.value, bool) and not _is_a_part(text, images):
            continue
        if (text and (_occurs(text, blob) or _holds(text, images))) or (
            is_image_key(leaf) and ("{{" in text or any(path in text for path in paths))
        ):
            found[leaf] = None
    return sorted(found, key=lambda leaf: not is_image_key(leaf))


def _paths_in(images: Iterable[str]) -> set[str]:
    """The paths of images without host and tag, which a template may cut out of a longer text."""
    references = [spans.reference for spans in map(spans_of, images) if spans is not None]
    return {each.repository for each in references if "/" in each.repository}


def _occurs(text: str, blob: str) -> bool:
    """Whether ``text`` is a part of an image in ``blob`` that a template may have put there."""
    if text in blob:
        if len(text) > 3:
            return True
        # A short text means something only where it stands alone between other signs.
        if re.search(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", blob):
            return True
    shorter = text.rstrip("/")
    return shorter != text and bool(shorter) and _occurs(shorter, blob)


def _is_a_part(text: str, images: Iterable[str]) -> bool:
    """Whether ``text`` is between delimiters, as the tag ``yes`` does that prints true."""
    return any(text in _DELIMITER.split(image) for image in images)


def _holds(text: str, images: Iterable[str]) -> bool:
    return len(text) > 3 and any(image in text for image in images)


def _mark(
    renderer: ChartRenderer,
    scenario: Scenario,
    leaves: Sequence[ValueLeaf],
    uses: Sequence[Use],
    result: Attribution,
) -> list[Use]:
    """Mark ``leaves`` together and read ``uses`` off; returns the uses that stay unread."""
    if not leaves:
        for use in uses:
            result.contributions.setdefault(use.key, ())
        return []
    marking = Marking(leaves)
    try:
        values = merged(scenario.values, overrides(marking.marked))
        rendering = renderer.probe(values, templates={use.template for use in uses})
    except ChartRejected:
        if len(leaves) == 1:
            result.unmarkable.append(leaves[0])
            return list(uses)
        likely = sum(map(is_image_key, leaves))
        middle = likely if 0 < likely < len(leaves) else len(leaves) // 2
        pending = _mark(renderer, scenario, leaves[:middle], uses, result)
        also = _mark(renderer, scenario, leaves[middle:], uses, result)
        left = {use.key for use in also}
        return [use for use in pending if use.key in left]
    pending = _read(renderer, rendering, marking, uses, result)
    if len(leaves) == 1:
        for use in pending:
            result.computed.setdefault(use.key, []).append(leaves[0])
    return pending


def _read(
    renderer: ChartRenderer,
    rendering: Rendering,
    marking: Marking,
    uses: Sequence[Use],
    result: Attribution,
) -> list[Use]:
    strings = renderer.strings(rendering, uses)
    pending = []
    for use in uses:
        text = strings.get(use.key)
        contributions = marking.contributions(use, text) if text is not None else None
        if contributions is None:
            pending.append(use)
        else:
            known = result.contributions.get(use.key, ())
            result.contributions[use.key] = _united(known, contributions)
    return pending


def _united(
    known: tuple[Contribution, ...], new: tuple[Contribution, ...]
) -> tuple[Contribution, ...]:
    free = [
        contribution
        for contribution in new
        if not any(
            contribution.start < other.end and other.start < contribution.end for other in known
        )
    ]
    return tuple(sorted((*known, *free), key=lambda contribution: contribution.start))


def _mark_apart(
    renderer: ChartRenderer,
    scenario: Scenario,
    leaves: Sequence[ValueLeaf],
    pending: Sequence[Use],
    result: Attribution,
) -> None:
    """Uses that a common mark changed: try the likely leaves, then each part of them alone.

    A leaf that chooses between others hides them from what is marked with it, so a use is tried
    until everything of it that must change is contributed by a value.
    """
    images = {use.image for use in pending}
    blob = "\0".join(images)
    own = [leaf for leaf in leaves if _occurs(printed(leaf), blob) or _holds(printed(leaf), images)]
    likely = [leaf for leaf in own if is_image_key(leaf) and leaf not in result.unmarkable]
    rest = list(pending)
    if 0 < len(likely) < len(leaves):
        _mark(renderer, scenario, likely, rest, result)
        rest = unsettled(rest, result)
    queue = [own] if len(own) > 1 else []
    while queue and rest:
        group = queue.pop(0)
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            if _mark(renderer, scenario, half, rest, result) and len(half) > 1:
                queue.append(list(half))
            rest = unsettled(rest, result)
