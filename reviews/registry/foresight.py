"""What would stop a publication, as far as it can be known before the package is approved.

Nothing is sent, and no image archive is opened: what was found in them is known from the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import sleep

from ..pipeline import ImageArchive
from ..pipeline.core.messages import Message, Parameter, _
from .errors import Unsuitable
from .patience import Patience, never
from .places import Place, opened, required_place
from .plan import PlannedImage, by_reference
from .shipment import Form, check_name
from .store import Store
from .tags import tagged
from .target import Compression, LayoutTarget, Target

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why what is shipped for ``reference`` would not be published; ``words`` say what to do."""

    reference: str
    words: Message


def foresee(
    target: Target | LayoutTarget,
    images: Iterable[PlannedImage],
    archives: Iterable[ImageArchive],
    *,
    should_stop: Callable[[], bool] = never,
    wait: Callable[[float], None] = sleep,
) -> tuple[Obstacle, ...]:
    """What would stop the publication of ``images``, of which ``archives`` are shipped.

    A name or a layer that the target does not take, a tag that has another content. Each
    reference is there once, with the first. Raises ``TargetUnreachable``, ``Denied``,
    ``WrongContent``, ``Stopped``.
    """
    form, by_address = Form.of(target), {each.address: each for each in archives}
    shipped = [each for each in images if each.archive is not None and each.is_asked]
    found = []
    with opened(target, Patience(wait=wait, should_stop=should_stop)) as store:
        for reference, planned in by_reference(shipped).items():
            words = next(_objections(store, form, reference, planned, by_address), None)
            if words is not None:
                found.append(Obstacle(reference, words))
    return tuple(found)


def _objections(
    store: Store,
    form: Form,
    reference: str,
    planned: Sequence[PlannedImage],
    archives: Mapping[str, ImageArchive],
) -> Iterator[Message]:
    try:
        place = required_place(store, reference)
        check_name(form, place)
    except Unsuitable as error:
        yield error.words
        return
    yield from _two_images(place, planned)
    yield from _too_large(form, planned, archives)
    yield from _other_content(store, place, planned)


def _two_images(place: Place, planned: Sequence[PlannedImage]) -> Iterator[Message]:
    """Two images of the package cannot be at one address."""
    first: dict[str, PlannedImage] = {}
    for each in planned:
        other = first.setdefault(each.architecture, each)
        if other.config != each.config:
            yield _(
                "The package has two images for “%(reference)s” and %(architecture)s, in"
                " “%(one)s” and “%(other)s”. Give one of them another name or tag.",
                reference=place.reference,
                architecture=each.architecture,
                one=other.archive or "",
                other=each.archive or "",
            )


def _too_large(
    form: Form, planned: Sequence[PlannedImage], archives: Mapping[str, ImageArchive]
) -> Iterator[Message]:
    for each in planned:
        archive = archives.get(each.archive or "")
        layers = [
            layer.size
            for image in (archive.images if archive is not None else ())
            if each.config in {None, image.config}
            for layer in image.layers
        ]
        if archive is not None and form.layer_limit and max(layers, default=0) > form.layer_limit:
            yield _words_of_layer(form, archive.name, max(layers))


def _words_of_layer(form: Form, name: str, size: int) -> Message:
    facts: dict[str, Parameter] = {
        "name": name,
        "size": round(size / _MIB, 1),
        "most": round(form.layer_limit / _MIB, 1),
    }
    if form.compression is Compression.GZIP:
        return _(
            "%(name)s has a layer of %(size)s MiB, and the target takes %(most)s MiB. Publishing"
            " stops there unless gzip makes it small enough: split the layer.",
            **facts,
        )
    return _(
        "%(name)s has a layer of %(size)s MiB, and the target takes %(most)s MiB. Publishing stops"
        " there: split the layer.",
        **facts,
    )


def _other_content(
    store: Store, place: Place, planned: Sequence[PlannedImage]
) -> Iterator[Message]:
    found = tagged(store, place.repository, place.name)
    if found is None or place.is_digest:
        return
    if not found.entries and not any(image.architecture for image in found.images):
        yield _(
            "%(reference)s is there already, and is no image: publishing stops there. Give the"
            " package another tag, or have the one in the registry removed.",
            reference=place.reference,
        )
    for each in planned:
        there = found.image(each.architecture)
        if there is not None and each.config not in {None, there.config}:
            yield _(
                "%(reference)s is there already with another image for %(architecture)s, which is"
                " never overwritten: publishing stops there. Give the package another tag, or have"
                " the one in the registry removed.",
                reference=place.reference,
                architecture=each.architecture,
            )
