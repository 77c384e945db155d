"""Which leaf provides which part of which image: mark, render, read off.

All candidates are marked in one render. Where that render fails, or a mark changes what is
built, the candidates are split and the halves tried, until the budget is spent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from ...manifests.workloads import Use, at
from ...package.chart_values import ValueLeaf
from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected, Rendering
from ...yaml.source import Path
from .markers import Contribution, EmptyMarking, Marking, printed
from .reference_spans import is_controlled, spans_of
from .renderer import ChartRenderer, Observation, Scenario, is_given, merged, overrides

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
_REGISTRY_WORDS = ("registry", "host", "hub", "domain", "server", "prefix", "repository", "url")
_PARTS = ("image", "repository", "repo", "registry", "hub")
_NO_PART = ("pull", "secret", "tag", "digest", "policy")
_OVERRIDE_WORDS = (*_REGISTRY_WORDS, "override", "image", "name")


@dataclass
class Attribution:
    """The contributions to every use of one observation, by its key.

    ``unmarkable`` are leaves that cannot be marked alone; ``computed`` those, by the use's key,
    from which a template computes something else than their text; ``spent`` says that the budget
    ended before every value was tried.
    """

    contributions: dict[object, tuple[Contribution, ...]] = field(default_factory=dict)
    unmarkable: list[ValueLeaf] = field(default_factory=list)
    computed: dict[object, list[ValueLeaf]] = field(default_factory=dict)
    spent: bool = False


def attribute(renderer: ChartRenderer, scenario: Scenario, observation: Observation) -> Attribution:
    """Find the contributions to every use in ``observation``, the render of ``scenario``."""
    result = Attribution()
    uses = list(observation.uses)
    chosen = [leaf for leaf in _candidates(renderer, uses) if not _is_set_by(scenario, leaf)]
    try:
        pending = _mark(renderer, scenario, chosen, uses, result)
        if pending and chosen:
            _mark_apart(renderer, scenario, chosen, pending, result)
        _fill(renderer, scenario, uses, result)
    except BudgetSpent:
        result.spent = True
    return result


def _is_set_by(scenario: Scenario, leaf: ValueLeaf) -> bool:
    """Whether the values file that shows the scenario gives the leaf another value.

    The leaf then decides nothing there. A file that repeats its value, as the samples of csd files
    do, is rewritten with it.
    """
    return scenario.is_file and all(
        is_given(path, scenario.values) and at(scenario.values, path) != leaf.leaf.value
        for path in leaf.paths
    )


def filled_with(
    renderer: ChartRenderer, scenario: Scenario, leaf: ValueLeaf, use: Use
) -> Contribution | None:
    """What a text in the empty ``leaf`` would provide of ``use``, None for nothing.

    Raises BudgetSpent.
    """
    fills = _filled(renderer, scenario, [leaf], [use], Attribution()).get(use.key)
    return fills[0] if fills and fills[0].start == 0 else None


def filled_without(
    renderer: ChartRenderer,
    scenario: Scenario,
    use: Use,
    contributions: tuple[Contribution, ...],
    rest: tuple[Contribution, ...],
    left_out: Collection[ValueLeaf],
) -> tuple[Contribution, ...]:
    """The contributions to ``use`` when none of ``left_out`` is edited.

    ``contributions`` are those known, ``rest`` those of other leaves. Raises BudgetSpent.
    """
    result = Attribution({use.key: contributions})
    near = _empties_for(renderer, [use], result, lost=[use])
    empties = [leaf for leaf in near if leaf not in left_out]
    result.contributions[use.key] = rest
    _fill_from(renderer, scenario, empties, [use], result)
    return result.contributions[use.key]


def is_image_key(leaf: ValueLeaf) -> bool:
    """Whether the key, or one near above it, has a name that images have."""
    words = [str(part).lower() for part in leaf.path[-3:] if isinstance(part, str)]
    return any(mark in word for word in words for mark in _IMAGE_WORDS)


def _candidates(renderer: ChartRenderer, uses: Sequence[Use]) -> list[ValueLeaf]:
    """Leaves whose text occurs in an image, or that hold one; likely keys first."""
    images = {use.image for use in uses}
    blob = "\n".join(images)
    paths = _paths_in(images)
    found: dict[ValueLeaf, None] = {}
    for leaf in dict.fromkeys(renderer.leaves.values()):
        text = printed(leaf)
        if isinstance(leaf.leaf.value, bool) and not _is_a_part(text, images):
            continue
        if (
            text and ((text.rstrip("/") in blob and _occurs(text, images)) or _holds(text, images))
        ) or (is_image_key(leaf) and ("{{" in text or any(path in text for path in paths))):
            found[leaf] = None
    return sorted(found, key=lambda leaf: not is_image_key(leaf))


def _paths_in(images: Iterable[str]) -> set[str]:
    """The paths of images without host and tag, which a template may cut out of a longer text."""
    references = [spans.reference for spans in map(spans_of, images) if spans is not None]
    return {each.repository for each in references if "/" in each.repository}


def _occurs(text: str, images: Iterable[str]) -> bool:
    """Whether ``text`` is a part of an image that a template may have put there."""
    for image in images:
        start = image.find(text)
        while start >= 0:
            before = image[start - 1 : start]
            after = image[start + len(text) : start + len(text) + 1]
            if len(text) > 3 or not (before.isalnum() or after.isalnum()):
                return True
            start = image.find(text, start + 1)
    return text.rstrip("/") != text and _occurs(text.rstrip("/"), images)


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
        rendering = renderer.probe(merged(scenario.values, overrides(marking.marked)))
    except ChartRejected:
        if len(leaves) == 1:
            result.unmarkable.append(leaves[0])
            return list(uses)
        likely = sum(map(is_image_key, leaves))
        middle = likely if 0 < likely < len(leaves) else len(leaves) // 2
        pending = _mark(renderer, scenario, leaves[:middle], uses, result)
        also = _mark(renderer, scenario, leaves[middle:], uses, result)
        return [use for use in pending if use in also]
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
    own = [
        leaf for leaf in leaves if _occurs(printed(leaf), images) or _holds(printed(leaf), images)
    ]
    likely = [leaf for leaf in own if is_image_key(leaf) and leaf not in result.unmarkable]
    rest = list(pending)
    if 0 < len(likely) < len(leaves):
        _mark(renderer, scenario, likely, rest, result)
        rest = _unsettled(rest, result)
    queue = [own] if len(own) > 1 else []
    while queue and rest:
        group = queue.pop(0)
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            if _mark(renderer, scenario, half, rest, result) and len(half) > 1:
                queue.append(list(half))
            rest = _unsettled(rest, result)


def _unsettled(uses: Sequence[Use], result: Attribution) -> list[Use]:
    """The uses whose contributions known so far do not provide all that must change."""
    left = []
    for use in uses:
        spans, contributions = spans_of(use.image), result.contributions.get(use.key)
        if contributions is None or spans is None or not is_controlled(spans, contributions):
            left.append(use)
    return left


def _fill(
    renderer: ChartRenderer, scenario: Scenario, uses: Sequence[Use], result: Attribution
) -> None:
    """Where an image's beginning is not in a leaf, try the empty leaves beside it.

    An empty leaf may shadow another (an override of everything before an override of the
    registry), so those that take a whole address are set aside and the others tried again.
    """
    wanting = [use for use in uses if _wants_a_registry(use, result.contributions.get(use.key, ()))]
    _fill_from(renderer, scenario, _empties_for(renderer, wanting, result), wanting, result)


def _fill_from(
    renderer: ChartRenderer,
    scenario: Scenario,
    empties: list[ValueLeaf],
    wanting: list[Use],
    result: Attribution,
) -> None:
    known = {use.key: result.contributions.get(use.key, ()) for use in wanting}
    best: dict[object, tuple[tuple[bool, int], tuple[Contribution, ...]]] = {}
    for _round in range(3):
        if not wanting or not empties:
            break
        found = _filled(renderer, scenario, empties, wanting, result)
        for use in wanting:
            fills = found.get(use.key, ())
            if fills:
                whole = _beside(fills, known[use.key])
                rank = (not _is_settled(use, whole), fills[0].end)
                if use.key not in best or rank < best[use.key][0]:
                    best[use.key] = (rank, whole)
        aside = {fill.leaf for fills in found.values() for fill in fills[:1]}
        empties = [leaf for leaf in empties if leaf not in aside]
        wanting = [use for use in wanting if use.key in found and _is_long(use, best[use.key][1])]
    result.contributions.update({key: whole for key, (_rank, whole) in best.items()})


def _beside(
    fills: tuple[Contribution, ...], known: tuple[Contribution, ...]
) -> tuple[Contribution, ...]:
    """The fills, and of what is ``known`` what they do not take the place of.

    What a text in front of the image leaves in its place stays; what is known before the first
    fill is in the strings that were compared.
    """
    rest = [
        part
        for part in known
        if not any(part.start < fill.end and fill.start < part.end for fill in fills)
    ]
    return tuple(sorted((*fills, *rest), key=lambda part: (part.start, part.end)))


def _is_settled(use: Use, contributions: tuple[Contribution, ...]) -> bool:
    spans = spans_of(use.image)
    return spans is not None and is_controlled(spans, contributions)


def _is_long(use: Use, contributions: tuple[Contribution, ...]) -> bool:
    spans = spans_of(use.image)
    return spans is not None and contributions[0].fills and contributions[0].end >= spans.location


def _filled(
    renderer: ChartRenderer,
    scenario: Scenario,
    empties: Sequence[ValueLeaf],
    uses: Sequence[Use],
    result: Attribution,
) -> dict[object, tuple[Contribution, ...]]:
    marking = EmptyMarking(empties)
    try:
        rendering = renderer.probe(merged(scenario.values, overrides(marking.marked)))
    except ChartRejected:
        if len(empties) == 1:
            result.unmarkable.extend(empties)
            return {}
        middle = len(empties) // 2
        found = _filled(renderer, scenario, empties[middle:], uses, result)
        return found | _filled(renderer, scenario, empties[:middle], uses, result)
    strings = renderer.strings(rendering, uses)
    found = {}
    for use in uses:
        text = strings.get(use.key)
        fills = marking.contributions(use, text) if text is not None else ()
        if fills:
            found[use.key] = fills
    return found


def _wants_a_registry(use: Use, contributions: Sequence[Contribution]) -> bool:
    spans = spans_of(use.image)
    if spans is None or use.is_prefix:
        return False
    return not spans.reference.registry or not is_controlled(spans, contributions)


def _empties_for(
    renderer: ChartRenderer, uses: Sequence[Use], result: Attribution, lost: Sequence[Use] = ()
) -> list[ValueLeaf]:
    """Empty leaves with a fitting key beside (or one map above) a leaf of the uses.

    For uses that are ``lost``, and those that no leaf provides, also what their templates name.
    """
    near: dict[Path, tuple[str, ...]] = {}
    lost = [*lost, *_unsettled([use for use in uses if use not in lost], result)]
    for use in uses:
        contributions = result.contributions.get(use.key, ())
        is_lost = use in lost
        for contribution in contributions:
            path = contribution.leaf.path
            near.setdefault(path[:-2], _REGISTRY_WORDS)
            if is_lost or path[:-1] not in near:
                near[path[:-1]] = _OVERRIDE_WORDS if is_lost else _REGISTRY_WORDS
    near.pop((), None)
    texts = {use.template: _asked_in(renderer.chart, use.template) for use in lost}
    found: dict[ValueLeaf, None] = {}
    for path, leaf in renderer.leaves.items():
        if leaf.leaf.value not in ("", None):
            continue
        words = near.get(path[:-1], ()) if len(path) > 1 else _REGISTRY_WORDS[:1]
        is_near = any(word in str(path[-1]).lower() for word in words)
        if is_near or any(_is_named(leaf, key, text) for (key, text) in texts.values()):
            found[leaf] = None
    return list(found)


def _asked_in(root: Chart, template: str) -> tuple[Path, str]:
    """The key of the chart that the template is in, and its text with that of all partials."""
    own, own_name = root.source_of(template)
    return own.key, "\n".join(
        text
        for chart in root.walk()
        for name, text in chart.templates()
        if (chart is own and name == own_name) or "define" in text
    )


def _is_named(leaf: ValueLeaf, key: Path, text: str) -> bool:
    """Whether the leaf is a part of an image that a template of the chart at ``key`` asks for."""
    names = [str(part) for part in leaf.path if isinstance(part, str)]
    if not names or not (leaf.path[: len(key)] == key or "global" in names[: len(key) + 1]):
        return False
    last, above = names[-1].lower(), "".join(names[-2:-1]).lower()
    if any(word in last for word in _NO_PART):
        return False
    is_part = any(word in last for word in _PARTS) or (
        "image" in above and any(word in last for word in _OVERRIDE_WORDS)
    )
    return (is_part and f".{names[-1]}" in text) or (is_part and f'"{names[-1]}"' in text)
