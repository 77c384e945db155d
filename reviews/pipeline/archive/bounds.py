"""How much may come out of an archive, counted while it comes out."""

from __future__ import annotations

from ..core.messages import _
from ..core.policy import MIB, Limits
from .members import sniff
from .refusals import amount, unsafe

# Below this, no compression ratio is alarming: an all-zero file of 900 KB harms nobody.
_RATIO_FLOOR = 1 * MIB


class Tally:
    """What was read from one archive so far, checked against ``limits``."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members = 0
        self._held = 0

    def add_member(self) -> None:
        """Count one more member; raises ``PackageRefused`` when there are too many."""
        self._members += 1
        check_member_count(self._members, self._limits.members)

    def hold(self, name: str, size: int) -> None:
        """Make room for ``size`` bytes in memory; raises ``PackageRefused`` when it is too much."""
        self._held += size
        if self._held > self._limits.chart_bytes:
            raise unsafe(
                _(
                    "The files to be examined unpack to more than %(most)s in all. "
                    "Remove what the service does not need.",
                    most=amount(self._limits.chart_bytes),
                ),
                name,
            )

    def check_file(self, name: str, size: int, head: bytes = b"") -> None:
        """Refuse a single file larger than Helm itself would load.

        Given its first bytes as ``head``, an archive may have what all files together may: it
        will be opened itself, and then its own files are counted.
        """
        most = self._limits.chart_bytes if sniff(head) else self._limits.chart_file_bytes
        if size > most:
            raise unsafe(
                _(
                    "The file has %(size)s; Helm and the portal read at most %(most)s a file. "
                    "Remove it or make it smaller.",
                    size=amount(size),
                    most=amount(most),
                ),
                name,
            )


def check_upload_size(size: int, limits: Limits) -> None:
    """Refuse an upload of more bytes than allowed."""
    if size > limits.upload_bytes:
        raise unsafe(
            _(
                "The package has %(size)s; at most %(most)s are taken. "
                "Remove what it does not need.",
                size=amount(size),
                most=amount(limits.upload_bytes),
            )
        )


def check_member_count(count: int, most: int) -> None:
    """Refuse an archive with more members than allowed."""
    if count > most:
        raise unsafe(
            _(
                "The archive has more than %(most)d members. "
                "Remove what the service does not need.",
                most=most,
            )
        )


def unpacked_at_most(packed: int, ratio: int) -> int:
    """How many bytes ``packed`` bytes may unpack to before it looks like a bomb."""
    return max(_RATIO_FLOOR, ratio * packed)


def check_ratio(unpacked: int, packed: int, ratio: int, name: str | None = None) -> None:
    """Refuse what grows more than ``ratio`` times when unpacked."""
    if unpacked > unpacked_at_most(packed, ratio):
        raise unsafe(
            _(
                "The content grows more than %(ratio)d times when unpacked, as decompression "
                "bombs do. Remove the file that is almost nothing but repetition.",
                ratio=ratio,
            ),
            name,
        )
