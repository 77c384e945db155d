"""Images taken out of a stored package once more: where each layer lies, and its bytes as a stream.

The archives were inspected before. Headers are read, and contents passed over where the zip and
the tar are not compressed; a layer is read when it is asked for, and nothing goes to a disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ..archive.inflate import GZIP_MAGIC
from ..archive.naming import decode_name, normalise
from ..archive.zip_format import DEFLATED, STORED
from ..archive.zip_table import Packed, read_contents
from ..core.messages import Message, _
from ..core.policy import KIB, MIB, Limits
from ..core.refusal import PackageRefused
from . import docker_archive
from .compression import gunzipped, inflated
from .contents import MOST_JSON_BYTES, Blob, Contents
from .errors import UnusableArchive
from .hashing import HashingThread
from .json_fields import Fields, parsed
from .listing import Configuration, Listing, missing
from .model import Flaw
from .tar_members import TarMembers

_PIECE = 1 * MIB
_HEADER_PIECE = 64 * KIB
_SMALLEST_BOUND = 1 * MIB
_KINDS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


class BrokenArchive(Exception):  # noqa: N818 - says something about the archive, not about the portal
    """An archive that was sound when it was inspected is not; ``words`` say what was found."""

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


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


class StoredArchives:
    """The image archives of the service package at ``path``, opened by ``with``.

    ``limits`` are those under which it was examined. OSError: it cannot be read.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._members: dict[str, Packed] = {}
        self._streams: dict[str, _Stream] = {}

    def __enter__(self) -> Self:
        self._file = self._path.open("rb")
        try:
            size = os.fstat(self._file.fileno()).st_size
            table = read_contents(self._file, size, self._limits.members, self._limits.chart_bytes)
        except PackageRefused as refused:
            self._file.close()
            raise BrokenArchive(refused.words) from None
        self._members = {normalise(decode_name(each.entry.name)): each for each in table.members}
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def images(self, address: str) -> tuple[StoredImage, ...]:
        """All images in the archive at ``address`` that are complete. Raises ``BrokenArchive``."""
        stream = self._stream(address)
        try:
            return tuple(_images(self._listed(stream), self._limits.members))
        except UnusableArchive as unusable:
            raise BrokenArchive(unusable.words) from None

    def content(self, address: str, layer: StoredLayer) -> Iterator[bytes | memoryview]:
        """The bytes of ``layer`` as they are stored, in pieces of at most 1 MiB.

        Layers of a compressed archive are best asked for by their ``offset``: going back begins
        anew. Raises ``BrokenArchive``.
        """
        stream = self._stream(address)
        try:
            stream.go_to(layer.offset)
            yield from stream.pieces(layer.size)
        except UnusableArchive as unusable:
            raise BrokenArchive(unusable.words) from None

    def _stream(self, address: str) -> _Stream:
        stream = self._streams.get(address)
        if stream is None:
            packed = self._members.get(address)
            if packed is None:
                raise BrokenArchive(_("The package has no image archive “%(file)s”.", file=address))
            stream = _Stream(self._file, packed, self._limits.ratio)
            self._streams = {address: stream}  # one decoder at a time is in memory
        return stream

    def _listed(self, stream: _Stream) -> _Members:
        stream.go_to(0)
        with HashingThread() as hashing:
            contents = _Members(hashing)
            contents.read(
                TarMembers(stream.chunks(_HEADER_PIECE), self._limits.members, stream.skip)
            )
        return contents


class _Members(Contents):
    """Files by name; of large ones only the beginning is looked at."""

    def _read(self, blob: Blob, pieces: Iterator[memoryview]) -> None:
        if blob.size <= MOST_JSON_BYTES:
            super()._read(blob, pieces)
        else:
            blob.head = bytes(next(pieces, memoryview(b""))[:8])


class _Stream:
    """The tar of one archive, from any byte on: by its place in the file, or unpacked from it."""

    def __init__(self, file: BinaryIO, packed: Packed, ratio: int) -> None:
        self._file = file
        self._packed = packed
        self._most = max(_SMALLEST_BOUND, ratio * packed.entry.packed)
        self._is_plain = packed.entry.method == STORED and not self._raw_head().startswith(
            GZIP_MAGIC
        )
        self._at = 0
        self._unpacked: Iterator[bytes] = iter(())
        self._rest = memoryview(b"")
        self._restart()

    def go_to(self, offset: int) -> None:
        """Stand at byte ``offset`` of the tar."""
        if self._is_plain:
            self._at = offset
            return
        if offset < self._at:
            self._restart()
        self.skip(offset - self._at)

    def skip(self, count: int) -> int:
        """Pass over up to ``count`` bytes; how many there were."""
        if self._is_plain:
            passed = min(count, self._packed.entry.size - self._at)
            self._at += passed
            return passed
        return sum(map(len, self._take(count)))

    def pieces(self, size: int) -> Iterator[bytes | memoryview]:
        """Exactly ``size`` bytes from here. Raises ``UnusableArchive`` where there are fewer."""
        end = self._at + size
        while self._at < end:
            piece = self._next(min(_PIECE, end - self._at))
            if not piece:
                raise _ended_early()
            yield piece

    def chunks(self, size: int) -> Iterator[bytes]:
        """All bytes from here in chunks of at most ``size``."""
        while chunk := self._next(size):
            yield bytes(chunk)

    def _take(self, count: int) -> Iterator[bytes | memoryview]:
        end = self._at + count
        while self._at < end and (piece := self._next(min(_PIECE, end - self._at))):
            yield piece

    def _next(self, most: int) -> bytes | memoryview:
        """The next bytes, at most ``most``; none at the end."""
        if self._is_plain:
            most = min(most, self._packed.entry.size - self._at)
            self._file.seek(self._packed.data + self._at)
            piece: bytes | memoryview = self._file.read(max(most, 0))
        else:
            if not self._rest:
                self._rest = memoryview(next(self._unpacked, b""))
            piece, self._rest = self._rest[:most], self._rest[most:]
        self._at += len(piece)
        return piece

    def _restart(self) -> None:
        self._at = 0
        self._rest = memoryview(b"")
        raw = self._raw()
        member = inflated(raw) if self._packed.entry.method == DEFLATED else raw
        self._unpacked = self._bounded(_gunzipped_where_needed(member))

    def _raw(self) -> Iterator[bytes]:
        """The member as it lies in the zip; the place in the file is remembered between pieces."""
        at, end = self._packed.data, self._packed.data + self._packed.entry.packed
        while at < end:
            self._file.seek(at)
            piece = self._file.read(min(_PIECE, end - at))
            if not piece:
                return
            at += len(piece)
            yield piece

    def _raw_head(self) -> bytes:
        self._file.seek(self._packed.data)
        return self._file.read(min(8, self._packed.entry.packed))

    def _bounded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        produced = 0
        for piece in pieces:
            produced += len(piece)
            if produced > self._most and self._packed.entry.size < produced:
                raise _ended_early()
            yield piece


def _ended_early() -> UnusableArchive:
    return UnusableArchive(
        Flaw.CUT_OFF, _("It ends in the middle of a layer, although it was complete before.")
    )


def _gunzipped_where_needed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    head = next(pieces, b"")
    whole = _joined(head, pieces)
    return gunzipped(whole) if head.startswith(GZIP_MAGIC) else whole


def _joined(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from pieces


def _images(contents: Contents, most: int) -> Iterator[StoredImage]:
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
