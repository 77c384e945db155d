"""Decompression of what passes by, in pieces of at most 1 MiB."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from ..core.messages import _
from ..core.policy import KIB, MIB
from .errors import Spoiled
from .model import Flaw

_PIECE = 1 * MIB
_TAKEN_AT_ONCE = 128 * KIB  # zlib copies what it did not use yet, again and again
_GZIP = 31  # zlib's window bits for a stream with gzip's header and checksum
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_SMALL_STREAMS = 1000
_SMALL_STREAM = 16 * KIB


def inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a zip member that is compressed by Deflate. Raises ``Spoiled``."""
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    rest = _slices(pieces)
    try:
        for piece in rest:
            yield from _decoded(decoder, piece)
            if decoder.eof:
                break
    except zlib.error:
        raise _damaged_member() from None
    if not decoder.eof:
        raise Spoiled(
            Flaw.CUT_OFF,
            _(
                "Its compressed data in the zip ends too early. Pack the service package and"
                " upload it again."
            ),
        )
    if decoder.unused_data or any(rest):
        raise _damaged_member()


def gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one or several gzip streams; what stands behind them is passed over.

    Raises ``Spoiled``.
    """
    decoder: zlib._Decompress | None = None
    streams = taken = 0
    try:
        for piece in _slices(pieces):
            rest: bytes | memoryview = piece
            taken += len(piece)
            while rest:
                if decoder is None:
                    if streams and not _begins_gzip(rest):
                        return
                    streams += 1
                    _check_streams(streams, taken)
                    decoder = zlib.decompressobj(_GZIP)
                yield from _decoded(decoder, rest)
                rest = decoder.unused_data
                decoder = None if decoder.eof else decoder
    except zlib.error:
        raise Spoiled(
            Flaw.DAMAGED,
            _("Its gzip compression is damaged. Save the image again, as a plain tar."),
            "gzip",
        ) from None
    if decoder is not None:
        raise Spoiled(
            Flaw.CUT_OFF,
            _("Its gzip compression ends too early. Save the image again, as a plain tar."),
            "gzip",
        )


def _slices(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), _TAKEN_AT_ONCE):
            yield view[start : start + _TAKEN_AT_ONCE]


def _decoded(decoder: zlib._Decompress, piece: bytes | memoryview) -> Iterator[bytes]:
    """All that comes out for ``piece``."""
    while not decoder.eof:
        content = decoder.decompress(piece, _PIECE)
        piece = decoder.unconsumed_tail
        if content:
            yield content
        if len(content) < _PIECE:
            return


def _begins_gzip(rest: bytes | memoryview) -> bool:
    return bytes(rest[:2]) == _GZIP_MAGIC[: len(rest)]


def _check_streams(streams: int, taken: int) -> None:
    """Each stream costs a fresh start, so many tiny ones would cost more time than any image."""
    if streams > _MOST_SMALL_STREAMS + taken // _SMALL_STREAM:
        raise Spoiled(
            Flaw.FOREIGN,
            _("It is cut into too many gzip streams. Save the image again, as a plain tar."),
            "gzip",
        )


def _damaged_member() -> Spoiled:
    return Spoiled(
        Flaw.DAMAGED,
        _("Its data in the zip is damaged. Pack the service package and upload it again."),
    )
