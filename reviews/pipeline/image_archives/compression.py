"""Compressed image archives undone as they pass by, in pieces of at most 1 MiB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..archive import inflate
from ..archive.inflate import InflateError, InflateFault
from ..core.messages import _
from ..core.policy import KIB, MIB
from .errors import UnusableArchive
from .model import Flaw

_PIECE = 1 * MIB
_SMALL_STREAM = 16 * KIB


def inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a zip member that is compressed by Deflate. Raises ``UnusableArchive``."""
    try:
        yield from inflate.inflated(pieces, _PIECE)
    except InflateError as error:
        raise _unusable_member(error.fault) from None


def gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one or several gzip streams; what follows the last is passed over.

    Each stream costs a fresh start, so many tiny ones are refused. Raises ``UnusableArchive``.
    """
    try:
        yield from inflate.gunzipped(pieces, _PIECE, bytes_per_stream=_SMALL_STREAM)
    except InflateError as error:
        if error.fault is not InflateFault.TRAILING:
            raise _unusable_gzip(error.fault) from None


def _unusable_member(fault: InflateFault) -> UnusableArchive:
    if fault is InflateFault.CUT_OFF:
        return UnusableArchive(
            Flaw.CUT_OFF,
            _(
                "Its compressed data in the zip ends too early. Pack the service package and"
                " upload it again."
            ),
        )
    return UnusableArchive(
        Flaw.DAMAGED,
        _("Its data in the zip is damaged. Pack the service package and upload it again."),
    )


def _unusable_gzip(fault: InflateFault) -> UnusableArchive:
    if fault is InflateFault.TOO_MANY_STREAMS:
        return UnusableArchive(
            Flaw.FOREIGN,
            _("It is cut into too many gzip streams. Save the image again, as a plain tar."),
            "gzip",
        )
    if fault is InflateFault.DAMAGED:
        return UnusableArchive(
            Flaw.DAMAGED,
            _("Its gzip compression is damaged. Save the image again, as a plain tar."),
            "gzip",
        )
    return UnusableArchive(
        Flaw.CUT_OFF,
        _("Its gzip compression ends too early. Save the image again, as a plain tar."),
        "gzip",
    )
