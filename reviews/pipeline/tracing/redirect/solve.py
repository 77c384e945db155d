"""Choose new values so that every image renders as its target.

Only what stands before the image's last path segment must change: ``docker.io/bitnami/``
of ``docker.io/bitnami/etcd:3.5`` becomes ``{registry}/{organization}/``. The leaves that
provide that part share the new text among them; leaves that feed several images must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...core.messages import Message, _
from ...manifests.references import ImageReference, is_host
from ...package.chart_values import ValueLeaf
from ..experiment.anatomy import Anatomy
from ..experiment.markers import Owner

# A span of a leaf's printed text and what it must become, which may be what it is.
Piece = tuple[int, int, str]
# What leaves must become: the identity of a leaf to its pieces.
Assignment = Mapping[int, tuple[Piece, ...]]


@dataclass(frozen=True)
class Wanted:
    """One image as it is built, and what it must become.

    ``owners`` are in the order of their parts. ``blocked`` says why it cannot be moved.
    """

    anatomy: Anatomy
    owners: tuple[Owner, ...]
    target: ImageReference
    blocked: Message | None = None


@dataclass
class Solution:
    """What leaves must become, and which wanted images could not be agreed upon."""

    pieces: dict[int, tuple[Piece, ...]] = field(default_factory=dict)
    leaves: dict[int, ValueLeaf] = field(default_factory=dict)
    conflicts: list[int] = field(default_factory=list)


def solve(wanted: Sequence[Wanted]) -> Solution:
    """New texts on which as many images as possible agree; the others are conflicts.

    Images that share no leaf are solved apart; within a group the first alternatives that
    agree win, so that the shape of the file is kept where it can be.
    """
    solution = Solution()
    for group in _groups(wanted):
        options = {index: list(alternatives(wanted[index])) for index in group}
        agreed, left_out = _most_that_agree(options)
        solution.pieces.update(agreed)
        solution.conflicts.extend(left_out)
        for index in group:
            solution.leaves.update({id(owner.leaf): owner.leaf for owner in wanted[index].owners})
    return solution


def _most_that_agree(
    options: Mapping[int, list[Assignment]],
) -> tuple[dict[int, tuple[Piece, ...]], list[int]]:
    """What all images agree on; where they do not, one image after the other is left out."""
    agreed = _agree(list(options.values()))
    if agreed is not None:
        return agreed, []
    kept: list[int] = []
    left_out: list[int] = []
    result: dict[int, tuple[Piece, ...]] = {}
    for index in options:
        found = _agree([options[each] for each in (*kept, index)])
        if found is None:
            left_out.append(index)
        else:
            kept.append(index)
            result = found
    return result, left_out


def alternatives(wanted: Wanted) -> Iterator[Assignment]:
    """The ways to make one image its target, the one closest to its present shape first."""
    anatomy = wanted.anatomy
    front = [owner for owner in wanted.owners if owner.start < anatomy.name or owner.start == 0]
    if front and front[0].fills and front[0].end >= anatomy.location:
        yield _filled(wanted, front[0])
        return
    tail = _tail_changes(wanted)
    for parts, shares in _shares(wanted, front):
        assignment = _assigned(wanted, parts, shares, tail)
        if assignment is not None:
            yield assignment


def _filled(wanted: Wanted, owner: Owner) -> Assignment:
    """An empty leaf that takes the place of the whole address, with or without the tag."""
    target = wanted.target
    text = f"{target.registry}/{target.repository}"
    if owner.end == len(wanted.anatomy.text):
        text = str(target)
    return {id(owner.leaf): ((0, 0, text),)}


def _shares(
    wanted: Wanted, front: Sequence[Owner]
) -> Iterator[tuple[Sequence[Owner], tuple[str, ...]]]:
    """What each leaf contributes in front of the name, slashes between them left out.

    A leaf that held nothing but a host keeps to that, as in the packaging guide, wherever
    another leaf can take the organisation. A name that an anchor shares with other fields is
    left as it is where the registry can take the organisation.
    """
    registry = wanted.target.registry
    organization = wanted.target.repository.rpartition("/")[0]
    both = f"{registry}/{organization}"
    if not front:
        return
    first = front[0]
    text = wanted.anatomy.text[first.start : first.end].strip("/")
    host_only = first.fills or (is_host(text.split("/")[0]) and "/" not in text)
    if len(front) == 1:
        name = next((o for o in wanted.owners if o.start == wanted.anatomy.name > 0), None)
        options: list[tuple[Sequence[Owner], tuple[str, ...]]] = [(front, (both,))]
        if host_only and name is not None:
            is_shared = len(name.leaf.paths) > len(first.leaf.paths)
            options.insert(is_shared, ((first, name), (registry, organization)))
        yield from options
        return
    rest = [""] * (len(front) - 2)
    keep = (registry, organization, *rest)
    short = (both, "", *rest)
    for shares in (keep, short) if host_only or "/" in text else (short, keep):
        yield front, shares


def _tail_changes(wanted: Wanted) -> list[Piece]:
    """Changes from the name on: spans of the image and their new text."""
    anatomy, target = wanted.anatomy, wanted.target
    changes: list[Piece] = []
    name = target.repository.rpartition("/")[2]
    if anatomy.text[anatomy.name : anatomy.location] != name:
        changes.append((anatomy.name, anatomy.location, name))
    if anatomy.tag and target.tag and anatomy.reference.tag != target.tag:
        changes.append((*anatomy.tag, target.tag))
    if anatomy.digest and not target.digest:
        changes.append((anatomy.digest[0], anatomy.digest[1], ""))
    return changes


def _assigned(
    wanted: Wanted,
    front: Sequence[Owner],
    shares: Sequence[str],
    tail: Sequence[Piece],
) -> Assignment | None:
    """What every leaf that takes part must become, None where the parts do not fit."""
    changes: dict[int, list[Piece]] = {}
    for owner, share in zip(front, shares, strict=True):
        piece = _front_piece(wanted.anatomy, owner, share)
        if piece is None:
            return None
        changes.setdefault(id(owner.leaf), []).append(piece)
    for whole_start, end, text in tail:
        start, holder = _holder(wanted, whole_start, end)
        if holder is None:
            return None
        begin = holder.leaf_start + start - holder.start
        stop = begin + end - start
        if not text and holder.text[begin - 1 : begin] == "@":
            begin -= 1
        changes.setdefault(id(holder.leaf), []).append((begin, stop, text))
    result: dict[int, tuple[Piece, ...]] = {}
    for owner in wanted.owners:
        piece = _whole_piece(owner, changes.get(id(owner.leaf), ()))
        result[id(owner.leaf)] = (*result.get(id(owner.leaf), ()), piece)
    return result


def _holder(wanted: Wanted, start: int, end: int) -> tuple[int, Owner | None]:
    """The owner of the span, and where the span begins in it.

    A digest is often kept without its algorithm, which the template writes in front of it.
    """
    starts = [start]
    if (start, end) == wanted.anatomy.digest:
        starts.append(wanted.anatomy.text.index(":", start) + 1)
    for begin in starts:
        for owner in wanted.owners:
            if owner.start <= begin and end <= owner.end:
                return begin, owner
    return start, None


def _whole_piece(owner: Owner, changes: Sequence[Piece]) -> Piece:
    """The owner's whole span with the changes that fall into it."""
    start, end = owner.leaf_start, owner.leaf_end
    if owner.fills:
        return changes[0] if changes else (0, 0, "")
    inside = [each for each in changes if start <= each[0] and each[1] <= end]
    moved = [(low - start, high - start, new) for low, high, new in inside]
    return (start, end, replaced(owner.text[start:end], moved))


def _front_piece(anatomy: Anatomy, owner: Owner, share: str) -> Piece | None:
    """What to replace in the leaf's own text so that it contributes ``share``."""
    if owner.fills:
        return (0, 0, share + owner.separator)
    end = max(owner.start, min(owner.end, anatomy.name))
    old = anatomy.text[owner.start : end]
    lead = "/" if old.startswith("/") else ""
    reaches_name = owner.end > anatomy.name or (anatomy.name == 0 and owner.end > 0)
    if not share:
        # Dropping a namespace works only where the name follows in the same leaf.
        if not reaches_name:
            return None
        new = lead
    else:
        closed = reaches_name or (len(old) > 1 and old.endswith("/"))
        new = lead + share + ("/" if closed else "")
    return (owner.leaf_start, owner.leaf_start + len(old), new)


def replaced(text: str, pieces: Iterable[Piece]) -> str:
    """``text`` with disjoint spans replaced."""
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _groups(wanted: Sequence[Wanted]) -> list[list[int]]:
    """Indexes of images that hang together through a leaf."""
    group_of: dict[int, list[int]] = {}
    groups: dict[int, list[int]] = {}
    for index, each in enumerate(wanted):
        mine = [index]
        for owner in each.owners:
            other = group_of.get(id(owner.leaf))
            if other is not None and other is not mine:
                groups.pop(id(other), None)
                mine = sorted({*mine, *other})
        groups = {key: value for key, value in groups.items() if not set(value) & set(mine)}
        groups[id(mine)] = mine
        for member in mine:
            for owner in wanted[member].owners:
                group_of[id(owner.leaf)] = mine
    return sorted(groups.values())


def _agree(choices: list[list[Assignment]]) -> dict[int, tuple[Piece, ...]] | None:
    """One alternative of each image such that no leaf is asked for two different texts."""
    choices = sorted(choices, key=len)
    budget = [2_000]

    def extend(depth: int, chosen: Assignment) -> Assignment | None:
        if depth == len(choices):
            return chosen
        for option in choices[depth]:
            budget[0] -= 1
            if budget[0] < 0:
                return None
            both = _both(chosen, option)
            found = None if both is None else extend(depth + 1, both)
            if found is not None:
                return found
        return None

    found = extend(0, {})
    return None if found is None else dict(found)


def _both(left: Assignment, right: Assignment) -> Assignment | None:
    """Two assignments as one, None where they contradict each other."""
    result = dict(left)
    for leaf, pieces in right.items():
        for piece in pieces:
            mine = result.get(leaf, ())
            if piece in mine:
                continue
            if any(_touches(piece, other) for other in mine):
                return None
            result[leaf] = (*mine, piece)
    return result


def _touches(left: Piece, right: Piece) -> bool:
    if left[:2] == right[:2]:
        return True
    return left[0] < right[1] and right[0] < left[1]


UNAGREED = _(
    "the same value feeds several images that need different values there,"
    " or the parts of the image cannot hold the target address"
)
