"""What is to become of the images of a package that no engine renders.

Every image is a whole reference where it is used, or in pieces that stand side by side, so nothing
has to be found out by experiment: each reference in a file that the platform rewrites is replaced
by its target, all at once, and none of what was put in is looked at again. Images in other files
can only be reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...core.findings import Edit
from ...core.messages import Message, _
from ...core.policy import Policy
from ...image_archives.archive_tags import ArchiveTags
from ...manifests.image_pieces import ImagePieces, ImagePlaces, PieceRole
from ...manifests.image_places import ImagePlace, is_prefix
from ...mapping.entries import ImageMapping
from ...yaml.edit import CannotEdit
from ...yaml.source import Path, dotted
from ..experiment.reference_spans import ReferenceSpans, spans_of
from ..experiment.renderer import Scenario
from ..experiment.uses import TracedUse
from ..model import (
    CompletedAtRuntime,
    ImageSource,
    ImageStatus,
    Replacement,
    SourceRole,
    Trace,
    TracedImage,
)
from .digest_alone import has_tag
from .targets import collisions, is_external, target_of


def plan_places(
    places: ImagePlaces,
    policy: Policy,
    mapping: ImageMapping | None,
    excluded: Mapping[str, Message] | None = None,
    archives: ArchiveTags | None = None,
) -> Trace:
    """The status of every image of ``places``, with the edits that redirect them.

    ``archives`` give tags to images that have digests alone. ``excluded`` maps originals that are
    not to be redirected to the reason. Status ``redirected`` is a promise here, which the
    comparison of the parsed files proves.
    """
    outcomes = _outcomes(places)
    for outcome in outcomes.values():
        is_open = archives is not None and not _is_taken(outcome, archives, outcomes)
        _decide(outcome, policy, mapping, archives if is_open else None)
    colliding = collisions(
        (outcome.original, outcome.spans.reference, outcome.target_spans.reference)
        for outcome in outcomes.values()
        if outcome.spans and outcome.target_spans and outcome.status is not ImageStatus.EXTERNAL
    )
    for original in (each for collision in colliding for each in collision.originals):
        _exclude(outcomes[original], _("another image has the same target"))
    for original, reason in (excluded or {}).items():
        if original in outcomes:
            _exclude(outcomes[original], reason)
    pieces = (place for each in places.composed for place, _role in each.pieces)
    known = {
        (each.file, each.string.leaf.start, each.string.yaml_path)
        for each in (*places.fields, *pieces)
    }
    replacements = [each for outcome in outcomes.values() for each in _replacements(outcome, known)]
    return Trace(
        images=tuple(image for outcome in outcomes.values() for image in _images(outcome)),
        replacements=tuple(replacements),
        collisions=colliding,
        completed=tuple(_completed(places.parts, policy)),
    )


def _completed(parts: Sequence[ImagePlace], policy: Policy) -> Iterator[CompletedAtRuntime]:
    """What a program joins with what it knows, each once with all the places that give it."""
    by_text: dict[str, list[ImagePlace]] = {}
    for place in parts:
        by_text.setdefault(place.image, []).append(place)
    target = f"{policy.registry}/{policy.organization}"
    for text, places in by_text.items():
        if text.rstrip("/") in {policy.registry, target}:
            continue
        role = SourceRole.REGISTRY if is_prefix(text) else SourceRole.REPOSITORY
        yield CompletedAtRuntime(
            prefix=text,
            pieces={role.value: text},
            sources=tuple(_source(each, each.path, role) for each in places),
            uses=tuple(TracedUse(each.use, Scenario(), spans_of(text), (), ()) for each in places),
            after=text,
            is_unrendered=True,
        )


def united(traces: Sequence[Trace]) -> Trace:
    """What is known of all parts of a package; an image of several parts is given once."""
    if len(traces) < 2:
        return traces[0] if traces else Trace()
    first = traces[0]
    images: dict[tuple[str, ImageStatus], TracedImage] = {}
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
        completed=tuple(each for trace in traces for each in trace.completed),
        unreached=tuple(each for trace in traces for each in trace.unreached),
    )


@dataclass
class _Outcome:
    """One original, where it is written, and what is decided of it so far."""

    original: str
    fields: list[ImagePlace] = field(default_factory=list)
    outside: list[ImagePlace] = field(default_factory=list)
    composed: list[ImagePieces] = field(default_factory=list)
    unreadable: list[ImagePlace] = field(default_factory=list)
    spans: ReferenceSpans | None = None
    target_spans: ReferenceSpans | None = None
    status: ImageStatus | None = None
    reason: Message | None = None

    @property
    def target(self) -> str:
        return self.target_spans.text if self.target_spans else self.original


def _outcomes(places: ImagePlaces) -> dict[str, _Outcome]:
    outcomes: dict[str, _Outcome] = {}
    for each in places.fields:
        outcomes.setdefault(each.image, _Outcome(each.image)).fields.append(each)
    for each in places.outside:
        outcomes.setdefault(each.image, _Outcome(each.image)).outside.append(each)
    for image in places.composed:
        outcomes.setdefault(image.image, _Outcome(image.image)).composed.append(image)
    for each in places.unreadable:
        outcomes.setdefault(each.image, _Outcome(each.image)).unreadable.append(each)
    return outcomes


def _is_taken(outcome: _Outcome, archives: ArchiveTags, outcomes: Mapping[str, _Outcome]) -> bool:
    """Whether it keeps its digest: it is in pieces, or another image has its name and the tag."""
    spans = spans_of(outcome.original)
    if spans is None or outcome.composed:
        return True
    name = spans.reference.name
    others = [other.reference for each in outcomes if (other := spans_of(each)) is not None]
    return has_tag(others, name, archives.tag_of(name) or "")


def _decide(
    outcome: _Outcome,
    policy: Policy,
    mapping: ImageMapping | None,
    archives: ArchiveTags | None,
) -> None:
    outcome.spans = spans_of(outcome.original)
    if outcome.spans is None:
        _exclude(outcome, _("%(image)s is no valid image reference", image=outcome.original))
        return
    pieces = (place for image in outcome.composed for place, _role in image.pieces)
    paths = {
        path
        for each in (*outcome.fields, *pieces)
        for path in (each.path, dotted(each.string.path[1:]))
    }
    goal = target_of(outcome.spans.reference, policy, mapping, paths, archives)
    outcome.target_spans = ReferenceSpans.of(str(goal))
    if is_external(outcome.spans.reference, policy):
        outcome.status = ImageStatus.EXTERNAL
    elif outcome.target == outcome.original:
        outcome.status = ImageStatus.UNCHANGED


def _exclude(outcome: _Outcome, reason: Message) -> None:
    outcome.status, outcome.reason = (
        outcome.status or ImageStatus.UNVERIFIED,
        outcome.reason or reason,
    )


def _replacements(outcome: _Outcome, known: set[tuple[str, int, Path]]) -> Iterator[Replacement]:
    """One for each reference that is written: all of them, or none where one cannot be edited."""
    if outcome.status is not None or outcome.spans is None:
        return
    change_set = f"image:{outcome.spans.reference.normal()}"
    made: dict[Edit, Replacement] = {}
    try:
        for each in outcome.fields:
            _refuse_shared(each, known)
            edit = each.replace(outcome.target)
            made.setdefault(edit, Replacement(each, outcome.target, change_set, edit))
        for image in outcome.composed:
            for piece in _piece_by_piece(image, outcome, change_set, known):
                made.setdefault(piece.edit, piece)
    except CannotEdit as error:
        _exclude(outcome, error.reason)
        return
    yield from made.values()


def _piece_by_piece(
    image: ImagePieces, outcome: _Outcome, change_set: str, known: set[tuple[str, int, Path]]
) -> Iterator[Replacement]:
    """One for each piece that changes. Raises CannotEdit."""
    if outcome.target_spans is None:
        return
    for place, role, text in image.texts_for(outcome.target_spans.reference):
        if text != place.image:
            _refuse_shared(place, known)
            edit = place.replace(text)
            images, source_role = (outcome.original,), SourceRole(role.value)
            yield Replacement(place, text, change_set, edit, images, source_role)


def _refuse_shared(place: ImagePlace, known: set[tuple[str, int, Path]]) -> None:
    """CannotEdit: an anchor feeds the text to a place that is no image."""
    leaf = place.string.leaf
    for path in (leaf.path, *leaf.aliased_by):
        if (place.file, leaf.start, path) not in known:
            raise CannotEdit(
                _(
                    "an anchor (&) shares its text with %(path)s, which is no image."
                    " Write the text out there",
                    path=dotted(path),
                )
            )


def _images(outcome: _Outcome) -> Iterator[TracedImage]:
    written = [(each, SourceRole.REFERENCE) for each in outcome.fields]
    for image in outcome.composed:
        written += [(place, _source_role(image, role)) for place, role in image.pieces]
    outside = [(each, SourceRole.REFERENCE) for each in outcome.outside]
    if outcome.status in {ImageStatus.EXTERNAL, ImageStatus.UNCHANGED}:
        unreadable = [(each, SourceRole.REFERENCE) for each in outcome.unreadable]
        yield _image(outcome, [*written, *outside, *unreadable], outcome.status)
        return
    if written:
        status = outcome.status or ImageStatus.REDIRECTED
        yield _image(outcome, written, status, outcome.reason)
    if outside:
        yield _image(outcome, outside, ImageStatus.HARDCODED)
    if outcome.unreadable:
        unreadable = [(each, SourceRole.REFERENCE) for each in outcome.unreadable]
        reason = _("it stands in a text that should be JSON and is not")
        yield _image(outcome, unreadable, ImageStatus.UNVERIFIED, reason)


def _source_role(image: ImagePieces, role: PieceRole) -> SourceRole:
    is_alone = len(image.pieces) == 1
    return SourceRole.REFERENCE if is_alone else SourceRole(role.value)


def _source(place: ImagePlace, path: str | None, role: SourceRole) -> ImageSource:
    return ImageSource(place.file, path, place.place.line or 1, place.place.column or 1, role)


def _image(
    outcome: _Outcome,
    places: Sequence[tuple[ImagePlace, SourceRole]],
    status: ImageStatus,
    reason: Message | None = None,
) -> TracedImage:
    is_value = status is not ImageStatus.HARDCODED
    spans = outcome.spans
    change_set = f"image:{spans.reference.normal()}" if spans else None
    return TracedImage(
        original=outcome.original,
        target=outcome.target,
        status=status,
        sources=tuple(
            _source(each, each.path if is_value else None, role) for each, role in places
        ),
        uses=tuple(TracedUse(each.use, Scenario(), spans, (), ()) for each, _role in places),
        shown_by=(),
        reason=reason if status is ImageStatus.UNVERIFIED else None,
        change_set=change_set if status is ImageStatus.REDIRECTED else None,
    )
