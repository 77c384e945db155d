"""Images as an OCI image layout lists them: ``index.json`` over blobs named by their digests.

Source: the OCI image specification v1.1, "Image Layout", "Image Index", "Image Manifest". Names
are in annotations: that of containerd holds the whole reference, that of the specification a
reference (Podman) or only a tag (oras, buildx).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from ..core.messages import _
from .contents import Blob
from .errors import UnusableArchive
from .json_fields import Fields, parsed
from .listing import Listing, damaged, missing, missing_elsewhere, united
from .model import Flaw, Layer, ShippedImage

INDEX = "index.json"
LAYOUT = "oci-layout"
_VERSION = "1.0.0"
_DEEPEST_NESTING = 4
_INDEX_TYPES = {
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
}
_MANIFEST_TYPES = {
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
}
_SCHEMA1_TYPES = {
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
}
_CONFIGURATION_TYPES = {
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
}
_LAYER_TYPES = ("application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.")
_ELSEWHERE = (".nondistributable.", ".foreign.")


class _Kind(Enum):
    INDEX = auto()
    MANIFEST = auto()
    SCHEMA1 = auto()
    ARTIFACT = auto()


@dataclass(frozen=True, slots=True)
class _Descriptor:
    """A pointer to a blob. ``is_attestation`` marks what buildx puts beside an image."""

    digest: str
    size: int
    media_type: str
    names: tuple[str, ...] = ()
    is_attestation: bool = False

    @property
    def path(self) -> str:
        return "blobs/" + self.digest.replace(":", "/")


@dataclass(frozen=True, slots=True)
class _Content:
    """What a manifest or an index points to: once, however often it is listed itself."""

    kind: _Kind
    config: _Descriptor | None = None
    children: tuple[_Descriptor, ...] = ()


def list_images(listing: Listing, blob: Blob) -> tuple[bool, list[ShippedImage]]:
    """Whether a name in ``blob``, the ``index.json``, means several platforms; all images.

    Flaws are noted in ``listing``.
    """
    walk = _Walk(listing)
    try:
        walk.follow(blob)
    except UnusableArchive as unusable:
        listing.note(unusable)
    return walk.has_index, walk.images


class _Walk:
    """From ``index.json`` down; images and their names are gathered by manifests' digests."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._contents: dict[str, _Content] = {}
        self._images: dict[str, ShippedImage] = {}
        self._names: dict[str, list[str]] = {}
        self._platforms: dict[str, set[tuple[str, str, str]]] = {}
        self._artifacts: list[str] = []

    @property
    def has_index(self) -> bool:
        return any(len(platforms) > 1 for platforms in self._platforms.values())

    @property
    def images(self) -> list[ShippedImage]:
        return [
            replace(image, references=united(self._names[manifest]))
            for manifest, image in self._images.items()
        ]

    def follow(self, blob: Blob) -> None:
        """Visit all that ``blob``, the ``index.json``, names. Raises ``UnusableArchive``."""
        try:
            self._check_version()
        except UnusableArchive as unusable:
            self._listing.note(unusable)
        for child in _descriptors(Fields(parsed(blob), INDEX), "manifests"):
            self._visit(child, child.names, depth=0)
        if not self._images:
            self._listing.note(self._without_images())

    def _check_version(self) -> None:
        blob = self._listing.contents.get(LAYOUT)
        if blob is None:
            raise missing(LAYOUT)
        version = Fields(parsed(blob), LAYOUT).text("imageLayoutVersion")
        if version != _VERSION:
            raise UnusableArchive(
                Flaw.INCOMPLETE,
                _(
                    "Its file oci-layout states version “%(version)s” where 1.0.0 is the only"
                    " one. Save the image again with an ordinary tool.",
                    version=version,
                ),
            )

    def _visit(self, descriptor: _Descriptor, names: tuple[str, ...], depth: int) -> bool:
        """Follow ``descriptor``; whether something of it is in the archive.

        ``names`` are its own or those of the index that lists it.
        """
        self._listing.count(1 + len(names))
        if descriptor.is_attestation:
            return False
        blob = self._listing.contents.get(descriptor.path)
        if blob is None:
            if not depth:
                self._listing.note(missing(descriptor.digest))
            return False
        try:
            content = self._content(descriptor, blob)
            if content.kind is _Kind.INDEX:
                return self._visit_index(descriptor, content, names, depth)
            if content.kind is _Kind.MANIFEST:
                return self._visit_manifest(descriptor, content, names, depth)
        except UnusableArchive as unusable:
            self._listing.note(unusable)
        return True

    def _visit_index(
        self, descriptor: _Descriptor, content: _Content, names: tuple[str, ...], depth: int
    ) -> bool:
        """An index stays whole when one platform of it is saved: the others are simply absent."""
        if depth >= _DEEPEST_NESTING:
            raise UnusableArchive(
                Flaw.INCOMPLETE,
                _(
                    "Its lists of platforms are nested more than %(most)d levels deep. Save the"
                    " image for one platform.",
                    most=_DEEPEST_NESTING,
                ),
            )
        found = [self._visit(each, each.names or names, depth + 1) for each in content.children]
        if not any(found):
            raise missing(next((each.digest for each in content.children), descriptor.digest))
        return True

    def _visit_manifest(
        self, descriptor: _Descriptor, content: _Content, names: tuple[str, ...], depth: int
    ) -> bool:
        if content.config is None:
            return True
        config = self._listing.contents.get(content.config.path)
        if config is None:
            if not depth:
                self._listing.note(missing(content.config.digest))
            return False
        known = self._images.get(descriptor.digest)
        if known is None:
            known = self._image(descriptor, content.config, config, content.children)
            self._images[descriptor.digest] = known
        self._names.setdefault(descriptor.digest, []).extend(names)
        platform = (known.os, known.architecture, known.variant)
        for name in names or ("",):
            self._platforms.setdefault(name, set()).add(platform)
        return True

    def _image(
        self,
        manifest: _Descriptor,
        config: _Descriptor,
        blob: Blob,
        layers: tuple[_Descriptor, ...],
    ) -> ShippedImage:
        self._listing.count(len(layers))
        self._check_size(config, blob)
        configuration = self._listing.configuration(blob)
        self._listing.check_layer_count(configuration, len(layers))
        for layer in layers:
            self._check_layer(layer)
        return ShippedImage(
            references=(),
            os=configuration.os,
            architecture=configuration.architecture,
            variant=configuration.variant,
            config=config.digest,
            manifest=manifest.digest,
            layers=tuple(Layer(layer.digest, layer.size) for layer in layers),
        )

    def _check_layer(self, layer: _Descriptor) -> None:
        blob = self._listing.contents.get(layer.path)
        if blob is not None:
            self._check_size(layer, blob)
        elif any(mark in layer.media_type for mark in _ELSEWHERE):
            self._listing.note(missing_elsewhere(layer.digest))
        else:
            self._listing.note(missing(layer.digest))

    def _check_size(self, descriptor: _Descriptor, blob: Blob) -> None:
        if descriptor.size != blob.size:
            self._listing.note(damaged(blob.name))

    def _content(self, descriptor: _Descriptor, blob: Blob) -> _Content:
        """What ``blob`` points to, read once. Raises ``UnusableArchive``."""
        self._check_size(descriptor, blob)
        known = self._contents.get(descriptor.digest)
        if known is None:
            known = self._read(Fields(parsed(blob), blob.name), descriptor.media_type)
            self._contents[descriptor.digest] = known
        return known

    def _read(self, fields: Fields, listed_type: str) -> _Content:
        media_type = fields.text("mediaType") or listed_type
        kind = _kind(media_type, fields)
        if kind is not _kind(listed_type or media_type, fields):
            raise UnusableArchive(
                Flaw.INCOMPLETE,
                _(
                    "It lists something as “%(listed)s” that calls itself “%(own)s”. Save the"
                    " image again with an ordinary tool.",
                    listed=listed_type,
                    own=media_type,
                ),
            )
        if kind is _Kind.SCHEMA1:
            raise UnusableArchive(
                Flaw.INCOMPLETE,
                _(
                    "Its image is in schema 1 of 2015, which clusters no longer take. Pull and"
                    " save it again with a current tool."
                ),
            )
        if kind is _Kind.INDEX:
            return _Content(kind, children=_descriptors(fields, "manifests"))
        if kind is _Kind.ARTIFACT:
            self._artifacts.append(fields.text("artifactType") or media_type)
            return _Content(kind)
        return self._read_manifest(fields)

    def _read_manifest(self, fields: Fields) -> _Content:
        """An image, or one of the many things that are stored like one: charts, signatures."""
        config = _descriptor(fields.fields("config"))
        layers = _descriptors(fields, "layers")
        is_image = config.media_type in _CONFIGURATION_TYPES and (
            not layers or any(layer.media_type.startswith(_LAYER_TYPES) for layer in layers)
        )
        if is_image:
            return _Content(_Kind.MANIFEST, config, layers)
        self._artifacts.append(fields.text("artifactType") or config.media_type)
        return _Content(_Kind.ARTIFACT)

    def _without_images(self) -> UnusableArchive:
        if self._artifacts:
            return UnusableArchive(
                Flaw.FOREIGN,
                _(
                    "It holds no image but “%(type)s”. Put the image archive in its place, or"
                    " remove it from images/.",
                    type=self._artifacts[0],
                ),
            )
        return UnusableArchive(
            Flaw.INCOMPLETE,
            _("Its index.json lists no image. Save the image again with “skopeo copy”."),
        )


def _kind(media_type: str, fields: Fields) -> _Kind:
    """By its media type; by its fields where that is not given."""
    if media_type in _SCHEMA1_TYPES:
        return _Kind.SCHEMA1
    if media_type in _INDEX_TYPES:
        return _Kind.INDEX
    if media_type in _MANIFEST_TYPES:
        return _Kind.MANIFEST
    if media_type:
        return _Kind.ARTIFACT
    if "fsLayers" in fields:
        return _Kind.SCHEMA1
    if "manifests" in fields:
        return _Kind.INDEX
    return _Kind.MANIFEST if "config" in fields else _Kind.ARTIFACT


def _descriptors(fields: Fields, key: str) -> tuple[_Descriptor, ...]:
    return tuple(_descriptor(each) for each in fields.list_of_fields(key))


def _descriptor(fields: Fields) -> _Descriptor:
    annotations, platform = fields.fields("annotations"), fields.fields("platform")
    name = annotations.text("io.containerd.image.name") or annotations.text(
        "org.opencontainers.image.ref.name"
    )
    return _Descriptor(
        digest=fields.digest(),
        size=fields.size(),
        media_type=fields.text("mediaType"),
        names=(name,) if name else (),
        is_attestation=(
            annotations.text("vnd.docker.reference.type") == "attestation-manifest"
            or platform.text("architecture") == platform.text("os") == "unknown"
        ),
    )
