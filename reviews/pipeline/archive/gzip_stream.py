"""A gzip stream unpacked piece by piece, with an eye on how much comes out.

Several gzip members one behind the other are one stream, as they are for Go's reader (and
so for Helm) and for ``gzip`` itself; anything else behind the last one is refused.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from ..core.messages import _
from ..core.refusal import PackageRefused
from .bounds import check_ratio
from .refusals import amount, damaged, unsafe

_CHUNK = 1 << 16
_GZIP = 31  # zlib's window bits for a stream with gzip's header and checksum
_MAGIC = b"\x1f\x8b"
_MOST_STREAMS = 1000  # a block-wise gzip of a chart has a few; each costs a fresh start


def gunzip(file: BinaryIO, packed: int, ratio: int, most: int) -> Iterator[bytes]:
    """The unpacked content of ``file``, which has ``packed`` bytes.

    Raises ``PackageRefused`` when it is damaged, has something else behind it, grows more
    than ``ratio`` times, or unpacks to more than ``most`` bytes.
    """
    produced = 0
    pending = b""
    for _stream in range(_MOST_STREAMS):
        decoder = zlib.decompressobj(_GZIP)
        while not decoder.eof:
            chunk, pending = _next_chunk(decoder, file, pending)
            produced += len(chunk)
            check_ratio(produced, packed, ratio)
            if produced > most:
                raise _too_much(most)
            yield chunk
        pending = decoder.unused_data + (file.read(_CHUNK) if len(decoder.unused_data) < 2 else b"")
        if not pending:
            return
        if not pending.startswith(_MAGIC):
            raise damaged(
                _("There are other bytes behind the end of the archive. Pack or upload it again.")
            )
    raise unsafe(_("The archive is cut into too many gzip streams. Pack it again in one piece."))


def _next_chunk(decoder: zlib._Decompress, file: BinaryIO, pending: bytes) -> tuple[bytes, bytes]:
    """What comes out next, and the bytes read but not yet used."""
    while True:
        try:
            chunk = decoder.decompress(pending, _CHUNK)
        except zlib.error:
            raise _broken() from None
        pending = decoder.unconsumed_tail
        if chunk or decoder.eof:
            return chunk, pending
        pending = pending or file.read(_CHUNK)
        if not pending:
            raise _broken()


def _broken() -> PackageRefused:
    return damaged(
        _("The compressed data is damaged or cut off. Pack the archive again and upload it again.")
    )


def _too_much(most: int) -> PackageRefused:
    return unsafe(
        _(
            "The archive unpacks to more than %(most)s. Remove what the service does not need.",
            most=amount(most),
        )
    )
