"""What is to become of the images of a package that no engine renders.

Every image is a whole reference where it is used, so nothing has to be found out by experiment:
each reference in a file that the platform rewrites is replaced by its target, all at once, and
none of what was put in is looked at again. Images in other files can only be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...core.findings import Edit
from ...core.messages import Message, _
from ...core.policy import Policy
from ...manifests.image_places import ImagePlace, ImagePlaces
from ...mapping.entries import ImageMapping
from ...yaml.edit import CannotEdit
from ...yaml.source import dotted
from ..experiment.anatomy import Anatomy, anatomy_of
from ..experiment.renderer import State
from ..experiment.uses import TracedUse
from ..model import Replacement, Source, Status, Trace, TracedImage
from .targets import collisions, is_external, target_of


def plan_places(
    places: ImagePlaces,
    policy: Policy,
    mapping: ImageMapping | None,
    given_up: Mapping[str, Message] | None = None,
) -> Trace:
    """The fate of every image of ``places``, with the edits that redirect them.

    ``given_up`` maps originals that are not to be redirected to the reason. Status
    ``redirected`` is a promise here, which the comparison of the parsed files proves.
    """
    fates = _fates(places)
    for fate in fates.values():
        _decide(fate, policy, mapping)
    colliding = collisions(
        (fate.original, fate.anatomy.reference, fate.anatomy_of_target.reference)
        for fate in fates.values()
        if fate.anatomy and fate.anatomy_of_target and fate.status is not Status.EXTERNAL
    )
    for original in (each for collision in colliding for each in collision.originals):
        _give_up(fates[original], _("another image has the same target"))
    for original, reason in (given_up or {}).items():
        if original in fates:
            _give_up(fates[original], reason)
    known = {(id(each.held.leaf), each.held.yaml_path) for each in places.fields}
    replacements = [each for fate in fates.values() for each in _replacements(fate, known)]
    return Trace(
        images=tuple(image for fate in fates.values() for image in _images(fate)),
        replacements=tuple(replacements),
        collisions=colliding,
    )


def united(traces: Sequence[Trace]) -> Trace:
    """What is known of all parts of a package; an image of several parts is told once."""
    if len(traces) < 2:
        return traces[0] if traces else Trace()
    first = traces[0]
    images: dict[tuple[str, Status], TracedImage] = {}
    for each in (image for trace in traces for image in trace.images):
        known = images.get((each.original, each.status))
        images[each.original, each.status] = (
            each
            if known is None
            else replace(known, sources=known.sources + each.sources, uses=known.uses + each.uses)
        )
    return replace(
        first,
        images=tuple(images.values()),
        replacements=tuple(each for trace in traces for each in trace.replacements),
        collisions=tuple(each for trace in traces for each in trace.collisions),
        unreached=tuple(each for trace in traces for each in trace.unreached),
    )


@dataclass
class _Fate:
    """One original, where it stands, and what is decided of it so far."""

    original: str
    fields: list[ImagePlace] = field(default_factory=list)
    outside: list[ImagePlace] = field(default_factory=list)
    anatomy: Anatomy | None = None
    anatomy_of_target: Anatomy | None = None
    status: Status | None = None
    reason: Message | None = None

    @property
    def target(self) -> str:
        return self.anatomy_of_target.text if self.anatomy_of_target else self.original


def _fates(places: ImagePlaces) -> dict[str, _Fate]:
    fates: dict[str, _Fate] = {}
    for each in places.fields:
        fates.setdefault(each.image, _Fate(each.image)).fields.append(each)
    for each in places.outside:
        fates.setdefault(each.image, _Fate(each.image)).outside.append(each)
    return fates


def _decide(fate: _Fate, policy: Policy, mapping: ImageMapping | None) -> None:
    fate.anatomy = anatomy_of(fate.original)
    if fate.anatomy is None:
        _give_up(fate, _("%(image)s is no legal image reference", image=fate.original))
        return
    paths = {path for each in fate.fields for path in (each.path, dotted(each.held.path[1:]))}
    goal = target_of(fate.anatomy.reference, policy, mapping, paths)
    fate.anatomy_of_target = Anatomy.of(str(goal))
    if is_external(fate.anatomy.reference, policy):
        fate.status = Status.EXTERNAL
    elif fate.target == fate.original:
        fate.status = Status.UNCHANGED


def _give_up(fate: _Fate, reason: Message) -> None:
    fate.status, fate.reason = fate.status or Status.UNVERIFIED, fate.reason or reason


def _replacements(
    fate: _Fate, known: set[tuple[int, tuple[str | int, ...]]]
) -> Iterator[Replacement]:
    """One for each reference that is written: all of them, or none where one cannot be edited."""
    if fate.status is not None or fate.anatomy is None:
        return
    made: dict[Edit, ImagePlace] = {}
    for each in fate.fields:
        try:
            _refuse_shared(each, known)
            made.setdefault(each.replace(fate.target), each)
        except CannotEdit as error:
            _give_up(fate, error.reason)
            return
    change_set = f"image:{fate.anatomy.reference.normal()}"
    for edit, place in made.items():
        yield Replacement(place, fate.target, change_set, edit)


def _refuse_shared(place: ImagePlace, known: set[tuple[int, tuple[str | int, ...]]]) -> None:
    """CannotEdit: an anchor feeds the text to a place that is no image."""
    leaf = place.held.leaf
    for path in (leaf.path, *leaf.aliased_by):
        if (id(leaf), path) not in known:
            raise CannotEdit(
                _(
                    "an anchor (&) shares its text with %(path)s, which is no image."
                    " Write the text out there",
                    path=dotted(path),
                )
            )


def _images(fate: _Fate) -> Iterator[TracedImage]:
    if fate.status in {Status.EXTERNAL, Status.UNCHANGED}:
        yield _image(fate, [*fate.fields, *fate.outside], fate.status)
        return
    if fate.fields:
        yield _image(fate, fate.fields, fate.status or Status.REDIRECTED)
    if fate.outside:
        yield _image(fate, fate.outside, Status.HARDCODED)


def _image(fate: _Fate, places: Iterable[ImagePlace], status: Status) -> TracedImage:
    is_value = status is not Status.HARDCODED
    anatomy = fate.anatomy
    change_set = f"image:{anatomy.reference.normal()}" if anatomy else None
    return TracedImage(
        original=fate.original,
        target=fate.target,
        status=status,
        sources=tuple(
            Source(
                each.file,
                each.path if is_value else None,
                each.place.line or 1,
                each.place.column or 1,
                "reference",
            )
            for each in places
        ),
        uses=tuple(TracedUse(each.use, State(), anatomy, (), ()) for each in places),
        shown_by=(),
        reason=fate.reason if status is Status.UNVERIFIED else None,
        change_set=change_set if status is Status.REDIRECTED else None,
    )
