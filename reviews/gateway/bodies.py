"""Receiving a body: whole for forms, piece by piece for uploads; neither waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING

from ..pipeline.core.messages import _
from .asgi import Disconnected, Receive, Refused
from .limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = _("The portal is busy: try again in a moment.")
_SLOW = _("The body did not arrive in time: send it again, over a faster connection.")


class Forms:
    """The bodies of forms that are on their way, which share some memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = 0

    async def receive(self, receive: Receive, length: int) -> bytes:
        """A body of ``length`` bytes.

        Refused: it is too large, or too slow, or too many arrive. Disconnected: it is cut off.
        """
        if length > self._limits.form_bytes:
            most = self._limits.form_bytes
            raise Refused(
                413,
                _(
                    "The body has %(size)s bytes; at most %(most)s are taken.",
                    size=length,
                    most=most,
                ),
            )
        if not length:
            return b""
        with self._reserved(length):
            try:
                async with asyncio.timeout(self._limits.form_seconds):
                    return b"".join([piece async for piece in _pieces(receive)])
            except TimeoutError:
                raise Refused(408, _SLOW) from None

    @contextmanager
    def _reserved(self, length: int) -> Iterator[None]:
        if self._bytes + length > self._limits.forms_bytes:
            raise Refused(503, BUSY, retry_after=30)
        self._bytes += length
        try:
            yield
        finally:
            self._bytes -= length


async def upload_pieces(receive: Receive, limits: Limits) -> AsyncIterator[bytes]:
    """The pieces of an upload as they arrive.

    Refused: nothing came for too long, or too little on average. Disconnected: it is cut off.
    """
    begun, size, more = monotonic(), 0, True
    while more:
        try:
            async with asyncio.timeout(limits.silent_seconds):
                piece, more = await _piece(receive)
        except TimeoutError:
            raise Refused(408, _SLOW) from None
        size += len(piece)
        over = monotonic() - begun - limits.silent_seconds
        if more and size < limits.least_rate * over:
            raise Refused(408, _SLOW)
        if piece:
            yield piece


async def discard(receive: Receive, seconds: float) -> None:
    """Read for a while what nobody wants: whoever still sends sees no answer before the end."""
    with suppress(TimeoutError, Disconnected):
        async with asyncio.timeout(seconds):
            async for _piece_of_it in _pieces(receive):
                pass


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        piece, more = await _piece(receive)
        yield piece


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    """The next piece of a body, and whether there are more."""
    event = await receive()
    if event["type"] == "http.disconnect":
        raise Disconnected
    return bytes(event.get("body", b"")), bool(event.get("more_body", False))
