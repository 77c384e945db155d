"""Work that waits for others is ended when nothing moves, and never otherwise."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import closing

import pytest

from reviews.jobs.patience import Stalled, patience


def test_what_waits_in_a_system_call_is_ended() -> None:
    one, other = socket.socketpair()
    with closing(one), closing(other), pytest.raises(Stalled), patience(0.2):
        one.recv(1)


def test_what_moves_goes_on_and_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with patience(3600) as moved:
        moved()
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_in_another_thread_nothing_is_ended() -> None:
    seen: list[str] = []

    def work() -> None:
        with patience(0.01) as moved:
            moved()
            seen.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert seen == ["done"]
