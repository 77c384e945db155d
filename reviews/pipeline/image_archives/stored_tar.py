"""The tar of a stored image archive, read from any byte on, however it is compressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ..archive.inflate import GZIP_MAGIC
from ..archive.zip_format import DEFLATED, STORED
from ..archive.zip_table import Packed
from ..core.messages import _
from ..core.policy import MIB
from .compression import gunzipped, inflated
from .errors import UnusableArchive
from .model import Flaw

_PIECE = 1 * MIB
_SMALLEST_BOUND = 1 * MIB


class StoredTar:
    """The tar of the archive that ``packed`` is in the zip ``file``.

    Where neither is compressed, it is read at its place; else from the beginning as often as
    needed, up to ``ratio`` times its packed size.
    """

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
