"""The two reasons to refuse an archive: the archive cannot be read, or it is not safe to read."""

from __future__ import annotations

from ..core.messages import Message
from ..core.policy import GIB, KIB, MIB
from ..core.refusal import PackageRefused

_LONGEST_SHOWN = 255


def damaged(words: Message, name: str | None = None) -> PackageRefused:
    """No readable, unencrypted archive. ``name`` is the culprit's, None for the whole."""
    return PackageRefused("OSC-PKG-001", words, None if name is None else printable(name))


def unsafe(words: Message, name: str | None = None) -> PackageRefused:
    """An archive that could harm, or that two readers could take for two things."""
    return PackageRefused("OSC-PKG-013", words, None if name is None else printable(name))


def printable(name: str) -> str:
    """``name`` with what no screen can show written as escapes, cut at 255 characters."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in name[:_LONGEST_SHOWN]
    )


def amount(size: int) -> str:
    """``size`` bytes for people, rounded up, in the largest unit that leaves at least 1."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{-(-size * 10 // unit) / 10:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} B"
