"""What a plan means at one target: each reference with its images, read out of the package.

All that can be objected to is objected to here, before a byte is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..pipeline import ARCHITECTURE_BY_GOARCH, StoredArchives, StoredImage, StoredLayer
from ..pipeline.core.messages import _
from .errors import Unsuitable, WrongContent
from .media_types import OCI_MANIFEST, takes
from .outgoing import too_large
from .places import Place, place_of, required_place
from .plan import PlannedImage, PublishPlan, by_reference
from .store import Store
from .target import Compression, Dialect, LayoutTarget, Target


@dataclass(frozen=True, slots=True)
class ShippedImage:
    """An image of the package; ``archive`` is the address of the archive that it lies in.

    ``keeps_manifest`` says that it is published with the bytes of its own manifest.
    """

    planned: PlannedImage
    archive: str
    stored: StoredImage
    keeps_manifest: bool

    @property
    def bytes(self) -> int:
        return sum(layer.size for layer in self.stored.layers)


@dataclass(frozen=True, slots=True)
class Consignment:
    """All that is to be at one reference. ``place`` is None for one of another registry."""

    reference: str
    place: Place | None
    planned: tuple[PlannedImage, ...]
    shipped: tuple[ShippedImage, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """In which form a target takes images."""

    dialect: Dialect
    compression: Compression
    layer_limit: int = 0
    name_pattern: str = ""

    @classmethod
    def of(cls, target: Target | LayoutTarget) -> Form:
        if isinstance(target, LayoutTarget):
            return cls(Dialect.OCI, target.compression)
        return cls(target.dialect, target.compression, target.layer_limit, target.name_pattern)

    def compression_of(self, layer: StoredLayer) -> str:
        """How the layer is compressed there: what is compressed already stays as it is."""
        if layer.compression != "none":
            return layer.compression
        return self.compression.value

    def keeps_manifest(self, image: StoredImage) -> bool:
        """Whether the image's own manifest names exactly what is stored there."""
        return (
            self.dialect is Dialect.OCI
            and image.manifest is not None
            and image.manifest_type == OCI_MANIFEST
            and all(self.compression_of(each) == each.compression for each in image.layers)
        )


def read_shipment(
    plan: PublishPlan, archives: StoredArchives, store: Store, form: Form
) -> tuple[Consignment, ...]:
    """What ``plan`` ships to ``store``, in the order of the plan.

    Raises ``Unsuitable`` for what the target does not take, ``WrongContent`` for an image that
    is not where the plan says, ``BrokenArchive``.
    """
    found = _Finder(archives, form)
    return tuple(
        _consignment(store, form, found, reference, planned)
        for reference, planned in by_reference(plan.images).items()
    )


def _consignment(
    store: Store, form: Form, found: _Finder, reference: str, planned: tuple[PlannedImage, ...]
) -> Consignment:
    is_shipped = any(each.archive is not None and each.is_asked for each in planned)
    place = required_place(store, reference) if is_shipped else place_of(store, reference)
    shipped = () if place is None else tuple(found.shipped(place, planned))
    if shipped and place is not None:
        check_name(form, place)
        _check_that_one_is_meant(shipped)
        for image in shipped:
            _check_layers(form, image)
    return Consignment(reference, place, planned, shipped)


class _Finder:
    """Finds images in archives; each archive is listed once, and only what is meant is kept."""

    def __init__(self, archives: StoredArchives, form: Form) -> None:
        self._archives = archives
        self._form = form
        self._listed: tuple[str, tuple[StoredImage, ...]] = ("", ())

    def shipped(self, place: Place, planned: Sequence[PlannedImage]) -> Iterator[ShippedImage]:
        for each in planned:
            if each.archive is None or not each.is_asked:
                continue
            stored = self._stored(each, each.archive)
            if not place.is_digest:
                keeps = self._form.keeps_manifest(stored)
                yield ShippedImage(each, each.archive, stored, keeps)
            elif stored.manifest is not None and stored.manifest_digest == place.name:
                # Only the same bytes have the same digest; without them it can only be asked for.
                yield ShippedImage(each, each.archive, stored, keeps_manifest=True)

    def _stored(self, planned: PlannedImage, archive: str) -> StoredImage:
        if self._listed[0] != archive:
            self._listed = (archive, self._archives.images(archive))
        for image in self._listed[1]:
            if _is_meant(planned, image):
                return image
        raise WrongContent(
            _(
                "The image archive “%(file)s” no longer holds the image for “%(reference)s” and"
                " %(architecture)s that was found in it. Upload a new revision.",
                file=archive,
                reference=planned.reference,
                architecture=planned.architecture,
            )
        )


def _is_meant(planned: PlannedImage, image: StoredImage) -> bool:
    platform = ARCHITECTURE_BY_GOARCH.get(image.architecture) if image.os == "linux" else None
    is_named = planned.config is None or image.config_digest == planned.config
    return is_named and platform == planned.architecture


def check_name(form: Form, place: Place) -> None:
    """Raises ``Unsuitable`` for a name that the target does not take."""
    segments, pattern = place.repository.split("/"), form.name_pattern.split("/")
    fits = len(segments) == len(pattern) and all(map(fnmatchcase, segments, pattern))
    if form.name_pattern and not fits:
        raise Unsuitable(
            _(
                "The target takes names like “%(pattern)s” only, and “%(reference)s” is none."
                " Change the organisation in the policy, or the pattern of the target.",
                pattern=form.name_pattern,
                reference=place.reference,
            )
        )


def _check_that_one_is_meant(shipped: tuple[ShippedImage, ...]) -> None:
    """Two images of the package cannot be at one address."""
    found: dict[str, ShippedImage] = {}
    for image in shipped:
        other = found.setdefault(image.planned.architecture, image)
        if other.stored.config_digest != image.stored.config_digest:
            raise Unsuitable(
                _(
                    "The package has two images for “%(reference)s” and %(architecture)s, in"
                    " “%(one)s” and “%(other)s”. Give one of them another name or tag.",
                    reference=image.planned.reference,
                    architecture=image.planned.architecture,
                    one=other.archive,
                    other=image.archive,
                )
            )


def _check_layers(form: Form, image: ShippedImage) -> None:
    for layer in image.stored.layers:
        is_packed = form.compression_of(layer) != layer.compression and not image.keeps_manifest
        if form.layer_limit and layer.size > form.layer_limit and not is_packed:
            raise too_large(layer.diff_id, form.layer_limit)
        compression = form.compression_of(layer)
        if not image.keeps_manifest and not takes(form.dialect, compression):
            raise Unsuitable(
                _(
                    "A layer of “%(reference)s” is compressed by %(compression)s, which the target"
                    " does not take. Build the image with gzip layers and upload a new revision.",
                    reference=image.planned.reference,
                    compression=compression,
                )
            )
