"""What the engine says of a chart, and what ends a conversation with it."""

from __future__ import annotations

import signal
from typing import Literal

from .process import ChildEnded

LimitKind = Literal["time", "memory", "output"]
CRASHES = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP)
OUT_OF_MEMORY = (
    *("out of memory", "cannot allocate memory", "malloc failed", "MemoryError", "stack exceeds"),
)


class ChartRejected(Exception):  # noqa: N818 - it says something about the chart, not about the portal
    """The engine cannot load, render or lint this chart with these values: for the partner to fix.

    ``words`` are the engine's own, at most 4,000 characters, without paths of this machine.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class RenderStopped(ChartRejected):
    """The engine did not finish within its limits.

    ``kind`` names the one that was reached, ``limit`` is its size: seconds for ``time``,
    otherwise bytes.
    """

    def __init__(self, kind: LimitKind, limit: float) -> None:
        size = f"{limit:g} seconds" if kind == "time" else f"{limit:,.0f} bytes"
        super().__init__(f"rendering did not finish within its limit of {kind}: {size}")
        self.kind = kind
        self.limit = limit


class BudgetSpent(Exception):  # noqa: N818 - a fact the caller plans with
    """No renders or no seconds of this analysis are left."""


class EngineBroken(Exception):  # noqa: N818 - named as what it is
    """The engine is missing, does not start or does not keep to the protocol: an internal error."""


def limit_reached(end: ChildEnded) -> LimitKind | None:
    """The limit that explains why the child ended, None if none does.

    The Go runtime aborts when memory is refused to it, and says so; the kernel sends
    ``SIGXCPU`` when the processor time is spent. A bare kill may come from an administrator
    or from a machine short of memory: that is no fact about the chart.
    """
    if end.status == -signal.SIGXCPU:
        return "time"
    if any(sign in end.last_words for sign in OUT_OF_MEMORY):
        return "memory"
    return None


def has_crashed(end: ChildEnded) -> bool:
    """Whether the child ended by a fault of its own that no limit explains."""
    return -end.status in CRASHES and limit_reached(end) is None
