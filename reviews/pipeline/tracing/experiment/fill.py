"""Empty values that would take the place of an image's beginning: fill them, render, read off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet

from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from ...package.helm import Chart
from ...rendering import ChartRejected
from ...yaml.source import Path
from .markers import Contribution, EmptyMarking
from .reference_spans import is_controlled, spans_of
from .renderer import ChartRenderer, Scenario, merged, overrides
from .ways import Attribution, Way

_MOST_APART = 3
_REGISTRY_WORDS = ("registry", "host", "hub", "domain", "server", "prefix", "repository", "url")
_PARTS = ("image", "repository", "repo", "registry", "hub")
_NO_PART = ("pull", "secret", "tag", "digest", "policy")
_OVERRIDE_WORDS = (*_REGISTRY_WORDS, "override", "image", "name")


def fill(
    renderer: ChartRenderer, scenario: Scenario, uses: Sequence[Use], result: Attribution
) -> None:
    """Where an image's beginning is not in a leaf, try the empty leaves beside it.

    An empty leaf may shadow another (an override of everything before an override of the
    registry), so those that take a whole address are set aside and the others tried again.
    """
    wanting = [use for use in uses if _wants_a_registry(use, result.contributions.get(use.key, ()))]
    _fill_from(renderer, scenario, _empties_for(renderer, wanting, result), wanting, result, uses)


def _fill_from(
    renderer: ChartRenderer,
    scenario: Scenario,
    empties: list[ValueLeaf],
    wanting: list[Use],
    result: Attribution,
    uses: Sequence[Use] = (),
) -> None:
    """Fill ``empties`` for the uses ``wanting``, and note which of ``uses`` they reach besides."""
    every = list(dict.fromkeys((*wanting, *uses)))
    known = {use.key: result.contributions.get(use.key, ()) for use in every}
    tried: dict[object, list[tuple[Contribution, ...]]] = {}
    left, apart = wanting, _likeliest(empties)
    for _round in range(3):
        if not left or not empties:
            break
        found = _filled(renderer, scenario, empties, every, result)
        for use in every:
            if found.get(use.key):
                tried.setdefault(use.key, []).append(_beside(found[use.key], known[use.key]))
        aside = {found[use.key][0].leaf for use in left if found.get(use.key)}
        empties = [leaf for leaf in empties if leaf not in aside]
        left = [use for use in left if use.key in found and _is_long(use, tried[use.key])]
    lost = [use for use in wanting if use.key not in tried and not _is_settled(use, known[use.key])]
    for leaf in apart if len(apart) > 1 else ():
        if not lost:
            break
        found = _filled(renderer, scenario, [leaf], lost, result)
        for use in lost:
            if found.get(use.key):
                tried.setdefault(use.key, []).append(_beside(found[use.key], known[use.key]))
        lost = [use for use in lost if use.key not in tried]
    keys = {use.key for use in wanting}
    own = {
        leaf
        for use in every
        if use.key not in keys and _is_settled(use, known[use.key])
        for leaf in _filled_leaves(tried.get(use.key, ()))
    }
    for use in every:
        if use.key in tried:
            _note(use, known[use.key], tried[use.key], own, result, is_wanting=use.key in keys)


def _likeliest(empties: Iterable[ValueLeaf]) -> list[ValueLeaf]:
    """The few that are likely to hold a whole image, to be tried apart from what hides them."""
    found = [
        leaf
        for leaf in empties
        if any("image" in str(part).lower() for part in leaf.path[-2:])
        and any(word in str(leaf.path[-1:]).lower() for word in ("image", "repository"))
    ]
    return found[:_MOST_APART]


def _note(
    use: Use,
    known: tuple[Contribution, ...],
    tried: Sequence[tuple[Contribution, ...]],
    own: AbstractSet[ValueLeaf],
    result: Attribution,
    *,
    is_wanting: bool,
) -> None:
    """Note the ways to one use: by what was ``tried``, and by what is ``known`` without it.

    Its own values alone come first where it does not want for a registry, or where another image
    that values of its ``own`` decide would have to take part.
    """
    ranked = sorted(
        range(len(tried)), key=lambda each: (not _is_settled(use, tried[each]), tried[each][0].end)
    )
    ways = [Way(tried[each], tuple(_filled_leaves(tried[:each]))) for each in ranked]
    is_settled = _is_settled(use, known)
    if not is_settled and not is_wanting:
        return
    best = ways[0]
    ways = [way for way in ways if _is_settled(use, way.contributions)]
    if is_settled:
        alone = Way(known, tuple(_filled_leaves(tried)))
        is_first = not is_wanting or not own.isdisjoint(_filled_leaves([best.contributions]))
        ways.insert(0 if is_first else len(ways), alone)
    result.contributions[use.key] = (ways or [best])[0].contributions
    result.ways[use.key] = tuple(ways or [best])


def _filled_leaves(tried: Iterable[tuple[Contribution, ...]]) -> dict[ValueLeaf, None]:
    return dict.fromkeys(part.leaf for whole in tried for part in whole if part.fills)


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


def _is_long(use: Use, tried: Sequence[tuple[Contribution, ...]]) -> bool:
    """Whether what fits best takes the place of the whole address."""
    spans = spans_of(use.image)
    first = min(tried, key=lambda whole: (not _is_settled(use, whole), whole[0].end))[0]
    return spans is not None and first.fills and first.end >= spans.location


def _filled(
    renderer: ChartRenderer,
    scenario: Scenario,
    empties: Sequence[ValueLeaf],
    uses: Sequence[Use],
    result: Attribution,
) -> dict[object, tuple[Contribution, ...]]:
    marking = EmptyMarking(empties)
    try:
        values = merged(scenario.values, overrides(marking.marked))
        rendering = renderer.probe(values, templates={use.template for use in uses})
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
    known = {use.key for use in lost}
    lost = [*lost, *unsettled([use for use in uses if use.key not in known], result)]
    keys = {use.key for use in lost}
    for use in uses:
        contributions = result.contributions.get(use.key, ())
        is_lost = use.key in keys
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


def unsettled(uses: Sequence[Use], result: Attribution) -> list[Use]:
    """The uses whose contributions known so far do not provide all that must change."""
    left = []
    for use in uses:
        spans, contributions = spans_of(use.image), result.contributions.get(use.key)
        if contributions is None or spans is None or not is_controlled(spans, contributions):
            left.append(use)
    return left


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
