"""Deflate and gzip undone in pieces as the compressed bytes pass by, for charts and images alike.

What a fault means, and how much may come out, the users decide: a chart is refused, an image
archive has a flaw.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from ..core.policy import KIB

GZIP_MAGIC = b"\x1f\x8b"
MOST_STREAMS = 1000  # a block-wise gzip has a few; each costs a fresh start

_GZIP_BITS = 31  # zlib's window bits for a stream with gzip's header and checksum
_TAKEN_AT_ONCE = 128 * KIB  # zlib copies what it did not use yet, again and again


class InflateFault(Enum):
    """What is wrong with compressed bytes."""

    CUT_OFF = auto()
    """They end before the compressed stream does."""
    DAMAGED = auto()
    """They are no such stream, or its checksum is wrong."""
    TRAILING = auto()
    """Other bytes follow the last stream."""
    HALF_MAGIC = auto()
    """The last byte is the first of a gzip stream, or it follows the last stream."""
    TOO_MANY_STREAMS = auto()
    """There are more gzip streams than are read."""


class InflateError(Exception):
    """Compressed bytes cannot be undone to their end."""

    def __init__(self, fault: InflateFault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def inflated(pieces: Iterable[bytes], at_once: int) -> Iterator[bytes]:
    """The content of one Deflate stream, in pieces of at most ``at_once`` bytes, none empty.

    Raises ``InflateError``, after what came out before the fault.
    """
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    rest = _slices(pieces)
    for piece in rest:
        yield from _decoded(decoder, piece, at_once)
        if decoder.eof:
            break
    if not decoder.eof:
        raise InflateError(InflateFault.CUT_OFF)
    if decoder.unused_data or any(rest):
        raise InflateError(InflateFault.TRAILING)


def gunzipped(
    pieces: Iterable[bytes], at_once: int, bytes_per_stream: int | None = None
) -> Iterator[bytes]:
    """The content of gzip streams one behind the other, in pieces of at most ``at_once`` bytes.

    No piece is empty. There may be ``MOST_STREAMS``, and one more for each ``bytes_per_stream``
    compressed bytes. Raises ``InflateError``, after what came out before the fault.
    """
    decoder: zlib._Decompress | None = None
    streams = taken = 0
    kept = b""
    for piece in _slices(pieces):
        taken += len(piece)
        rest: bytes | memoryview = kept + bytes(piece) if kept else piece
        kept = b""
        while rest:
            if decoder is None:
                if streams and rest == GZIP_MAGIC[:1]:
                    kept = bytes(rest)
                    break
                if streams and rest[:2] != GZIP_MAGIC:
                    raise InflateError(InflateFault.TRAILING)
                streams += 1
                if streams > MOST_STREAMS + (taken // bytes_per_stream if bytes_per_stream else 0):
                    raise InflateError(InflateFault.TOO_MANY_STREAMS)
                decoder = zlib.decompressobj(_GZIP_BITS)
            yield from _decoded(decoder, rest, at_once)
            rest = decoder.unused_data
            decoder = None if decoder.eof else decoder
    if decoder is not None:
        raise InflateError(InflateFault.CUT_OFF)
    if kept:
        raise InflateError(InflateFault.HALF_MAGIC)


def _slices(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), _TAKEN_AT_ONCE):
            yield view[start : start + _TAKEN_AT_ONCE]


def _decoded(decoder: zlib._Decompress, piece: bytes | memoryview, at_once: int) -> Iterator[bytes]:
    """All that comes out for ``piece``."""
    while not decoder.eof:
        try:
            content = decoder.decompress(piece, at_once)
        except zlib.error:
            raise InflateError(InflateFault.DAMAGED) from None
        piece = decoder.unconsumed_tail
        if content:
            yield content
        if len(content) < at_once:
            return
