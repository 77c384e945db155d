"""How much memory a process and all that it started hold together, at the worst moment.

A process of its own looks again and again until its input ends, and prints the worst moment as
JSON: so it disturbs nothing that it measures, and holds nothing of it. Memory is the proportional
set size: a page that several processes share counts for each by its share.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reviews.jobs.process_memory import descendants, proportional, resident

_HOUSE = str(Path(__file__).resolve().parents[2])
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from tests.bench.resident import look; look(int(sys.argv[2]))"
)
_EVERY_SECONDS = 0.01


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
    program = [sys.executable, "-I", "-S", "-c", _PROGRAM, _HOUSE, str(pid)]
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


def look(pid: int) -> None:
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
