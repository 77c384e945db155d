"""The content of one zip member, checked against the zip's table of contents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ..archive.zip_format import DEFLATED, Entry
from ..core.messages import _
from .compression import inflated
from .errors import UnusableArchive
from .hashing import Crc32, HashingThread
from .model import Flaw


class ZipContent:
    """What ``raw``, the bytes of the member as they are in the zip, unpacks to.

    SHA-256 and CRC-32 are counted in threads of their own.
    """

    def __init__(
        self, raw: Iterator[bytes], entry: Entry, hashing: HashingThread, checking: HashingThread
    ) -> None:
        self._entry = entry
        self._hashing, self._checking = hashing, checking
        self._hash = hashlib.sha256()
        self._crc = Crc32()
        self._flaw: UnusableArchive | None = None
        self._pieces = self._counted(inflated(raw) if entry.method == DEFLATED else raw)

    def pieces(self) -> Iterator[bytes]:
        """The pieces not taken yet. Raises ``UnusableArchive``, then and again in ``finish``."""
        return self._pieces

    def finish(self) -> str:
        """Read what is left; the SHA-256 of all in hex. ``flaw`` is known afterwards."""
        try:
            for _piece in self._pieces:
                pass
        except UnusableArchive as unusable:
            self._flaw = unusable
        self._hashing.settle()
        self._checking.settle()
        if self._flaw is None and self._crc.value != self._entry.crc:
            self._flaw = _contradicted()
        return self._hash.hexdigest()

    @property
    def flaw(self) -> UnusableArchive | None:
        """What is wrong with the member itself, whatever it holds."""
        return self._flaw

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        produced = 0
        try:
            for piece in pieces:
                produced += len(piece)
                if produced > self._entry.size:
                    raise _contradicted()
                self._hashing.feed(self._hash, piece)
                self._checking.feed(self._crc, piece)
                yield piece
            if produced != self._entry.size:
                raise _contradicted()
        except UnusableArchive as unusable:
            self._flaw = unusable
            raise


def _contradicted() -> UnusableArchive:
    return UnusableArchive(
        Flaw.DAMAGED,
        _(
            "Its size or checksum is not the one that the zip declares. Pack the service package"
            " and upload it again."
        ),
    )
