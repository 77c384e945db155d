"""One pass over the upload from its first byte to its last, hashed as it goes by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ..core.policy import MIB
from .hashing import HashingThread

_PIECE = 1 * MIB
_BETWEEN_REPORTS = 32 * MIB


class UploadPass:
    """Reads ``file``, which has ``size`` bytes, forward only.

    ``thread`` computes its SHA-256; ``on_progress(done, total)`` is called every 32 MiB and at
    the end, in bytes of the file.
    """

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        thread: HashingThread,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._file = file
        self._size = size
        self._thread = thread
        self._progress = on_progress
        self._hash = hashlib.sha256()
        self._at = 0
        self._reported = 0
        file.seek(0)

    def pieces(self, end: int) -> Iterator[bytes]:
        """The bytes from here to ``end``. Raises ``OSError`` when the file has become shorter."""
        while self._at < end:
            piece = self._file.read(min(_PIECE, end - self._at))
            if not piece:
                raise OSError(f"the upload ended at byte {self._at} while it was read")
            self._at += len(piece)
            self._thread.feed(self._hash, piece)
            if self._at - self._reported >= _BETWEEN_REPORTS and self._at < self._size:
                self._reported = self._at
                self._progress(self._at, self._size)
            yield piece

    def pass_to(self, end: int) -> None:
        """Read on to ``end`` without looking."""
        for _piece in self.pieces(end):
            pass

    def finish(self) -> str:
        """The SHA-256 of the whole file in hex, read to its end."""
        self.pass_to(self._size)
        self._thread.settle()
        self._progress(self._size, self._size)
        return self._hash.hexdigest()
