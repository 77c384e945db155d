"""Other ways to redirect images, after the proof has seen that an edited value does harm.

A value that was edited for some images may reach others. Those can take part: where the value was
empty, they are built from it and the rest of their own values. Or they can do without it: an empty
value of their own takes its place. Where neither is possible the value is left as it is, and the
images that it was edited for look for another way themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from ...rendering import BudgetSpent
from .fill import filled_with, filled_without
from .harm import Harm
from .markers import Contribution
from .reference_spans import is_controlled, spans_of
from .trace import Tracing
from .uses import TracedUse
from .ways import Way


def reconsider(tracing: Tracing, harms: Sequence[Harm]) -> bool:
    """Find ways around ``harms``; whether anything is to be planned otherwise now."""
    by_leaf: dict[ValueLeaf, list[Harm]] = {}
    for harm in harms:
        if harm.leaf not in tracing.banned:
            by_leaf.setdefault(harm.leaf, []).append(harm)
    for leaf, found in by_leaf.items():
        if leaf in tracing.shared or not _share(tracing, leaf, found):
            _ban(tracing, leaf, found)
    return bool(by_leaf)


def _share(tracing: Tracing, leaf: ValueLeaf, harms: Iterable[Harm]) -> bool:
    """Let every image that was harmed take part in the edit of ``leaf``, or do without it."""
    tracing.shared.add(leaf)
    harmed: list[TracedUse] = []
    for harm in harms:
        each = _traced(tracing, harm.use) if harm.use is not None else None
        if each is None or each.use.is_prefix:
            return False
        if each not in harmed:
            harmed.append(each)
    changed: list[tuple[TracedUse, TracedUse]] = []
    for each in harmed:
        if all(way.needs(leaf) for way in each.ways):
            other = _without(tracing, each, leaf)
        elif any(way.needs(leaf) or leaf in way.empty for way in each.ways):
            other = None
        else:
            other = _with(tracing, each, leaf)
        if other is None:
            return False
        changed.append((each, other))
    for each, other in changed:
        _put(tracing, each, other)
    return True


def _ban(tracing: Tracing, leaf: ValueLeaf, harms: Sequence[Harm]) -> None:
    """Leave ``leaf`` as it is, and let the images that it provides a part of do without it."""
    tracing.banned[leaf] = tuple(harms)
    for each in list(tracing.uses):
        if each.ways[0].needs(leaf):
            free = [way for way in each.ways if way.is_free_of(tracing.banned)]
            if free:
                other: TracedUse | None = each.by(*free)
            else:
                other = _without(tracing, each, leaf) or _unfilled(tracing, each, leaf)
            if other is not None:
                _put(tracing, each, other)


def _with(tracing: Tracing, each: TracedUse, leaf: ValueLeaf) -> TracedUse | None:
    """The use, also built from a text in the empty ``leaf`` and what is left of its own values."""
    if leaf.leaf.value not in ("", None):
        return None
    try:
        with tracing.renderer.within(each.scenario.cluster):
            fill = filled_with(tracing.renderer, each.scenario, leaf, each.use)
    except BudgetSpent:
        return None
    if fill is None:
        return None
    rest = [part for part in each.contributions if part.start >= fill.end]
    whole = _controlled(tracing, each, (fill, *rest))
    if whole is None:
        return None
    as_it_is = [replace(way, empty=(*way.empty, leaf)) for way in each.ways]
    return each.by(*as_it_is, *whole.ways) if each.is_controlled else whole


def _without(tracing: Tracing, each: TracedUse, leaf: ValueLeaf) -> TracedUse | None:
    """The use, built from other empty values than the ``leaf`` that provides a part of it."""
    left_out = {leaf, *tracing.banned}
    rest = tuple(part for part in each.contributions if part.leaf not in left_out)
    try:
        with tracing.renderer.within(each.scenario.cluster):
            found = filled_without(
                tracing.renderer, each.scenario, each.use, each.contributions, rest, left_out
            )
    except BudgetSpent:
        return None
    return _controlled(tracing, each, found)


def _unfilled(tracing: Tracing, each: TracedUse, leaf: ValueLeaf) -> TracedUse | None:
    """The use as it is while the ``leaf`` stays empty, with the literals that then decide it.

    None where the leaf has a text.
    """
    if leaf.leaf.value not in ("", None):
        return None
    rest = tuple(part for part in each.contributions if part.leaf != leaf)
    with tracing.renderer.within(each.scenario.cluster):
        (located,) = tracing.located(each.scenario, [each.by(Way(rest))])
    return located


def _controlled(
    tracing: Tracing, each: TracedUse, contributions: tuple[Contribution, ...]
) -> TracedUse | None:
    spans = spans_of(each.use.image)
    if spans is None or not is_controlled(spans, contributions):
        return None
    way = Way(contributions)
    return each.by(way) if way.is_free_of(tracing.banned) else None


def _traced(tracing: Tracing, use: Use) -> TracedUse | None:
    for each in tracing.uses:
        if (each.use.key, each.use.text) == (use.key, use.text):
            return each
    return None


def _put(tracing: Tracing, old: TracedUse, new: TracedUse) -> None:
    tracing.uses = [new if each is old else each for each in tracing.uses]
