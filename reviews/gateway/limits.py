"""How much and how slowly a visitor may send."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    A form is there within ``form_seconds`` and has at most ``form_bytes``; all forms that are on
    their way have ``forms_bytes`` together. An upload may be silent for ``silent_seconds``, and
    after these brings ``least_rate`` bytes per second on average; ``uploads`` of them arrive at
    once, ``uploads_each`` of one user. ``waiting`` requests that are there in full may wait for a
    thread. An answer that nobody reads is given up after ``unread_seconds``. What is refused is
    read on for a while, and thrown away, so that the answer is seen: ``linger_seconds`` of those
    who are signed in, ``short_linger_seconds`` of all others.
    """

    form_bytes: int = MIB
    form_seconds: float = 30.0
    forms_bytes: int = 256 * MIB
    silent_seconds: float = 30.0
    least_rate: float = 4 * KIB
    uploads: int = 500
    uploads_each: int = 100
    waiting: int = 500
    unread_seconds: float = 60.0
    linger_seconds: float = 60.0
    short_linger_seconds: float = 2.0
