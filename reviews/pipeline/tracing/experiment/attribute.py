"""Which leaf provides which part of which image: mark, render, read off.

All candidates are marked in one render. Where that render fails, or a mark changes what is
built, the candidates are split and the halves tried, until the budget is spent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from ...rendering import BudgetSpent, ChartRejected, Rendering
from ...yaml.source import Path
from .anatomy import anatomy_of, is_controlled
from .markers import Filling, Marking, Owner, printed
from .renderer import Laboratory, Observation, State, merged, overrides

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
_OVERRIDE_WORDS = (*_REGISTRY_WORDS, "override", "image", "name")


@dataclass
class Attribution:
    """The owners of every use of one observation, by its spot.

    ``unmarkable`` are leaves that cannot be marked alone; ``spent`` says that the budget
    ended before every question was asked.
    """

    owners: dict[object, tuple[Owner, ...]] = field(default_factory=dict)
    unmarkable: list[ValueLeaf] = field(default_factory=list)
    spent: bool = False


def attribute(lab: Laboratory, state: State, observation: Observation) -> Attribution:
    """Find the owners of every use in ``observation``, which is the render of ``state``."""
    result = Attribution()
    uses = list(observation.uses)
    chosen = _candidates(lab, uses)
    try:
        pending = _mark(lab, state, chosen, uses, result)
        if pending and chosen:
            _mark_apart(lab, state, chosen, pending, result)
        _fill(lab, state, uses, result)
    except BudgetSpent:
        result.spent = True
    return result


def is_image_key(leaf: ValueLeaf) -> bool:
    """Whether the key, or one near above it, has a name that images have."""
    words = [str(part).lower() for part in leaf.path[-3:] if isinstance(part, str)]
    return any(mark in word for word in words for mark in _IMAGE_WORDS)


def _candidates(lab: Laboratory, uses: Sequence[Use]) -> list[ValueLeaf]:
    """Leaves whose text occurs in an image, or that hold one; likely keys first."""
    images = {use.image for use in uses}
    blob = "\n".join(images)
    found: dict[int, ValueLeaf] = {}
    for leaf in lab.leaves.values():
        if id(leaf) in found:
            continue
        text = printed(leaf)
        if isinstance(leaf.leaf.value, bool) and not _is_a_part(text, images):
            continue
        if (
            text and ((text.rstrip("/") in blob and _occurs(text, images)) or _holds(text, images))
        ) or ("{{" in text and is_image_key(leaf)):
            found[id(leaf)] = leaf
    return sorted(found.values(), key=lambda leaf: not is_image_key(leaf))


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
    """Whether ``text`` stands between delimiters, as the tag ``yes`` does that prints true."""
    return any(text in _DELIMITER.split(image) for image in images)


def _holds(text: str, images: Iterable[str]) -> bool:
    return len(text) > 3 and any(image in text for image in images)


def _mark(
    lab: Laboratory,
    state: State,
    leaves: Sequence[ValueLeaf],
    uses: Sequence[Use],
    result: Attribution,
) -> list[Use]:
    """Mark ``leaves`` together and read ``uses`` off; returns the uses that stay unread."""
    if not leaves:
        for use in uses:
            result.owners.setdefault(use.spot, ())
        return []
    marking = Marking(leaves)
    try:
        rendering = lab.probe(merged(state.values, overrides(marking.marked)))
    except ChartRejected:
        if len(leaves) == 1:
            result.unmarkable.append(leaves[0])
            return list(uses)
        likely = sum(map(is_image_key, leaves))
        middle = likely if 0 < likely < len(leaves) else len(leaves) // 2
        pending = _mark(lab, state, leaves[:middle], uses, result)
        also = _mark(lab, state, leaves[middle:], uses, result)
        return [use for use in pending if use in also]
    return _read(lab, rendering, marking, uses, result)


def _read(
    lab: Laboratory,
    rendering: Rendering,
    marking: Marking,
    uses: Sequence[Use],
    result: Attribution,
) -> list[Use]:
    strings = lab.strings(rendering, uses)
    pending = []
    for use in uses:
        text = strings.get(use.spot)
        owners = marking.owners(use, text) if text is not None else None
        if owners is None:
            pending.append(use)
        else:
            known = result.owners.get(use.spot, ())
            result.owners[use.spot] = _united(known, owners)
    return pending


def _united(known: tuple[Owner, ...], new: tuple[Owner, ...]) -> tuple[Owner, ...]:
    free = [
        owner
        for owner in new
        if not any(owner.start < other.end and other.start < owner.end for other in known)
    ]
    return tuple(sorted((*known, *free), key=lambda owner: owner.start))


def _mark_apart(
    lab: Laboratory,
    state: State,
    leaves: Sequence[ValueLeaf],
    pending: Sequence[Use],
    result: Attribution,
) -> None:
    """Uses that a common mark changed: try the likely leaves, then each part of them alone.

    A leaf that chooses between others hides them from what is marked with it, so a use is asked
    about until everything of it that must change has an owner.
    """
    images = {use.image for use in pending}
    own = [
        leaf for leaf in leaves if _occurs(printed(leaf), images) or _holds(printed(leaf), images)
    ]
    likely = [leaf for leaf in own if is_image_key(leaf) and leaf not in result.unmarkable]
    rest = list(pending)
    if 0 < len(likely) < len(leaves):
        _mark(lab, state, likely, rest, result)
        rest = _unsettled(rest, result)
    queue = [own] if len(own) > 1 else []
    while queue and rest:
        group = queue.pop(0)
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            if _mark(lab, state, half, rest, result) and len(half) > 1:
                queue.append(list(half))
            rest = _unsettled(rest, result)


def _unsettled(uses: Sequence[Use], result: Attribution) -> list[Use]:
    """The uses whose owners known so far do not provide all that must change."""
    left = []
    for use in uses:
        anatomy, owners = anatomy_of(use.image), result.owners.get(use.spot)
        if owners is None or anatomy is None or not is_controlled(anatomy, owners):
            left.append(use)
    return left


def _fill(lab: Laboratory, state: State, uses: Sequence[Use], result: Attribution) -> None:
    """Where an image's beginning is not in a leaf, ask the empty leaves beside it.

    An empty leaf may shadow another (an override of everything before an override of the
    registry), so those that take a whole address are set aside and the others asked again.
    """
    wanting = [use for use in uses if _wants_a_registry(use, result.owners.get(use.spot, ()))]
    empties = _empty_siblings(lab, wanting, result)
    best: dict[object, Owner] = {}
    for _round in range(3):
        if not wanting or not empties:
            break
        found = _filled(lab, state, empties, wanting, result)
        for spot, owner in found.items():
            if spot not in best or owner.end < best[spot].end:
                best[spot] = owner
        aside = {id(owner.leaf) for owner in found.values()}
        empties = [leaf for leaf in empties if id(leaf) not in aside]
        wanting = [use for use in wanting if use.spot in found and _is_long(use, best)]
    for spot, owner in best.items():
        known = [each for each in result.owners.get(spot, ()) if each.start >= owner.end]
        result.owners[spot] = (owner, *known)


def _is_long(use: Use, best: dict[object, Owner]) -> bool:
    anatomy = anatomy_of(use.image)
    return anatomy is not None and best[use.spot].end >= anatomy.location


def _filled(
    lab: Laboratory,
    state: State,
    empties: Sequence[ValueLeaf],
    uses: Sequence[Use],
    result: Attribution,
) -> dict[object, Owner]:
    filling = Filling(empties)
    try:
        rendering = lab.probe(merged(state.values, overrides(filling.marked)))
    except ChartRejected:
        if len(empties) == 1:
            result.unmarkable.extend(empties)
            return {}
        middle = len(empties) // 2
        found = _filled(lab, state, empties[middle:], uses, result)
        return found | _filled(lab, state, empties[:middle], uses, result)
    strings = lab.strings(rendering, uses)
    found = {}
    for use in uses:
        text = strings.get(use.spot)
        owner = filling.owner(use, text) if text is not None else None
        if owner is not None:
            found[use.spot] = owner
    return found


def _wants_a_registry(use: Use, owners: Sequence[Owner]) -> bool:
    anatomy = anatomy_of(use.image)
    if anatomy is None:
        return False
    return not anatomy.reference.registry or not is_controlled(anatomy, owners)


def _empty_siblings(lab: Laboratory, uses: Sequence[Use], result: Attribution) -> list[ValueLeaf]:
    """Empty leaves with a fitting key beside (or one map above) a leaf of the uses."""
    near: dict[Path, tuple[str, ...]] = {}
    for use in uses:
        owners = result.owners.get(use.spot, ())
        anatomy = anatomy_of(use.image)
        lost = anatomy is None or not is_controlled(anatomy, owners)
        for owner in owners:
            path = owner.leaf.path
            near.setdefault(path[:-2], _REGISTRY_WORDS)
            if lost or path[:-1] not in near:
                near[path[:-1]] = _OVERRIDE_WORDS if lost else _REGISTRY_WORDS
    near.pop((), None)
    found: dict[int, ValueLeaf] = {}
    for path, leaf in lab.leaves.items():
        if leaf.leaf.value not in ("", None):
            continue
        words = near.get(path[:-1], ()) if len(path) > 1 else _REGISTRY_WORDS[:1]
        if any(word in str(path[-1]).lower() for word in words):
            found[id(leaf)] = leaf
    return list(found.values())
