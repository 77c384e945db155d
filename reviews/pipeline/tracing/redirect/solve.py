"""Choose new values so that every image renders as its target.

Only what is before the image's last path segment must change: ``docker.io/bitnami/``
of ``docker.io/bitnami/etcd:3.5`` becomes ``{registry}/{organization}/``. The leaves that
provide that part share the new text among them; leaves that feed several images must agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...core.messages import _
from ...manifests.references import ImageReference, is_host
from ...package.chart_values import ValueLeaf
from ..experiment.markers import Contribution, printed
from ..experiment.reference_spans import ReferenceSpans
from ..experiment.ways import Way
from .agreement import Assignment, Option, Substitution, most_that_agree


@dataclass(frozen=True)
class Requirement:
    """One image as it is built, and what it must become.

    ``contributions`` are in the order of their parts, and hold while the ``empty`` values stay
    empty; ``others`` are further ways to the same image. ``is_prefix`` says that it is a registry,
    with or without an organisation, that a program completes.
    """

    spans: ReferenceSpans
    contributions: tuple[Contribution, ...]
    target: ImageReference
    empty: tuple[ValueLeaf, ...] = ()
    others: tuple[Way, ...] = ()
    is_prefix: bool = False


@dataclass
class Solution:
    """What leaves must become, and which requirements could not be agreed upon.

    ``ways`` are those by which the others are met, by the index of the requirement.
    """

    substitutions: dict[ValueLeaf, tuple[Substitution, ...]] = field(default_factory=dict)
    conflicts: list[int] = field(default_factory=list)
    ways: dict[int, Way] = field(default_factory=dict)


def solve(requirements: Sequence[Requirement], banned: Collection[ValueLeaf] = ()) -> Solution:
    """New texts on which as many images as possible agree; the others are conflicts.

    Those in ``banned`` keep their texts.

    Images that share no leaf are solved apart; within a group the first alternatives that
    agree win, so that the shape of the file is kept where it can be.
    """
    solution = Solution()
    same: dict[Requirement, list[int]] = {}
    for index, each in enumerate(requirements):
        same.setdefault(each, []).append(index)
    # What must not be led astray comes first: images are left out rather than that.
    first = sorted(same, key=lambda each: not each.is_prefix)
    options = {each: _options(each, banned) for each in first}
    for group in _groups(options):
        agreement = most_that_agree({each: options[each] for each in group})
        solution.substitutions.update(agreement.substitutions)
        for each in group:
            chosen = agreement.chosen.get(each)
            for index in same[each]:
                if chosen is None:
                    solution.conflicts.append(index)
                else:
                    solution.ways[index] = chosen.way
    solution.conflicts.sort()
    return solution


def _options(requirement: Requirement, banned: Collection[ValueLeaf]) -> list[Option]:
    return [
        option
        for option in alternatives(requirement)
        if not any(
            changes_text(leaf, each) for leaf in banned for each in option.assignment.get(leaf, ())
        )
    ]


def changes_text(leaf: ValueLeaf, substitution: Substitution) -> bool:
    """Whether the leaf prints another text with it."""
    start, end, text = substitution
    return printed(leaf)[start:end] != text


def _groups(options: Mapping[Requirement, Sequence[Option]]) -> list[list[Requirement]]:
    """Images that hang together through a leaf, in the order in which they are given."""
    numbered = list(options)
    head = list(range(len(numbered)))

    def found(index: int) -> int:
        while head[index] != index:
            head[index] = head[head[index]]
            index = head[index]
        return index

    first: dict[ValueLeaf, int] = {}
    for index, each in enumerate(numbered):
        leaves = {leaf for option in options[each] for leaf in option.assignment}
        leaves |= {part.leaf for part in each.contributions}
        for leaf in leaves:
            left, right = found(first.setdefault(leaf, index)), found(index)
            head[max(left, right)] = min(left, right)
    groups: dict[int, list[Requirement]] = {}
    for index, each in enumerate(numbered):
        groups.setdefault(found(index), []).append(each)
    return list(groups.values())


def alternatives(requirement: Requirement) -> Iterator[Option]:
    """The ways to make one image its target, the one closest to its present shape first."""
    for way in (Way(requirement.contributions, requirement.empty), *requirement.others):
        kept: Assignment = dict.fromkeys(way.empty, ((0, 0, ""),))
        by = replace(requirement, contributions=way.contributions)
        for assignment in _assignments_as_prefix(by) if by.is_prefix else _assignments(by):
            yield Option(way, {**kept, **assignment})


def _assignments_as_prefix(requirement: Requirement) -> Iterator[Assignment]:
    """A prefix stays as it is; one with an organisation may become those of the target.

    What a program puts behind a registry alone may have an organisation of its own.
    """
    yield {
        part.leaf: ((part.leaf_start, part.leaf_end, part.text[part.leaf_start : part.leaf_end]),)
        for part in requirement.contributions
    }
    text = requirement.spans.text
    if "/" not in text.strip("/") or not _is_whole(requirement):
        return
    for parts, shares in _shares(requirement, requirement.contributions):
        assignment = _assigned(requirement, parts, shares, ())
        if assignment is not None:
            yield assignment


def _is_whole(requirement: Requirement) -> bool:
    """Whether values decide all of a prefix."""
    text = requirement.spans.text
    parts = sorted(requirement.contributions, key=lambda part: part.start)
    ends = [0, *(part.end for part in parts)]
    starts = [*(part.start for part in parts), len(text)]
    return not any(text[end:start].strip("/") for end, start in zip(ends, starts, strict=True))


def _assignments(requirement: Requirement) -> Iterator[Assignment]:
    spans = requirement.spans
    front = [
        contribution
        for contribution in requirement.contributions
        if contribution.start < spans.name or contribution.start == 0
    ]
    if front and front[0].fills and front[0].end >= spans.location:
        yield _filled(requirement, front[0])
        return
    tail = _tail_changes(requirement)
    for parts, shares in _shares(requirement, front):
        assignment = _assigned(requirement, parts, shares, tail)
        if assignment is not None:
            yield assignment


def _filled(requirement: Requirement, contribution: Contribution) -> Assignment:
    """An empty leaf that takes the place of the whole address, with or without the tag."""
    target = requirement.target
    text = f"{target.registry}/{target.repository}"
    if contribution.end == len(requirement.spans.text):
        text = str(target)
    return {contribution.leaf: ((0, 0, text),)}


def _shares(
    requirement: Requirement, front: Sequence[Contribution]
) -> Iterator[tuple[Sequence[Contribution], tuple[str, ...]]]:
    """What each leaf contributes in front of the name, slashes between them left out.

    A leaf that held nothing but a host keeps to that, as in the packaging guide, wherever
    another leaf can take the organisation. A name that an anchor shares with other fields is
    left as it is where the registry can take the organisation.
    """
    registry = requirement.target.registry
    organization = requirement.target.repository.rpartition("/")[0]
    both = f"{registry}/{organization}"
    if not front:
        return
    first = front[0]
    text = requirement.spans.text[first.start : first.end].strip("/")
    host_only = first.fills or (is_host(text.split("/")[0]) and "/" not in text)
    if len(front) == 1:
        name = next(
            (o for o in requirement.contributions if o.start == requirement.spans.name > 0), None
        )
        options: list[tuple[Sequence[Contribution], tuple[str, ...]]] = [(front, (both,))]
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


def _tail_changes(requirement: Requirement) -> list[Substitution]:
    """Changes from the name on: spans of the image and their new text."""
    spans, target = requirement.spans, requirement.target
    changes: list[Substitution] = []
    name = target.repository.rpartition("/")[2]
    if spans.text[spans.name : spans.location] != name:
        changes.append((spans.name, spans.location, name))
    if spans.tag and target.tag and spans.reference.tag != target.tag:
        changes.append((*spans.tag, target.tag))
    if spans.digest and not target.digest:
        text = f":{target.tag}" if target.tag and not spans.tag else ""
        changes.append((spans.digest[0], spans.digest[1], text))
    return changes


def _assigned(
    requirement: Requirement,
    front: Sequence[Contribution],
    shares: Sequence[str],
    tail: Sequence[Substitution],
) -> Assignment | None:
    """What every leaf that takes part must become, None where the parts do not fit."""
    changes: dict[ValueLeaf, list[Substitution]] = {}
    for contribution, share in zip(front, shares, strict=True):
        substitution = _front_substitution(requirement, contribution, share)
        if substitution is None:
            return None
        changes.setdefault(contribution.leaf, []).append(substitution)
    for whole_start, end, text in tail:
        start, holder = _holder(requirement, whole_start, end)
        if holder is None:
            return None
        if holder.fills:
            # Its text, which has everything of the target from its beginning on, is whole.
            changes.setdefault(holder.leaf, [_fill(requirement, holder, "")])
            continue
        begin = holder.leaf_start + start - holder.start
        stop = begin + end - start
        if (whole_start, end) == requirement.spans.digest:
            changes.setdefault(holder.leaf, []).append(_without_digest(holder, begin, stop, text))
            continue
        changes.setdefault(holder.leaf, []).append((begin, stop, text))
    result: dict[ValueLeaf, tuple[Substitution, ...]] = {}
    for contribution in requirement.contributions:
        substitution = _whole_substitution(contribution, changes.get(contribution.leaf, ()))
        result[contribution.leaf] = (*result.get(contribution.leaf, ()), substitution)
    return result


def _without_digest(holder: Contribution, begin: int, end: int, tag: str) -> Substitution:
    """``tag`` (with its colon, or empty) in the place of a digest and the ``@`` before it.

    Where the digest has a value of its own it is emptied: the tag has one too, and decides then.
    """
    is_behind_name = begin > 0 and holder.text[begin - 1] == "@"
    return (begin - 1, end, tag) if is_behind_name else (begin, end, "")


def _holder(requirement: Requirement, start: int, end: int) -> tuple[int, Contribution | None]:
    """The contribution that holds the span, and where the span begins in it.

    A digest is often kept without its algorithm, which the template writes in front of it.
    """
    starts = [start]
    if (start, end) == requirement.spans.digest:
        starts.append(requirement.spans.text.index(":", start) + 1)
    for begin in starts:
        for contribution in requirement.contributions:
            if contribution.start <= begin and end <= contribution.end:
                return begin, contribution
    return start, None


def _whole_substitution(
    contribution: Contribution, changes: Sequence[Substitution]
) -> Substitution:
    """The contribution's whole span with the changes that fall into it."""
    start, end = contribution.leaf_start, contribution.leaf_end
    if contribution.fills:
        return changes[0] if changes else (0, 0, "")
    inside = [each for each in changes if start <= each[0] and each[1] <= end]
    moved = [(low - start, high - start, new) for low, high, new in inside]
    return (start, end, replaced(contribution.text[start:end], moved))


def _front_substitution(
    requirement: Requirement, contribution: Contribution, share: str
) -> Substitution | None:
    """What to replace in the leaf's own text so that it contributes ``share``."""
    spans = requirement.spans
    if contribution.fills:
        return _fill(requirement, contribution, share) if share else None
    end = max(contribution.start, min(contribution.end, spans.name))
    old = spans.text[contribution.start : end]
    lead = "/" if old.startswith("/") else ""
    reaches_name = contribution.end > spans.name or (spans.name == 0 and contribution.end > 0)
    if not share:
        # Dropping a namespace works only where the name follows in the same leaf.
        if not reaches_name:
            return None
        new = lead
    else:
        closed = reaches_name or (len(old) > 1 and old.endswith("/"))
        new = lead + share + ("/" if closed else "")
    return (contribution.leaf_start, contribution.leaf_start + len(old), new)


def _fill(requirement: Requirement, contribution: Contribution, share: str) -> Substitution:
    """What to write into an empty leaf: ``share``, and all of the target that it reaches."""
    spans, target = requirement.spans, requirement.target
    if contribution.end <= spans.name:
        return (0, 0, share + contribution.separator)
    name = target.repository.rpartition("/")[2]
    text = f"{share}/{name}" if share else name
    if contribution.end > spans.location:
        text += str(target).removeprefix(f"{target.registry}/{target.repository}")
    return (0, 0, text)


def replaced(text: str, substitutions: Iterable[Substitution]) -> str:
    """``text`` with disjoint spans replaced."""
    for start, end, new in sorted(substitutions, reverse=True):
        text = text[:start] + new + text[end:]
    return text


UNAGREED = _(
    "the same value feeds several images that need different values there,"
    " or the parts of the image cannot hold the target address"
)
