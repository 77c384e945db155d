"""Asking Django in a thread, and sending its answer without one.

A visitor who reads slowly costs no thread: each piece of a long answer is made when the one before
has been taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from .asgi import Disconnected, Receive, Refused, Send
from .bodies import discard
from .environ import Environ

WsgiApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
_PIECE = 256 * 1024


@dataclass
class Answer:
    """What Django answers: ``content``, or where that is None pieces that are still to be made.

    ``linger`` is for how many seconds the body of the request is read on before it ends.
    """

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    content: bytes | None = None
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))
    close: Callable[[], None] = lambda: None
    linger: float = 0.0

    def next_piece(self) -> bytes | None:
        """Some of the pieces together, None after the last."""
        taken = bytearray()
        for piece in self.pieces:
            taken += piece
            if len(taken) >= _PIECE:
                break
        return bytes(taken) or None


def ask(application: WsgiApplication, environ: Environ) -> Answer:
    """Let ``application`` answer. To be called in a thread."""
    answer = Answer()

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        answer.status = int(status.split(" ", 1)[0])
        answer.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]

    # Django then gives the file itself where it would read it piece by piece.
    found: Any = application(environ | {"wsgi.file_wrapper": _File}, start)
    close = getattr(found, "close", lambda: None)
    if isinstance(found, _File) or getattr(found, "streaming", False):
        answer.pieces, answer.close = iter(found), close
        return answer
    try:
        answer.content = b"".join(found)
    finally:
        close()
    return answer


class _File:
    """A file to send (PEP 3333, wsgi.file_wrapper)."""

    def __init__(self, file: Any, _size: int = 0) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._file.read(_PIECE), b"")

    def close(self) -> None:
        self._file.close()


async def send_answer(
    answer: Answer, receive: Receive, send: Send, threads: Executor, seconds: float
) -> None:
    """Send all of it. Disconnected: the visitor took nothing for ``seconds``, or is gone."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if answer.content is not None:
        await _send_and_linger(answer.content, receive, send, answer.linger)
        return
    loop = asyncio.get_running_loop()
    try:
        while (piece := await loop.run_in_executor(threads, answer.next_piece)) is not None:
            async with asyncio.timeout(seconds):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        raise Disconnected from None
    finally:
        await loop.run_in_executor(threads, answer.close)


async def send_refusal(
    refused: Refused, words: str, receive: Receive, send: Send, linger: float
) -> None:
    """Answer in plain ``words``, then end the connection: nobody wants the rest of the body."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(words.encode()) + 1).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    if refused.retry_after:
        headers.append((b"retry-after", str(refused.retry_after).encode()))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    body = f"{words}\n".encode()
    await _send_and_linger(body, receive, send, linger)


async def _send_and_linger(body: bytes, receive: Receive, send: Send, linger: float) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": linger > 0})
    if linger > 0:
        await discard(receive, linger)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
