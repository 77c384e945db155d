"""Every image of a chart, what decides it, and the new values that redirect it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from ..findings import Edit
from ..images import ImageReference, target
from ..messages import Message, _
from ..package.helm import ValueLeaf
from ..package.mapping import ImageMapping
from ..policy import Policy
from ..workloads import Use
from ..yaml_edit import CannotEdit
from ..yaml_edit import replace as replace_leaf
from ..yaml_source import dotted
from .attribute import Attribution, attribute, is_image_key
from .laboratory import Laboratory, Observation, State
from .locate import Literal, locate
from .marks import Owner, printed
from .reveal import reveal
from .solve import (
    UNAGREED,
    Anatomy,
    Piece,
    Wanted,
    anatomy_of,
    is_controlled,
    replaced,
    solve,
)


class Status(StrEnum):
    """What becomes of an image; the words of the report."""

    REDIRECTED = "redirected"
    HARDCODED = "hardcoded"
    UNVERIFIED = "unverified"
    UNCHANGED = "unchanged"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that decides a part of an image.

    ``role`` is reference, registry, repository, tag or digest. ``path`` is the dotted path
    of a value, None for a literal in a template.
    """

    file: str
    path: str | None
    line: int
    column: int
    role: str


@dataclass(frozen=True)
class TracedUse:
    """One use in one state with what provides it."""

    use: Use
    state: State
    anatomy: Anatomy | None
    owners: tuple[Owner, ...]
    literals: tuple[Literal, ...]

    @property
    def is_controlled(self) -> bool:
        """Whether values decide everything of it that must change."""
        return self.anatomy is not None and is_controlled(self.anatomy, self.owners)


@dataclass(frozen=True)
class TracedImage:
    """One original image with one fate.

    ``original`` is exactly what the unmodified package renders. ``reason`` says in words
    why it is hard-coded or unverified. ``change_set`` names the edits that move it.
    """

    original: str
    target: str
    status: Status
    sources: tuple[Source, ...]
    uses: tuple[TracedUse, ...]
    shown_by: tuple[str, ...]
    reason: Message | None = None
    change_set: str | None = None

    @property
    def is_pulled(self) -> bool:
        """Whether a pod template names it."""
        return any(each.use.is_pulled for each in self.uses)


@dataclass(frozen=True)
class LeafChange:
    """One value that must become ``text`` so that ``images`` are redirected."""

    leaf: ValueLeaf
    text: str
    images: tuple[str, ...]
    change_set: str
    edit: Edit


@dataclass(frozen=True)
class Collision:
    """Different originals that would share one target."""

    target: str
    originals: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """What the experiments told of one chart."""

    states: tuple[tuple[State, Observation], ...] = ()
    images: tuple[TracedImage, ...] = ()
    changes: tuple[LeafChange, ...] = ()
    collisions: tuple[Collision, ...] = ()
    unmarkable: tuple[ValueLeaf, ...] = ()
    unreached: tuple[Message, ...] = ()

    def without(self, failed: Mapping[str, Message]) -> Trace:
        """The trace with some change sets given up: their images are unverified, with why."""
        images = tuple(
            replace(
                image,
                status=Status.UNVERIFIED,
                reason=failed[image.change_set],
                change_set=None,
            )
            if image.change_set in failed
            else image
            for image in self.images
        )
        changes = tuple(change for change in self.changes if change.change_set not in failed)
        return replace(self, images=images, changes=changes)


def trace(
    lab: Laboratory, base: Observation, policy: Policy, mapping: ImageMapping | None
) -> Trace:
    """Trace every image that the chart shows by default or with a feature switched on.

    ``base`` is the render of the chart as it is. Status ``redirected`` is a promise here;
    ``verify`` proves it or takes it back.
    """
    tracer = _Tracer(lab, policy, mapping)
    default = State()
    tracer.look(default, base)
    revealed, spent = reveal(lab, base)
    for state, observation in revealed:
        tracer.look(state, observation)
    tracer.locate_literals()
    if spent:
        tracer.unreached.append(_("not every feature switch could be tried within the budget"))
    return tracer.conclude()


@dataclass
class _Fate:
    """What is known of one original while it is being decided."""

    uses: list[TracedUse]
    reason: Message | None = None
    status: Status | None = None


@dataclass
class _Tracer:
    lab: Laboratory
    policy: Policy
    mapping: ImageMapping | None
    states: list[tuple[State, Observation]] = field(default_factory=list)
    uses: list[TracedUse] = field(default_factory=list)
    unmarkable: dict[int, ValueLeaf] = field(default_factory=dict)
    unreached: list[Message] = field(default_factory=list)

    def look(self, state: State, observation: Observation) -> None:
        """Attribute the uses of one state; what an earlier state told is not asked again."""
        known = {(each.use.spot, each.use.text) for each in self.uses}
        fresh = tuple(use for use in observation.uses if (use.spot, use.text) not in known)
        if state.shown_by and not fresh:
            return
        self.states.append((state, observation))
        found = attribute(self.lab, state, replace(observation, uses=fresh))
        self._note(found)
        self.uses.extend(
            TracedUse(use, state, anatomy_of(use.image), found.owners.get(use.spot, ()), ())
            for use in fresh
        )

    def _note(self, found: Attribution) -> None:
        self.unmarkable.update({id(leaf): leaf for leaf in found.unmarkable})
        if found.spent:
            self.unreached.append(
                _("the budget of renders ended before every value could be tried")
            )

    def locate_literals(self) -> None:
        """Find in the templates what no value provides."""
        for state, _observation in self.states:
            mine = {
                each.use: each.owners
                for each in self.uses
                if each.state is state and each.anatomy and _is_open(each)
            }
            if not mine:
                continue
            location = locate(self.lab, state, mine)
            if location.spent:
                self.unreached.append(
                    _("the budget of renders ended before every literal image was located")
                )
            self.uses = [
                replace(each, literals=location.literals.get(each.use.spot, ()))
                if each.state is state
                else each
                for each in self.uses
            ]

    def conclude(self) -> Trace:
        """Targets, collisions, new values, edits."""
        fates = self._fates()
        collisions = self._collisions(fates)
        changes = self._solve(fates)
        images = [
            image
            for original, fate in fates.items()
            for image in self._images(original, fate, changes)
        ]
        return Trace(
            tuple(self.states),
            tuple(images),
            tuple(changes),
            tuple(collisions),
            tuple(self.unmarkable.values()),
            tuple(self.unreached),
        )

    def _fates(self) -> dict[str, _Fate]:
        fates: dict[str, _Fate] = {}
        for each in self.uses:
            if _counts(each):
                fates.setdefault(each.use.image, _Fate([])).uses.append(each)
        for original, fate in fates.items():
            anatomy = fate.uses[0].anatomy
            if anatomy is None:
                fate.status = Status.UNVERIFIED
                fate.reason = _("%(image)s is no legal image reference", image=original)
            elif self._is_external(anatomy.reference):
                fate.status = Status.EXTERNAL
            elif str(self._target(anatomy, fate.uses)) == original:
                fate.status = Status.UNCHANGED
        return fates

    def _is_external(self, reference: ImageReference) -> bool:
        normal = reference.normal()
        return any(fnmatchcase(normal, pattern) for pattern in self.policy.external)

    def _target(self, anatomy: Anatomy, uses: Sequence[TracedUse]) -> ImageReference:
        name = tag = None
        if self.mapping is not None:
            paths = {dotted(o.leaf.path) for each in uses for o in each.owners}
            entry = self.mapping.entry_for(paths, anatomy.reference.name)
            if entry is not None:
                name = entry.image.rpartition("/")[2] or None
                tag = (entry.tag or None) if anatomy.reference.tag else None
        return target(
            anatomy.reference, self.policy.registry, self.policy.organization, name=name, tag=tag
        )

    def _collisions(self, fates: Mapping[str, _Fate]) -> list[Collision]:
        by_target: dict[str, dict[str, str]] = {}
        for original, fate in fates.items():
            anatomy = fate.uses[0].anatomy
            if anatomy is None or fate.status is Status.EXTERNAL:
                continue
            goal = str(self._target(anatomy, fate.uses))
            by_target.setdefault(goal, {})[original] = anatomy.reference.normal()
        collisions = []
        for goal, originals in by_target.items():
            if len(set(originals.values())) > 1:
                collisions.append(Collision(goal, tuple(originals)))
                for original in originals:
                    fates[original].status = fates[original].status or Status.UNVERIFIED
                    fates[original].reason = _("another image has the same target")
        return collisions

    def _solve(self, fates: Mapping[str, _Fate]) -> list[LeafChange]:
        """Edits on which the controlled images agree; what cannot be edited is given up."""
        given_up: dict[str, Message] = {}
        while True:
            wanted, originals = self._wanted(fates, given_up)
            solution = solve(wanted)
            for index in solution.conflicts:
                given_up.setdefault(originals[index], UNAGREED)
            sets = _change_sets(wanted, originals, solution.pieces)
            changes, failed = self._changes(solution.pieces, solution.leaves, sets)
            if not failed:
                break
            given_up.update(failed)
        for original, reason in given_up.items():
            fates[original].status, fates[original].reason = Status.UNVERIFIED, reason
        return changes

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

    def _changes(
        self,
        pieces: Mapping[int, tuple[Piece, ...]],
        leaves: Mapping[int, ValueLeaf],
        sets: Mapping[int, tuple[str, tuple[str, ...]]],
    ) -> tuple[list[LeafChange], dict[str, Message]]:
        changes: list[LeafChange] = []
        failed: dict[str, Message] = {}
        for key, mine in pieces.items():
            leaf = leaves[key]
            name, images = sets[key]
            real = [piece for piece in mine if _changes_text(leaf, piece)]
            try:
                changes.extend(
                    LeafChange(leaf, text, images, name, edit) for text, edit in _edits(leaf, real)
                )
            except CannotEdit as error:
                failed.update(dict.fromkeys(images, error.reason))
        return changes, failed

    def _images(
        self, original: str, fate: _Fate, changes: Iterable[LeafChange]
    ) -> list[TracedImage]:
        moved = {change.change_set for change in changes if original in change.images}
        change_set = min(moved) if moved else None
        groups: dict[Status, list[TracedUse]] = {}
        for each in fate.uses:
            status = fate.status or (Status.REDIRECTED if each.is_controlled else Status.HARDCODED)
            if status is Status.HARDCODED and not each.literals:
                status = Status.UNVERIFIED
            groups.setdefault(status, []).append(each)
        return [
            self._image(original, status, uses, fate, change_set) for status, uses in groups.items()
        ]

    def _image(
        self,
        original: str,
        status: Status,
        uses: list[TracedUse],
        fate: _Fate,
        change_set: str | None,
    ) -> TracedImage:
        anatomy = uses[0].anatomy
        reason = fate.reason
        if reason is None and status is Status.UNVERIFIED:
            reason = _("no value was found that decides it, nor the literal it comes from")
        default = any(not each.state.shown_by for each in uses)
        return TracedImage(
            original=original,
            target=str(self._target(anatomy, fate.uses)) if anatomy else original,
            status=status,
            sources=_sources(uses),
            uses=tuple(uses),
            shown_by=() if default else _shown_by(uses),
            reason=reason,
            change_set=change_set if status is Status.REDIRECTED else None,
        )


def _counts(each: TracedUse) -> bool:
    """Whether a use is an image for sure: a pod template's, or a full reference elsewhere."""
    if each.use.is_pulled:
        return True
    if each.anatomy is None:
        return False
    reference = each.anatomy.reference
    decided_by_image_key = any(is_image_key(owner.leaf) for owner in each.owners)
    return bool(reference.tag or reference.digest) or decided_by_image_key


def _is_open(each: TracedUse) -> bool:
    anatomy = each.anatomy
    if anatomy is None:
        return False
    covered = {p for owner in each.owners for p in range(owner.start, owner.end)}
    end = anatomy.tag[1] if anatomy.tag else anatomy.location
    return any(p not in covered and anatomy.text[p] not in "/:@" for p in range(end))


def _changes_text(leaf: ValueLeaf, piece: Piece) -> bool:
    start, end, text = piece
    return start == end or printed(leaf)[start:end] != text


def _edits(leaf: ValueLeaf, pieces: Sequence[Piece]) -> Iterator[tuple[str, Edit]]:
    """The edits that give ``leaf`` its new text, each with that text.

    One for a scalar on one line; one for each piece of a block scalar, whose other lines
    are left as they are. Raises CannotEdit where an edit would have to touch a file that
    the platform does not reach, or cannot be made safely.
    """
    if not pieces:
        return
    if not leaf.chart.is_root:
        raise CannotEdit(
            _(
                "it is decided by %(path)s in the sub-chart's own %(file)s,"
                " which the platform does not reach",
                path=dotted(leaf.path),
                file=leaf.source.file,
            )
        )
    before = "" if leaf.leaf.value is None else printed(leaf)
    text = replaced(before, pieces)
    if leaf.leaf.style not in {"literal", "folded"}:
        yield text, replace_leaf(leaf.source, leaf.leaf, text)
        return
    for start, end, new in pieces:
        yield new, _inside_block(leaf, before[start:end], new)


def _inside_block(leaf: ValueLeaf, old: str, new: str) -> Edit:
    """The edit of one piece of a block scalar, which must stand there exactly once."""
    data, place = leaf.source.data, leaf.leaf
    raw = old.encode()
    if not raw or data.count(raw, place.start, place.end) != 1:
        raise CannotEdit(
            _(
                "%(path)s is a block of text in which %(text)s does not stand exactly once",
                path=dotted(leaf.path),
                text=old,
            )
        )
    start = data.index(raw, place.start, place.end)
    return Edit(leaf.source.file, start, start + len(raw), old, new)


def _change_sets(
    wanted: Sequence[Wanted], originals: Sequence[str], pieces: Mapping[int, tuple[Piece, ...]]
) -> dict[int, tuple[str, tuple[str, ...]]]:
    """For every leaf: the name of its change set and the images it feeds.

    Images that share a changed leaf, and leaves that share an image, belong together.
    """
    name_of: dict[int, str] = {}
    images_of: dict[int, dict[str, None]] = {}
    members: dict[str, set[int]] = {}
    for each, original in zip(wanted, originals, strict=True):
        mine = [o for o in each.owners if id(o.leaf) in pieces]
        changed = [
            o for o in mine if any(_changes_text(o.leaf, p) for p in pieces[id(o.leaf)])
        ] or mine
        for owner in mine:
            images_of.setdefault(id(owner.leaf), {})[original] = None
        joined = {name_of[id(o.leaf)] for o in changed if id(o.leaf) in name_of}
        name = min(joined, default=min((dotted(o.leaf.path) for o in changed), default=""))
        keys = {id(o.leaf) for o in changed}.union(*(members.pop(old, set()) for old in joined))
        members.setdefault(name, set()).update(keys)
        name_of.update(dict.fromkeys(keys, name))
    return {
        key: (f"image:{name_of.get(key, '')}", tuple(images)) for key, images in images_of.items()
    }


def _sources(uses: Iterable[TracedUse]) -> tuple[Source, ...]:
    found: dict[Source, None] = {}
    for each in uses:
        anatomy = each.anatomy
        if anatomy is None:
            continue
        for owner in each.owners:
            leaf = owner.leaf
            role = _role(anatomy, owner.start, owner.end)
            path, place = dotted(leaf.path), leaf.leaf
            found[Source(leaf.source.file, path, place.line, place.column, role)] = None
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


def _shown_by(uses: Iterable[TracedUse]) -> tuple[str, ...]:
    """The switches that show an image: those nearest to the values that decide it."""
    for each in uses:
        labels = each.state.shown_by
        paths = [dotted(owner.leaf.path) for owner in each.owners]
        near = [
            label
            for label in labels
            if any(path.startswith(label.rpartition(".")[0] + ".") for path in paths)
        ]
        return tuple(near) or labels
    return ()
