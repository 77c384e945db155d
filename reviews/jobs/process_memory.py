"""How much memory a process and all that it started hold.

It needs nothing but Python itself: a process that only measures must hold little.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


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

    A page that several processes share counts for each by its share. Of a process that may not be
    asked, as one of another user that has shut itself in, it is the resident set size instead,
    which is never less.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return resident(pid)


def resident(pid: int) -> int:
    """The resident set size of a process in bytes, shared pages in full; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
