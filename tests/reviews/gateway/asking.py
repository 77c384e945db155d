"""Asking the gateway without a server: what it receives is given, what it sends is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any

from django.core.wsgi import get_wsgi_application

from reviews.gateway import Gateway
from reviews.gateway.asgi import Event, Scope
from reviews.gateway.limits import Limits


class ThisThread(Executor):
    """Has the thread of the test do the work, because the records of a test belong to it."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()

        def run() -> None:
            try:
                done.set_result(work(*arguments, **named))
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is read
                done.set_exception(error)

        self._work.put(run)
        return done

    def run_beside(self, loop: Coroutine[Any, Any, None]) -> None:
        """Run ``loop`` in another thread, and its work in this one."""
        failures: list[BaseException] = []

        def beside() -> None:
            try:
                asyncio.run(loop)
            except BaseException as error:  # noqa: BLE001 - it is raised in the thread of the test
                failures.append(error)
            self._work.put(None)

        other = threading.Thread(target=beside)
        other.start()
        while (run := self._work.get()) is not None:
            run()
        other.join()
        for failure in failures:
            raise failure


@dataclass
class Answered:
    """What the gateway has sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    read: int = 0


def gateway(limits: Limits | None = None, *, lingers: bool = False) -> Gateway:
    """One before the portal's pages, all in the thread of the test; it does not linger."""
    hasty = replace(limits or Limits(), linger_seconds=0.0, short_linger_seconds=0.0)
    made = Gateway(get_wsgi_application(), 1, limits if lingers else hasty)
    made._threads = made._disk = ThisThread()  # type: ignore[assignment]
    return made


def ask(
    portal: Gateway,
    method: str,
    path: str,
    body: Iterable[bytes | None] = (),
    **headers: str,
) -> Answered:
    """Send a request whose body arrives in pieces; None is where nothing more comes.

    The headers' names have ``_`` for a hyphen and ``__`` for an underscore.
    """
    pieces = list(body)
    length = sum(map(len, filter(None, pieces)))
    given = (
        {"host": "localhost", "content-length": str(length)} if pieces else {"host": "localhost"}
    )
    given |= {_header(name): value for name, value in headers.items()}
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path.partition("?")[0],
        "query_string": path.partition("?")[2].encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 8000),
    }
    answered = Answered()

    async def receive() -> Event:
        answered.read += 1
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(event: Event) -> None:
        if event["type"] == "http.response.start":
            answered.status = event["status"]
            answered.headers = {key.decode(): value.decode() for key, value in event["headers"]}
        else:
            answered.body += event["body"]

    thread = portal._threads
    assert isinstance(thread, ThisThread)
    thread.run_beside(portal(scope, receive, send))
    return answered


def _header(name: str) -> str:
    return "_".join(part.replace("_", "-") for part in name.split("__"))
