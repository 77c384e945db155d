"""Images taken out of a stored package once more: where each layer lies, and its bytes as a stream.

The archives were inspected before. Headers are read, and contents passed over where the zip and
the tar are not compressed; a layer is read when it is asked for, and nothing goes to a disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from ..archive.naming import decode_name, normalise
from ..archive.zip_table import Packed, read_contents
from ..core.messages import Message, _
from ..core.policy import KIB, Limits
from ..core.refusal import PackageRefused
from .errors import UnusableArchive
from .hashing import HashingThread
from .stored_images import Members, StoredImage, StoredLayer, images_in
from .stored_tar import StoredTar
from .tar_members import TarMembers

_HEADER_PIECE = 64 * KIB


class BrokenArchive(Exception):  # noqa: N818 - says something about the archive, not about the portal
    """An archive that was sound when it was inspected is not; ``words`` say what was found."""

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


class StoredArchives:
    """The image archives of the service package at ``path``, opened by ``with``.

    ``limits`` are those under which it was examined. OSError: it cannot be read.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._members: dict[str, Packed] = {}
        self._streams: dict[str, StoredTar] = {}

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
            return tuple(images_in(self._listed(stream), self._limits.members))
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

    def _stream(self, address: str) -> StoredTar:
        stream = self._streams.get(address)
        if stream is None:
            packed = self._members.get(address)
            if packed is None:
                raise BrokenArchive(_("The package has no image archive “%(file)s”.", file=address))
            stream = StoredTar(self._file, packed, self._limits.ratio)
            self._streams = {address: stream}  # one decoder at a time is in memory
        return stream

    def _listed(self, stream: StoredTar) -> Members:
        stream.go_to(0)
        with HashingThread() as hashing:
            contents = Members(hashing)
            contents.read(
                TarMembers(stream.chunks(_HEADER_PIECE), self._limits.members, stream.skip)
            )
        return contents
