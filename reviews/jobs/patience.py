"""Patience with work that waits for others: it is ended when nothing moves for too long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stalled(Exception):  # noqa: N818 - it says what became of the work
    """Nothing has moved for as long as it was waited for."""


@contextmanager
def patience(seconds: float) -> Iterator[Callable[[], None]]:
    """Raise Stalled in the block when what it yields is not called for ``seconds``.

    It works with the clock's signal, which also ends a system call, and so only in the main
    thread of a process: there, workers do their jobs. Elsewhere nothing is ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def end(*_signal: object) -> None:
        raise Stalled(f"no progress for {seconds:.0f} seconds")

    def moved() -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.signal(signal.SIGALRM, end)
    try:
        moved()
        yield moved
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
