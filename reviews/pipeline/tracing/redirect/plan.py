"""What is to become of every image: targets, collisions, and the edits that redirect it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...core.messages import Message, _
from ...core.policy import Policy
from ...manifests.references import ImageReference
from ...mapping.entries import ImageMapping
from ...package.chart_values import ValueLeaf
from ...yaml.source import dotted
from ..experiment.anatomy import Anatomy
from ..experiment.attribute import is_image_key
from ..experiment.markers import printed
from ..experiment.settings import likely_settings
from ..experiment.trace import Tracing
from ..experiment.uses import TracedUse
from ..model import Collision, LeafChange, Source, Status, Trace, TracedImage
from .edits import Intent, Redirection, redirect
from .solve import UNAGREED, Piece, Solution, Wanted, replaced, solve
from .targets import collisions, is_external, target_of


def plan(
    tracing: Tracing,
    policy: Policy,
    mapping: ImageMapping | None,
    given_up: Mapping[str, Message] | None = None,
) -> Trace:
    """The fate of every image that was traced, with the edits that redirect them.

    ``given_up`` maps originals that are not to be redirected to the reason. Status
    ``redirected`` is a promise here; ``verify`` proves it or takes it back.
    """
    return _Planner(tracing, policy, mapping).plan(dict(given_up or {}))


@dataclass
class _Fate:
    """What is known of one original while it is being decided."""

    uses: list[TracedUse]
    reason: Message | None = None
    status: Status | None = None


@dataclass
class _Planner:
    tracing: Tracing
    policy: Policy
    mapping: ImageMapping | None

    def plan(self, given_up: dict[str, Message]) -> Trace:
        """Targets, collisions, new values, edits."""
        fates = self._fates()
        colliding = self._collisions(fates)
        redirection = self._redirect(fates, given_up)
        images = [
            image
            for original, fate in fates.items()
            for image in self._images(original, fate, redirection.changes)
        ]
        return Trace(
            states=tuple(self.tracing.states),
            images=tuple(images),
            changes=tuple(redirection.changes),
            guard=redirection.guard,
            guard_change_set=redirection.guard_change_set,
            collisions=colliding,
            unmarkable=tuple(self.tracing.unmarkable.values()),
            unreached=tuple(self.tracing.unreached),
        )

    def _fates(self) -> dict[str, _Fate]:
        fates: dict[str, _Fate] = {}
        for each in self.tracing.uses:
            if _counts(each):
                fates.setdefault(each.use.image, _Fate([])).uses.append(each)
        for original, fate in fates.items():
            anatomy = fate.uses[0].anatomy
            if anatomy is None:
                fate.status = Status.UNVERIFIED
                fate.reason = _("%(image)s is no legal image reference", image=original)
            elif is_external(anatomy.reference, self.policy):
                fate.status = Status.EXTERNAL
            elif str(self._target(anatomy, fate.uses)) == original:
                fate.status = Status.UNCHANGED
        return fates

    def _target(self, anatomy: Anatomy, uses: Sequence[TracedUse]) -> ImageReference:
        paths = {dotted(o.leaf.path) for each in uses for o in each.owners}
        return target_of(anatomy.reference, self.policy, self.mapping, paths)

    def _collisions(self, fates: Mapping[str, _Fate]) -> tuple[Collision, ...]:
        found = collisions(
            (original, anatomy.reference, self._target(anatomy, fate.uses))
            for original, fate in fates.items()
            if (anatomy := fate.uses[0].anatomy) and fate.status is not Status.EXTERNAL
        )
        for collision in found:
            for original in collision.originals:
                fates[original].status = fates[original].status or Status.UNVERIFIED
                fates[original].reason = _("another image has the same target")
        return found

    def _redirect(self, fates: Mapping[str, _Fate], given_up: dict[str, Message]) -> Redirection:
        """Edits on which the controlled images agree; what cannot be edited is given up."""
        while True:
            wanted, originals = self._wanted(fates, given_up)
            solution = solve(wanted)
            given_up |= {originals[index]: UNAGREED for index in solution.conflicts}
            if solution.conflicts:
                continue
            intents = _intents(wanted, originals, solution)
            redirection = redirect(self.tracing.lab.chart, intents)
            if not redirection.failed:
                break
            given_up |= redirection.failed
        for original, reason in given_up.items():
            if original in fates and fates[original].status is None:
                fates[original].status, fates[original].reason = Status.UNVERIFIED, reason
        return redirection

    def _wanted(
        self, fates: Mapping[str, _Fate], given_up: Mapping[str, Message]
    ) -> tuple[list[Wanted], list[str]]:
        wanted, originals = [], []
        for original, fate in fates.items():
            if fate.status is not None or original in given_up:
                continue
            for each in fate.uses:
                if each.anatomy is not None and each.is_controlled:
                    goal = self._target(each.anatomy, fate.uses)
                    wanted.append(Wanted(each.anatomy, each.owners, goal))
                    originals.append(original)
        return wanted, originals

    def _images(
        self, original: str, fate: _Fate, changes: Sequence[LeafChange]
    ) -> list[TracedImage]:
        moved = {change.change_set for change in changes if original in change.images}
        change_set = min(moved) if moved else None
        groups: dict[Status, list[TracedUse]] = {}
        for each in fate.uses:
            status = fate.status or (Status.REDIRECTED if each.is_controlled else Status.HARDCODED)
            if status is Status.HARDCODED and not _is_spelled_out(each):
                status = Status.UNVERIFIED
            groups.setdefault(status, []).append(each)
        return [
            self._image(original, status, uses, fate, changes, change_set)
            for status, uses in groups.items()
        ]

    def _shown_by(self, original: str, uses: list[TracedUse]) -> tuple[str, ...]:
        known = self.tracing.settings.get(original)
        return known or likely_settings(self.tracing.lab.chart, uses)

    def _image(
        self,
        original: str,
        status: Status,
        uses: list[TracedUse],
        fate: _Fate,
        changes: Sequence[LeafChange],
        change_set: str | None,
    ) -> TracedImage:
        anatomy = uses[0].anatomy
        target = str(self._target(anatomy, fate.uses)) if anatomy else None
        reason = fate.reason
        if reason is None and status is Status.UNVERIFIED:
            reason = _("no value was found that decides it, nor the literal it comes from")
        default = any(not each.state.shown_by for each in uses)
        return TracedImage(
            original=original,
            target=target or _carried_along(uses[0], changes),
            status=status,
            sources=_sources(uses),
            uses=tuple(uses),
            shown_by=() if default else self._shown_by(original, uses),
            reason=reason,
            change_set=change_set if status is Status.REDIRECTED else None,
        )


def _is_spelled_out(each: TracedUse) -> bool:
    """Whether a template spells out some of the address; a literal tag moves nothing."""
    anatomy = each.anatomy
    return any(anatomy is None or literal.start < anatomy.location for literal in each.literals)


def _carried_along(each: TracedUse, changes: Sequence[LeafChange]) -> str:
    """What a text that is no legal reference becomes by what other images make of its values."""
    texts = {id(change.leaf): change.text for change in changes}
    pieces = [
        (owner.start, owner.end, texts[id(owner.leaf)])
        for owner in each.owners
        if id(owner.leaf) in texts and owner.text == each.use.image[owner.start : owner.end]
    ]
    return replaced(each.use.image, pieces)


def _counts(each: TracedUse) -> bool:
    """Whether a use is an image for sure: a pod template's, or a full reference elsewhere.

    What only a values file for the chart's own tests names is not part of the package.
    """
    if each.state.is_file and not each.owners and not each.literals:
        return False
    if each.use.is_pulled:
        return True
    if each.anatomy is None:
        return False
    reference = each.anatomy.reference
    decided_by_image_key = any(is_image_key(owner.leaf) for owner in each.owners)
    return bool(reference.tag or reference.digest) or decided_by_image_key


def _intents(
    wanted: Sequence[Wanted], originals: Sequence[str], solution: Solution
) -> list[Intent]:
    """What each leaf that must change is to become, with its change set."""
    changed = {
        key: tuple(piece for piece in pieces if _changes_text(solution.leaves[key], piece))
        for key, pieces in solution.pieces.items()
    }
    changed = {key: pieces for key, pieces in changed.items() if pieces}
    sets = _change_sets(wanted, originals, changed)
    return [
        Intent(solution.leaves[key], pieces, images=sets[key][1], change_set=sets[key][0])
        for key, pieces in changed.items()
    ]


def _changes_text(leaf: ValueLeaf, piece: Piece) -> bool:
    start, end, text = piece
    return start == end or printed(leaf)[start:end] != text


def _change_sets(
    wanted: Sequence[Wanted], originals: Sequence[str], changed: Collection[int]
) -> dict[int, tuple[str, tuple[str, ...]]]:
    """For every leaf that changes: the name of its change set and the images it feeds.

    Leaves that share an image belong together, and images that share a leaf.
    """
    name_of: dict[int, str] = {}
    images_of: dict[int, dict[str, None]] = {}
    for each, original in zip(wanted, originals, strict=True):
        mine = [owner for owner in each.owners if id(owner.leaf) in changed]
        if not mine:
            continue
        joined = {name_of[id(o.leaf)] for o in mine if id(o.leaf) in name_of}
        name = min(joined | {f"image:{dotted(owner.leaf.path)}" for owner in mine})
        for owner in mine:
            images_of.setdefault(id(owner.leaf), {})[original] = None
            name_of[id(owner.leaf)] = name
        name_of = {key: name if old in joined else old for key, old in name_of.items()}
    return {key: (name_of[key], tuple(images)) for key, images in images_of.items()}


def _sources(uses: Iterable[TracedUse]) -> tuple[Source, ...]:
    found: dict[Source, None] = {}
    for each in uses:
        anatomy = each.anatomy
        if anatomy is None:
            continue
        for owner in each.owners:
            leaf = owner.leaf
            role = _role(anatomy, owner.start, owner.end)
            place = leaf.leaf
            source = Source(leaf.source.file, dotted(leaf.path), place.line, place.column, role)
            found[source] = None
        for literal in each.literals:
            role = _role(anatomy, literal.start, literal.end)
            path = "appVersion" if literal.is_app_version else None
            found[Source(literal.file, path, literal.line, literal.column, role)] = None
    return tuple(found)


def _role(anatomy: Anatomy, start: int, end: int) -> str:
    """Which part of the reference the span provides."""
    if anatomy.digest and start >= anatomy.digest[0]:
        return "digest"
    if anatomy.tag and start >= anatomy.tag[0]:
        return "tag"
    registry = len(anatomy.reference.registry)
    if registry and end <= registry + 1:
        return "registry"
    last = (anatomy.digest or anatomy.tag or (0, anatomy.location))[1]
    if end >= last and start == 0 and (anatomy.tag or anatomy.digest or registry):
        return "reference"
    return "repository"
