"""What is to become of the images of a package that no engine renders.

Every image is a whole reference where it is used, so nothing has to be found out by experiment:
each reference in a file that the platform rewrites is replaced by its target, all at once, and
none of what was put in is looked at again. Images in other files can only be reported.
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
from ...yaml.source import Path, dotted
from ..experiment.reference_spans import ReferenceSpans, spans_of
from ..experiment.renderer import Scenario
from ..experiment.uses import TracedUse
from ..model import ImageSource, ImageStatus, Replacement, SourceRole, Trace, TracedImage
from .targets import collisions, is_external, target_of


def plan_places(
    places: ImagePlaces,
    policy: Policy,
    mapping: ImageMapping | None,
    excluded: Mapping[str, Message] | None = None,
) -> Trace:
    """The status of every image of ``places``, with the edits that redirect them.

    ``excluded`` maps originals that are not to be redirected to the reason. Status
    ``redirected`` is a promise here, which the comparison of the parsed files proves.
    """
    outcomes = _outcomes(places)
    for outcome in outcomes.values():
        _decide(outcome, policy, mapping)
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
    known = {(each.file, each.string.leaf.start, each.string.yaml_path) for each in places.fields}
    replacements = [each for outcome in outcomes.values() for each in _replacements(outcome, known)]
    return Trace(
        images=tuple(image for outcome in outcomes.values() for image in _images(outcome)),
        replacements=tuple(replacements),
        collisions=colliding,
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
        unreached=tuple(each for trace in traces for each in trace.unreached),
    )


@dataclass
class _Outcome:
    """One original, where it is written, and what is decided of it so far."""

    original: str
    fields: list[ImagePlace] = field(default_factory=list)
    outside: list[ImagePlace] = field(default_factory=list)
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
    return outcomes


def _decide(outcome: _Outcome, policy: Policy, mapping: ImageMapping | None) -> None:
    outcome.spans = spans_of(outcome.original)
    if outcome.spans is None:
        _exclude(outcome, _("%(image)s is no valid image reference", image=outcome.original))
        return
    paths = {path for each in outcome.fields for path in (each.path, dotted(each.string.path[1:]))}
    goal = target_of(outcome.spans.reference, policy, mapping, paths)
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
    made: dict[Edit, ImagePlace] = {}
    for each in outcome.fields:
        try:
            _refuse_shared(each, known)
            made.setdefault(each.replace(outcome.target), each)
        except CannotEdit as error:
            _exclude(outcome, error.reason)
            return
    change_set = f"image:{outcome.spans.reference.normal()}"
    for edit, place in made.items():
        yield Replacement(place, outcome.target, change_set, edit)


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
    if outcome.status in {ImageStatus.EXTERNAL, ImageStatus.UNCHANGED}:
        yield _image(outcome, [*outcome.fields, *outcome.outside], outcome.status)
        return
    if outcome.fields:
        yield _image(outcome, outcome.fields, outcome.status or ImageStatus.REDIRECTED)
    if outcome.outside:
        yield _image(outcome, outcome.outside, ImageStatus.HARDCODED)


def _image(outcome: _Outcome, places: Iterable[ImagePlace], status: ImageStatus) -> TracedImage:
    is_value = status is not ImageStatus.HARDCODED
    spans = outcome.spans
    change_set = f"image:{spans.reference.normal()}" if spans else None
    return TracedImage(
        original=outcome.original,
        target=outcome.target,
        status=status,
        sources=tuple(
            ImageSource(
                each.file,
                each.path if is_value else None,
                each.place.line or 1,
                each.place.column or 1,
                SourceRole.REFERENCE,
            )
            for each in places
        ),
        uses=tuple(TracedUse(each.use, Scenario(), spans, (), ()) for each in places),
        shown_by=(),
        reason=outcome.reason if status is ImageStatus.UNVERIFIED else None,
        change_set=change_set if status is ImageStatus.REDIRECTED else None,
    )
