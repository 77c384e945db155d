"""Hashing beside reading, in threads that each take their pieces in order.

``hashlib`` and ``zlib`` release the interpreter lock while they compute, so that several hashes of
one upload cost little more time than the slowest of them.
"""

from __future__ import annotations

import zlib
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Protocol, Self

_MOST_WAITING = 4  # pieces of up to 1 MiB; more would only fill memory


class Counting(Protocol):
    """What takes bytes one after the other, such as a hash."""

    def update(self, piece: bytes | memoryview, /) -> object: ...


class Crc32:
    """The checksum of zip members; ``value`` is that of all pieces so far."""

    def __init__(self) -> None:
        self.value = 0

    def update(self, piece: bytes | memoryview, /) -> None:
        self.value = zlib.crc32(piece, self.value)


class HashingThread:
    """A thread that feeds pieces to hashes, in the order in which they are given."""

    def __init__(self) -> None:
        self._queue: Queue[tuple[Counting, bytes | memoryview] | None] = Queue(_MOST_WAITING)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        self._thread.join()

    def feed(self, counting: Counting, piece: bytes | memoryview) -> None:
        """Let ``counting`` take ``piece`` soon; nobody else may read it before ``settle``."""
        self._queue.put((counting, piece))

    def settle(self) -> None:
        """Wait until all that was fed is taken. Raises what went wrong in the thread."""
        self._queue.join()
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            try:
                counting, piece = work
                counting.update(piece)
            except BaseException as failure:  # noqa: BLE001 - raised by settle, in the caller's thread
                self._failure = failure
            finally:
                self._queue.task_done()
