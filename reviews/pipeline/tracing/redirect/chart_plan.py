"""What is to become of every image: targets, collisions, and the edits that redirect it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...core.messages import Message, _
from ...core.policy import Policy
from ...image_archives.archive_tags import ArchiveTags
from ...manifests.references import ImageReference
from ...mapping.entries import ImageMapping
from ...package.chart_values import ValueLeaf, effective_leaves
from ...yaml.edit import replace as replace_leaf
from ...yaml.source import Path, dotted
from ..experiment.attribute import is_image_key
from ..experiment.harm import Harm
from ..experiment.reference_spans import ReferenceSpans
from ..experiment.settings import likely_settings
from ..experiment.trace import Tracing
from ..experiment.uses import TracedUse
from ..model import (
    Collision,
    ImageStatus,
    LeafChange,
    SharedValue,
    Trace,
    TracedImage,
)
from .completed import completed_at_runtime, kept_prefixes, unset_in
from .digest_alone import has_tag, takes_tag
from .edits import Intent, Redirection, redirect
from .solve import UNAGREED, Requirement, Solution, changes_text, solve
from .sources import carried_along, sources_of
from .targets import collisions, is_external, target_of


def plan(
    tracing: Tracing,
    policy: Policy,
    mapping: ImageMapping | None,
    excluded: Mapping[str, Message] | None = None,
    archives: ArchiveTags | None = None,
) -> Trace:
    """The status of every image that was traced, with the edits that redirect them.

    ``archives`` give tags to images that have digests alone. ``excluded`` maps originals that are
    not to be redirected to the reason. Status ``redirected`` is a promise here; ``verify`` proves
    it or takes it back.
    """
    return _Planner(tracing, policy, mapping, archives).plan(dict(excluded or {}))


@dataclass
class _Outcome:
    """What is known of one original while it is being decided."""

    uses: list[TracedUse]
    reason: Message | None = None
    status: ImageStatus | None = None
    is_colliding: bool = False


@dataclass
class _Planner:
    tracing: Tracing
    policy: Policy
    mapping: ImageMapping | None
    archives: ArchiveTags | None = None

    def plan(self, excluded: dict[str, Message]) -> Trace:
        """Targets, collisions, new values, edits."""
        outcomes = self._outcomes()
        colliding = self._collisions(outcomes)
        redirection = self._redirect(outcomes, excluded)
        redirection.changes.extend(self._emptied(redirection.changes))
        images = [
            image
            for original, outcome in outcomes.items()
            for image in self._images(original, outcome, redirection.changes)
        ]
        return Trace(
            scenarios=tuple(self.tracing.scenarios),
            images=tuple(images),
            changes=tuple(redirection.changes),
            guard=redirection.guard,
            guard_change_set=redirection.guard_change_set,
            collisions=colliding,
            completed=completed_at_runtime(self.tracing, self.policy, redirection.changes),
            unset=unset_in(self.tracing),
            shared_values=tuple(self._shared_values(images)),
            unmarkable=tuple(self.tracing.unmarkable),
            unreached=tuple(self.tracing.unreached),
        )

    def _outcomes(self) -> dict[str, _Outcome]:
        outcomes: dict[str, _Outcome] = {}
        for each in self.tracing.uses:
            if _counts(each) and not each.use.is_prefix:
                outcomes.setdefault(each.use.image, _Outcome([])).uses.append(each)
        for original, outcome in outcomes.items():
            spans = outcome.uses[0].spans
            if spans is None:
                outcome.status = ImageStatus.UNVERIFIED
                outcome.reason = _("%(image)s is no valid image reference", image=original)
            elif is_external(spans.reference, self.policy):
                outcome.status = ImageStatus.EXTERNAL
            elif str(self._target(spans, outcome.uses)) == original:
                outcome.status = ImageStatus.UNCHANGED
        return outcomes

    def _target(self, spans: ReferenceSpans, uses: Sequence[TracedUse]) -> ImageReference:
        paths = {dotted(o.leaf.path) for each in uses for o in each.contributions}
        goal = target_of(spans.reference, self.policy, self.mapping, paths, self.archives)
        if spans.reference.tag or not goal.tag or self._can_have(goal.tag, spans, uses):
            return goal
        return target_of(spans.reference, self.policy, self.mapping, paths)

    def _can_have(self, tag: str, spans: ReferenceSpans, uses: Sequence[TracedUse]) -> bool:
        """Whether ``tag`` can take the place of the digest that all of ``uses`` have."""
        others = (each.spans.reference for each in self.tracing.uses if each.spans is not None)
        return takes_tag(uses, tag, self._leaves) and not has_tag(others, spans.reference.name, tag)

    @cached_property
    def _leaves(self) -> Mapping[Path, ValueLeaf]:
        return effective_leaves(self.tracing.renderer.chart)

    def _collisions(self, outcomes: Mapping[str, _Outcome]) -> tuple[Collision, ...]:
        found = collisions(
            (original, spans.reference, self._target(spans, outcome.uses))
            for original, outcome in outcomes.items()
            if (spans := outcome.uses[0].spans) and outcome.status is not ImageStatus.EXTERNAL
        )
        for collision in found:
            for original in collision.originals:
                outcomes[original].is_colliding = outcomes[original].status is None
                outcomes[original].status = outcomes[original].status or ImageStatus.UNVERIFIED
                outcomes[original].reason = _("another image has the same target")
        return found

    def _redirect(
        self, outcomes: Mapping[str, _Outcome], excluded: dict[str, Message]
    ) -> Redirection:
        """Edits on which the controlled images agree; what cannot be edited is excluded."""
        uneditable: dict[ValueLeaf, Message] = {}
        prefixes = [each for _use, each in kept_prefixes(self.tracing, self.policy)]
        while True:
            requirements, places = self._requirements(outcomes, excluded)
            banned = {**self.tracing.banned, **uneditable}
            solution = solve([*requirements, *prefixes], banned)
            left_out = [index for index in solution.conflicts if index < len(places)]
            for index in left_out:
                excluded[places[index][0]] = self._why_not(requirements[index], uneditable)
            if left_out:
                continue
            for index, (original, number) in enumerate(places):
                way = solution.ways[index]
                requirements[index] = replace(requirements[index], contributions=way.contributions)
                each = outcomes[original].uses[number]
                outcomes[original].uses[number] = each.by(way, *each.ways)
            originals = [original for original, _number in places]
            intents = _intents(requirements[: len(places)], originals, solution)
            redirection = redirect(self.tracing.renderer.chart, intents)
            if not redirection.failed:
                break
            uneditable |= redirection.failed
        for original, reason in excluded.items():
            if original in outcomes and outcomes[original].status is None:
                outcomes[original].status, outcomes[original].reason = (
                    ImageStatus.UNVERIFIED,
                    reason,
                )
        return redirection

    def _why_not(
        self, requirement: Requirement, uneditable: Mapping[ValueLeaf, Message]
    ) -> Message:
        leaves = [contribution.leaf for contribution in requirement.contributions]
        for leaf in leaves:
            if leaf in uneditable:
                return uneditable[leaf]
        kept = {**self.tracing.banned, **self._kept_for_prefixes}
        for leaf in leaves:
            if leaf in kept:
                return _(
                    "%(value)s, which decides it, also decides what would be wrong afterwards",
                    value=dotted(leaf.path),
                )
        return UNAGREED

    @cached_property
    def _kept_for_prefixes(self) -> dict[ValueLeaf, tuple[Harm, ...]]:
        """The values that a prefix is made of, with what would be wrong without it."""
        found: dict[ValueLeaf, tuple[Harm, ...]] = {}
        for each, requirement in kept_prefixes(self.tracing, self.policy):
            use = each.use
            for part in requirement.contributions:
                path = ".".join(map(str, use.pointer))
                prefix = requirement.spans.text
                harm = Harm(part.leaf, use, use.template, use.kind, use.name, path, prefix, "")
                found[part.leaf] = (*found.get(part.leaf, ()), harm)
        return found

    def _shared_values(self, images: Iterable[TracedImage]) -> Iterator[SharedValue]:
        """The values that stay as they are, of which images are left without another way."""
        unmoved = [each for each in images if each.status is ImageStatus.UNVERIFIED]
        for leaf, harms in {**self._kept_for_prefixes, **self.tracing.banned}.items():
            left = [
                image.original
                for image in unmoved
                if any(part.leaf == leaf for each in image.uses for part in each.contributions)
            ]
            if left:
                yield SharedValue(leaf, tuple(dict.fromkeys(left)), harms)

    def _requirements(
        self, outcomes: Mapping[str, _Outcome], excluded: Mapping[str, Message]
    ) -> tuple[list[Requirement], list[tuple[str, int]]]:
        """What is to be met, and for each the original and the number of its use."""
        requirements, places = [], []
        for original, outcome in outcomes.items():
            if outcome.status is not None or original in excluded:
                continue
            for number, each in enumerate(outcome.uses):
                if each.spans is not None and each.is_controlled:
                    goal = self._target(each.spans, outcome.uses)
                    requirements.append(
                        Requirement(each.spans, each.contributions, goal, each.empty, each.others)
                    )
                    places.append((original, number))
        return requirements, places

    def _emptied(self, changes: Sequence[LeafChange]) -> list[LeafChange]:
        """The nulls over digests beside what changes, to be empty: every Helm reads that alike."""
        found = []
        for leaf in self.tracing.renderer.emptied:
            beside = [
                change
                for change in changes
                if any(path[:-1] == leaf.path[:-1] for path in change.leaf.paths)
            ]
            if beside:
                images = tuple(dict.fromkeys(image for each in beside for image in each.images))
                edit = replace_leaf(leaf.source, leaf.leaf, "")
                found.append(LeafChange(leaf, "", images, beside[0].change_set, edit))
        return found

    def _images(
        self, original: str, outcome: _Outcome, changes: Sequence[LeafChange]
    ) -> list[TracedImage]:
        moved = {change.change_set for change in changes if original in change.images}
        change_set = min(moved) if moved else None
        groups: dict[ImageStatus, list[TracedUse]] = {}
        for each in outcome.uses:
            status = outcome.status or (
                ImageStatus.REDIRECTED if each.is_controlled else ImageStatus.HARDCODED
            )
            if outcome.is_colliding and not each.is_controlled:
                status = ImageStatus.HARDCODED
            if status is ImageStatus.HARDCODED and not _is_hard_coded(each):
                status = ImageStatus.UNVERIFIED
            groups.setdefault(status, []).append(each)
        return [
            self._image(original, status, uses, outcome, changes, change_set)
            for status, uses in groups.items()
        ]

    def _unknown(self, uses: Sequence[TracedUse]) -> Message:
        """Why nobody knows what decides the image."""
        computed = {
            dotted(leaf.path): None
            for each in uses
            for leaf in self.tracing.computed.get(each.use.key, ())
        }
        if computed:
            return _(
                "a template computes it from %(values)s, and which part of them becomes which part"
                " of the image could not be seen",
                values=tuple(computed),
            )
        return _("no value was found that decides it, nor the literal it comes from")

    def _shown_by(self, original: str, uses: list[TracedUse]) -> tuple[str, ...]:
        known = self.tracing.settings.get(original)
        return known or likely_settings(self.tracing.renderer.chart, uses)

    def _image(
        self,
        original: str,
        status: ImageStatus,
        uses: list[TracedUse],
        outcome: _Outcome,
        changes: Sequence[LeafChange],
        change_set: str | None,
    ) -> TracedImage:
        spans = uses[0].spans
        target = str(self._target(spans, outcome.uses)) if spans else None
        reason = outcome.reason
        if reason is None and status is ImageStatus.UNVERIFIED:
            reason = self._unknown(uses)
        default = any(not each.scenario.shown_by for each in uses)
        return TracedImage(
            original=original,
            target=target or carried_along(uses[0], changes),
            status=status,
            sources=sources_of(uses),
            uses=tuple(uses),
            shown_by=(
                *self.tracing.renderer.given_by,
                *(() if default else self._shown_by(original, uses)),
            ),
            reason=reason,
            change_set=change_set if status is ImageStatus.REDIRECTED else None,
        )


def _is_hard_coded(each: TracedUse) -> bool:
    """Whether a template hard-codes some of the address; a literal tag moves nothing."""
    spans = each.spans
    return any(spans is None or literal.start < spans.location for literal in each.literals)


def _counts(each: TracedUse) -> bool:
    """Whether a use is an image for sure: a pod template's, or a full reference elsewhere.

    What only a values file for the chart's own tests names is not part of the package.
    """
    if each.scenario.is_file and not _is_of_the_chart(each):
        return False
    if each.use.is_pulled:
        return True
    if each.spans is None:
        return False
    reference = each.spans.reference
    decided_by_image_key = any(
        is_image_key(contribution.leaf) for contribution in each.contributions
    )
    return bool(reference.tag or reference.digest) or decided_by_image_key


def _is_of_the_chart(each: TracedUse) -> bool:
    """Whether the chart gives more of the address than the tag of what a values file names."""
    end = each.spans.location if each.spans is not None else len(each.use.image)
    starts = [part.start for part in each.contributions]
    starts += [literal.start for literal in each.literals]
    return any(start < end for start in starts)


def _intents(
    requirements: Sequence[Requirement], originals: Sequence[str], solution: Solution
) -> list[Intent]:
    """What each leaf that must change is to become, with its change set."""
    changed = {
        leaf: tuple(each for each in substitutions if changes_text(leaf, each))
        for leaf, substitutions in solution.substitutions.items()
    }
    changed = {leaf: substitutions for leaf, substitutions in changed.items() if substitutions}
    sets = _change_sets(requirements, originals, changed)
    return [
        Intent(leaf, substitutions, images=sets[leaf][1], change_set=sets[leaf][0])
        for leaf, substitutions in changed.items()
    ]


def _change_sets(
    requirements: Sequence[Requirement], originals: Sequence[str], changed: Collection[ValueLeaf]
) -> dict[ValueLeaf, tuple[str, tuple[str, ...]]]:
    """For every leaf that changes: the name of its change set and the images it feeds.

    Leaves that share an image belong together, and images that share a leaf.
    """
    joined_with: dict[ValueLeaf, _Joined] = {}
    images_of: dict[ValueLeaf, dict[str, None]] = {}
    for each, original in zip(requirements, originals, strict=True):
        mine = [contribution for contribution in each.contributions if contribution.leaf in changed]
        if not mine:
            continue
        _join([contribution.leaf for contribution in mine], joined_with)
        for contribution in mine:
            images_of.setdefault(contribution.leaf, {})[original] = None
    return {leaf: (joined_with[leaf].name, tuple(images)) for leaf, images in images_of.items()}


@dataclass(eq=False, slots=True)
class _Joined:
    """Leaves that belong together."""

    name: str = ""
    leaves: list[ValueLeaf] = field(default_factory=list)


def _join(leaves: Sequence[ValueLeaf], joined_with: dict[ValueLeaf, _Joined]) -> None:
    """Note that ``leaves``, and all that they are joined with, belong together.

    The smaller sets go into the largest, so that no leaf moves often.
    """
    known = {id(found): found for leaf in leaves if (found := joined_with.get(leaf)) is not None}
    whole = max(known.values(), key=lambda each: len(each.leaves), default=_Joined())
    names = [each.name for each in known.values()]
    moved = [leaf for each in known.values() if each is not whole for leaf in each.leaves]
    moved += [leaf for leaf in dict.fromkeys(leaves) if leaf not in joined_with]
    whole.name = min([*names, *(f"image:{dotted(leaf.path)}" for leaf in leaves)])
    whole.leaves += moved
    joined_with.update(dict.fromkeys(moved, whole))
