"""Which images a stored archive has, and where their layers lie: what was inspected, once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from . import docker_archive
from .contents import MOST_JSON_BYTES, Blob, Contents
from .errors import UnusableArchive
from .json_fields import Fields, parsed
from .listing import Configuration, Listing, missing

_KINDS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


@dataclass(frozen=True, slots=True)
class StoredLayer:
    """A layer in an archive.

    ``diff_id`` is the digest of the plain tar. ``digest`` is that of the ``size`` bytes as they
    are stored, as the archive's own manifest has it, "" where none says it. ``compression`` is
    ``none``, ``gzip``, ``zstd``, ``bzip2`` or ``xz``. They begin at byte ``offset`` of the
    archive's tar.
    """

    diff_id: str
    digest: str
    size: int
    compression: str
    offset: int


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image for one platform in an archive, in Go's words (``linux``, ``amd64``).

    ``config`` are the bytes of its configuration. ``manifest`` are those of the archive's own
    manifest of the type ``manifest_type``, None where it has none.
    """

    os: str
    architecture: str
    variant: str
    config_digest: str
    config: bytes
    layers: tuple[StoredLayer, ...]
    manifest: bytes | None = None
    manifest_digest: str = ""
    manifest_type: str = ""


class Members(Contents):
    """Files by name; of large ones only the beginning is looked at."""

    def _read(self, blob: Blob, pieces: Iterator[memoryview]) -> None:
        if blob.size <= MOST_JSON_BYTES:
            super()._read(blob, pieces)
        else:
            blob.head = bytes(next(pieces, memoryview(b""))[:8])


def images_in(contents: Contents, most: int) -> Iterator[StoredImage]:
    """First those that the archive has a manifest for: its bytes can be published as they are."""
    listing = Listing(contents, most)
    for blob in contents.blobs():
        if blob.name.startswith("blobs/"):
            with suppress(UnusableArchive):
                yield from _of_manifest(listing, blob)
    index = contents.get(docker_archive.LIST)
    if index is None:
        return
    for entry in _entries(parsed(index)):
        with suppress(UnusableArchive):
            yield _of_docker_list(listing, Fields(entry, docker_archive.LIST))


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _of_manifest(listing: Listing, blob: Blob) -> Iterator[StoredImage]:
    if blob.content is None:
        return
    fields = Fields(parsed(blob), blob.name)
    if "config" not in fields or "layers" not in fields:
        return
    config = _blob_of(listing, fields.fields("config").digest())
    configuration = listing.configuration(config)
    listed = fields.list_of_fields("layers")
    if len(listed) != len(configuration.diff_ids):
        return
    layers = []
    for layer, diff_id in zip(listed, configuration.diff_ids, strict=True):
        digest = layer.digest()
        layers.append(_layer(_blob_of(listing, digest), diff_id, digest))
    yield _image(
        configuration,
        config,
        layers,
        manifest=blob.content,
        manifest_digest=blob.digest,
        manifest_type=fields.text("mediaType") or "application/vnd.oci.image.manifest.v1+json",
    )


def _of_docker_list(listing: Listing, entry: Fields) -> StoredImage:
    config = _named(listing, entry.required("Config"))
    configuration = listing.configuration(config)
    names = entry.texts("Layers")
    if len(names) != len(configuration.diff_ids):
        raise missing(docker_archive.LIST)
    layers = [
        _layer(_named(listing, name), diff_id, "")
        for name, diff_id in zip(names, configuration.diff_ids, strict=True)
    ]
    return _image(configuration, config, layers)


def _image(
    configuration: Configuration,
    config: Blob,
    layers: list[StoredLayer],
    *,
    manifest: bytes | None = None,
    manifest_digest: str = "",
    manifest_type: str = "",
) -> StoredImage:
    return StoredImage(
        configuration.os,
        configuration.architecture,
        configuration.variant,
        config.digest,
        config.content or b"",
        tuple(layers),
        manifest,
        manifest_digest,
        manifest_type,
    )


def _layer(blob: Blob, diff_id: str, digest: str) -> StoredLayer:
    kind = next((kind for magic, kind in _KINDS.items() if blob.head.startswith(magic)), "none")
    if kind == "none" and not digest:
        digest = diff_id
    return StoredLayer(diff_id, digest, blob.size, kind, blob.offset)


def _blob_of(listing: Listing, digest: str) -> Blob:
    return _named(listing, "blobs/" + digest.replace(":", "/"))


def _named(listing: Listing, name: str) -> Blob:
    blob = listing.contents.get(name)
    if blob is None:
        raise missing(name)
    return blob
