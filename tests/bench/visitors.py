"""Visitors of a portal that runs: those who sign in, look and upload, and those who are slow."""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

SLOW_BYTES = 64 * 1024  # per piece of a slow upload, one each five seconds
_PATIENCE = 600.0


@dataclass
class Times:
    """What one group of visitors saw: seconds of each answer, and what was no answer."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        """The group as a line of a table: requests, errors, p50 and p95 in milliseconds."""
        if not self.seconds:
            return f"| {name} | 0 | {len(self.errors)} | | |"
        ordered = sorted(self.seconds)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return (
            f"| {name} | {len(ordered)} | {len(self.errors)} |"
            f" {median(ordered) * 1000:.0f} | {p95 * 1000:.0f} |"
        )


@dataclass(frozen=True)
class Reply:
    """A status, the headers as one text, and the body."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, empty where there is none."""
        found = re.search(rf"^{name}: *(.*?)\r?$", self.head, re.MULTILINE | re.IGNORECASE)
        return found[1] if found else ""


@dataclass
class Visitor:
    """A browser of its own at ``port`` of this machine.

    ``headers`` are sent with every request, as a proxy would: lines with their ends.
    """

    port: int
    headers: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, path: str, form: bytes | None = None, kind: str = "", extra: str = ""
    ) -> Reply:
        """GET, or POST of ``form``. OSError or TimeoutError: there is no answer."""
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(self._head(path, form, kind, extra) + (form or b""))
                await writer.drain()
                return self._reply(await reader.read())
            finally:
                writer.close()

    async def sign_in(self, name: str, password: str) -> None:
        """Sign in. RuntimeError: it was refused."""
        await self.ask("/sign-in/")
        reply = await self.post("/sign-in/", {"username": name, "password": password})
        if reply.status != 302:
            raise RuntimeError(f"{name} cannot sign in: {reply.status}")

    async def post(self, path: str, fields: dict[str, str]) -> Reply:
        """Send a form."""
        form = urlencode(fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
        return await self.ask(path, form.encode(), "application/x-www-form-urlencoded")

    async def upload(self, fields: dict[str, str], package: bytes) -> Reply:
        """Submit a package."""
        kind, form = self.upload_form(fields, package)
        extra = "X-Requested-With: XMLHttpRequest\r\n"
        return await self.ask("/submissions/new/", form, kind, extra)

    def upload_form(self, fields: dict[str, str], package: bytes) -> tuple[str, bytes]:
        """The Content-Type and the body of a form with a package."""
        boundary = uuid.uuid4().hex
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in (token | fields).items()
        ]
        parts.append(
            f"--{boundary}\r\nContent-Disposition: form-data; "
            'name="file"; filename="harbour.zip"\r\nContent-Type: application/zip\r\n\r\n'
        )
        form = "".join(parts).encode() + package + f"\r\n--{boundary}--\r\n".encode()
        return f"multipart/form-data; boundary={boundary}", form

    def _head(self, path: str, form: bytes | None, kind: str, extra: str) -> bytes:
        lines = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Connection: close",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}",
        ]
        if form is not None:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(form)}"]
        return ("\r\n".join(lines) + "\r\n" + self.headers + extra + "\r\n").encode()

    def _reply(self, data: bytes) -> Reply:
        head, _end, body = data.partition(b"\r\n\r\n")
        if not head:
            raise ConnectionError("the connection was closed without an answer")
        text = head.decode("latin-1")
        for name, value in re.findall(
            r"^set-cookie: *(\w+)=([^;\r]*)", text, re.MULTILINE | re.IGNORECASE
        ):
            self.cookies[name] = value
        return Reply(int(text.split(" ", 2)[1]), text, body)


async def idle_post(port: int, until: asyncio.Event) -> str:
    """Send the head of a form and nothing more; the status that it was answered with in the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode()
        + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nuser"
    )
    return await _status(reader, writer, until)


async def silent_connection(port: int, until: asyncio.Event) -> str:
    """Connect and send nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    return await _status(reader, writer, until)


async def slow_upload(visitor: Visitor, fields: dict[str, str], until: asyncio.Event) -> str:
    """Upload a large file slowly, but not so slowly that it is refused."""
    kind, form = visitor.upload_form(fields, b"")
    length = len(form) + SLOW_BYTES * 10_000
    head = visitor._head("/submissions/new/", b"", kind, "")
    head = head.replace(b"Content-Length: 0\r\n", f"Content-Length: {length}\r\n".encode())
    reader, writer = await asyncio.open_connection("127.0.0.1", visitor.port)
    writer.write(head + form[: form.rindex(b"\r\n--")])
    answer = asyncio.create_task(_status(reader, writer, until))
    while not until.is_set() and not answer.done():
        writer.write(bytes(SLOW_BYTES))
        await writer.drain()
        await asyncio.wait([answer], timeout=5)
    return await answer


async def timed(visitor: Visitor, path: str, times: Times, wanted: int = 200) -> Reply | None:
    """Ask for a page and note how long it took; None where it did not answer as it should."""
    begun = perf_counter()
    try:
        reply = await visitor.ask(path)
    except (OSError, TimeoutError) as error:
        times.errors.append(f"{path}: {type(error).__name__} {error}")
        return None
    times.seconds.append(perf_counter() - begun)
    if reply.status != wanted:
        times.errors.append(f"{path}: {reply.status}")
    return reply


async def _status(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, until: asyncio.Event
) -> str:
    """The status of whatever is answered before ``until``, "waiting" where nothing is."""
    answer = asyncio.create_task(reader.readline())
    over = asyncio.create_task(until.wait())
    await asyncio.wait([answer, over], return_when=asyncio.FIRST_COMPLETED)
    over.cancel()
    try:
        if not answer.done():
            answer.cancel()
            return "waiting"
        words = answer.result().decode("latin-1").split()
        return words[1] if len(words) > 1 else "closed"
    except OSError as error:
        return type(error).__name__
    finally:
        writer.close()
