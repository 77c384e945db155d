"""How much memory a process and all that it started hold together, at the worst moment.

Run as ``python -I -S resident.py PID`` it looks again and again until its input ends, and prints the
worst moment as JSON: so it disturbs nothing that it measures, and holds nothing of it. Memory is
the proportional set size: a page that several processes share counts for each by its share.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 0.01
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Moment:
    """The bytes of all processes together, and of each, the oldest first."""

    total: int = 0
    each: list[int] = field(default_factory=list)

    @property
    def mebibytes(self) -> float:
        """All of them together."""
        return self.total / (1 << 20)

    @property
    def words(self) -> str:
        """How the sum came about: ``210 + 180``."""
        return " + ".join(str(size >> 20) for size in self.each)


@contextmanager
def watched(pid: int) -> Iterator[Moment]:
    """The worst moment of the process ``pid`` and its descendants, filled in as the block ends."""
    program = [sys.executable, "-I", "-S", str(Path(__file__)), str(pid)]
    moment = Moment()
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watcher:
        assert watcher.stdin is not None
        assert watcher.stdout is not None
        watcher.stdout.readline()  # it looks
        try:
            yield moment
        finally:
            watcher.stdin.close()
            found = json.loads(watcher.stdout.read() or "{}")
            moment.total, moment.each = found.get("total", 0), found.get("each", [])


def descendants(pid: int) -> list[int]:
    """The process itself and all that it started, directly or not, the oldest first."""
    found = [pid]
    for each in found:
        for file in Path(f"/proc/{each}/task").glob("[0-9]*/children"):
            with suppress(OSError):
                found += map(int, file.read_text("ascii").split())
    return found


def proportional(pid: int) -> int:
    """The proportional set size of a process in bytes, 0 of one that has ended.

    Of one that may not be asked, as a process of another user that has shut itself in, its
    resident set size instead, which is never less.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return resident(pid)


def resident(pid: int) -> int:
    """The resident set size of a process in bytes, 0 of one that has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _look(pid: int) -> None:
    """Look until the input ends, then print the worst moment."""
    worst = Moment()
    is_announced = is_over = False
    while not is_over:
        pids = descendants(pid)
        # To ask for shares is dear, and they are never more than what is resident.
        if sum(map(resident, pids)) > worst.total:
            each = [proportional(one) for one in pids]
            if sum(each) > worst.total:
                worst = Moment(sum(each), each)
        if not is_announced:
            sys.stdout.write("\n")
            sys.stdout.flush()
            is_announced = True
        is_over = bool(select.select([sys.stdin], [], [], _EVERY_SECONDS)[0])
    json.dump({"total": worst.total, "each": worst.each}, sys.stdout)


if __name__ == "__main__":
    _look(int(sys.argv[1]))
