"""The memory of several processes together is measured as it is."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from reviews.jobs.process_memory import descendants

from .as_a_worker import Forked, forked
from .hostile import Taken
from .resident import Moment
from .table import MOST_MEBIBYTES, has_failed

MIB = 1 << 20
HOLDING = "held = bytearray(60 << 20); print(flush=True); input()"


def _holding() -> subprocess.Popen[bytes]:
    program = [sys.executable, "-I", "-c", HOLDING]
    other = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    return other


def _three(seconds: float) -> Forked:
    """What two processes and who started them held, each for so long at the same time."""

    def work() -> str:
        with _holding() as first, _holding() as second:
            held = bytearray(os.urandom(40 * MIB))
            found = len(descendants(os.getpid()))
            time.sleep(seconds)
            for each in (first, second):
                each.communicate(b"\n")
        return f"{found} {len(held)}"

    return forked(work)


def test_what_a_process_starts_counts_with_it_and_is_remembered_when_it_has_ended() -> None:
    # On a busy machine nobody may look for a while.
    tries = map(_three, (0.1, 1, 10, 60))
    taken = next(each for each in tries if each.memory.total > 160 * MIB)

    assert taken.said == f"3 {40 * MIB}"
    # More than the two that it starts hold, and all three at one moment.
    assert len(taken.memory.each) == 3
    assert taken.memory.words.count("+") == 2


def test_pages_that_are_shared_count_once() -> None:
    before = forked(lambda: "").memory.total
    shared = os.urandom(200 * MIB)
    taken = forked(lambda: str(len(shared))).memory.total

    # Half of it: the other half is this process's.
    assert 50 * MIB < taken - before < 150 * MIB


def test_a_package_is_judged_by_all_processes_together() -> None:
    def taken(*each: int) -> Taken:
        return Taken("a", 1, 1.0, 1.0, Moment(sum(each), list(each)), "")

    assert taken(300 * MIB, 299 * MIB).is_within
    assert not taken(300 * MIB, 301 * MIB).is_within


def test_a_chart_that_takes_too_much_memory_fails_the_bench() -> None:
    figures = {
        "outcomes": {"examined": 1},
        "bytes_outside_edits": 0,
        "members_outside_edits": 0,
        "stopped_rendering": 0,
    }
    assert not has_failed(figures | {"mebibytes": {"max": MOST_MEBIBYTES}})
    assert has_failed(figures | {"mebibytes": {"max": MOST_MEBIBYTES + 1}})
