"""A small registry in memory that does what the specification says, except where it is scripted.

It is a real HTTP server. A ``Fault`` takes the next requests that fit it; every request is noted
with its headers, so that a test sees where a password went.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_UPLOADS = re.compile(r"/v2/(.+)/blobs/uploads/([^/?]*)")
_BLOB = re.compile(r"/v2/(.+)/blobs/(sha256:[0-9a-f]{64})")
_MANIFEST = re.compile(r"/v2/(.+)/manifests/([^/]+)")


@dataclass
class Fault:
    """What happens to the next ``times`` requests of ``method`` whose path matches ``path``.

    The first ``after`` of them are left alone. ``cut_after`` closes the connection once so many
    bytes of the body were read. Otherwise ``status``, ``headers`` and ``body`` are the answer;
    with ``stores`` everything is done before it is given, and with ``pause`` (seconds) as well,
    after nothing was read for so long.
    """

    method: str
    path: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None
    times: int = 1
    after: int = 0
    stores: bool = False
    pause: float = 0.0

    def takes(self, method: str, path: str) -> bool:
        if method != self.method or not re.search(self.path, path) or not self.times:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass(frozen=True)
class Noted:
    """A request that came, and the status of the answer (0 where the connection was cut)."""

    method: str
    path: str
    authorization: str
    status: int


@dataclass
class ScriptedRegistry:
    """The registry behind ``address``."""

    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    blobs: dict[tuple[str, str], bytes] = field(default_factory=dict)
    manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    challenge: str = ""
    password: str = ""
    answer_elsewhere: Callable[[str], bytes | None] = lambda _path: None

    @property
    def registry(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.registry}"

    def methods(self) -> list[str]:
        return [f"{each.method} {each.status}" for each in self.noted]

    def is_allowed(self, authorization: str) -> bool:
        if not self.challenge:
            return True
        kind, _space, given = authorization.partition(" ")
        if kind == "Basic":
            return base64.b64decode(given).decode() == self.password and "Basic" in self.challenge
        return kind == "Bearer" and given in self.tokens


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        own = self.server.own
        fault = next((each for each in own.faults if each.takes(self.command, self.path)), None)
        if fault is not None and fault.cut_after is not None:
            self._read(fault.cut_after)
            self._note(0)
            self.close_connection = True
            self.connection.close()
            return
        if fault is not None and fault.pause:
            time.sleep(fault.pause)
            self._play()
            return
        if fault is not None and fault.stores:
            self._instead = fault.status
            self._play()
            return
        if fault is not None:
            self._read()
            self._answer(fault.status, fault.body, fault.headers)
            return
        if not own.is_allowed(self.headers.get("Authorization", "")):
            self._read()
            self._answer(
                401, b'{"errors":[{"code":"UNAUTHORIZED"}]}', {"WWW-Authenticate": own.challenge}
            )
            return
        self._play()

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - their names

    _instead = 0

    def _play(self) -> None:
        own, path = self.server.own, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        elsewhere = own.answer_elsewhere(self.path)
        if elsewhere is not None:
            self._answer(200, elsewhere)
        elif path.path == "/v2/":
            self._answer(200)
        elif found := _UPLOADS.fullmatch(path.path):
            self._upload(found[1], found[2], query)
        elif found := _BLOB.fullmatch(path.path):
            self._found(
                own.blobs.get((found[1], found[2])), {"Content-Type": "application/octet-stream"}
            )
        elif found := _MANIFEST.fullmatch(path.path):
            self._manifest(found[1], found[2])
        else:
            self._answer(404)

    def _upload(self, repository: str, session: str, query: dict[str, str]) -> None:
        own, uploads = self.server.own, self.server.uploads
        content = self._read()
        where = {"Location": f"/v2/{repository}/blobs/uploads/{session or secrets.token_hex(8)}"}
        if self.command == "POST":
            mounted = own.blobs.get((query.get("from", ""), query.get("mount", "")))
            if mounted is not None:
                own.blobs[repository, query["mount"]] = mounted
            self._answer(202 if mounted is None else 201, headers=where)
        elif self.command == "PATCH":
            uploads[session] = uploads.get(session, b"") + content
            self._answer(202, headers=where)
        elif self.command == "DELETE":
            self._answer(204 if uploads.pop(session, None) is not None else 404)
        else:
            whole = uploads.pop(session, b"") + content
            digest = f"sha256:{hashlib.sha256(whole).hexdigest()}"
            if digest != query.get("digest"):
                self._answer(400, b'{"errors":[{"code":"DIGEST_INVALID"}]}')
                return
            own.blobs[repository, digest] = whole
            self._answer(201, headers={"Docker-Content-Digest": digest})

    def _manifest(self, repository: str, name: str) -> None:
        own = self.server.own
        if self.command == "PUT":
            content = self._read()
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            stored = (self.headers["Content-Type"], content)
            own.manifests[repository, name] = own.manifests[repository, digest] = stored
            self._answer(201, headers={"Docker-Content-Digest": digest})
            return
        kind, body = own.manifests.get((repository, name), ("", None))
        self._found(body, {"Content-Type": kind})

    def _found(self, body: bytes | None, headers: dict[str, str]) -> None:
        if body is None:
            self._answer(404, b'{"errors":[{"code":"BLOB_UNKNOWN"}]}')
        else:
            self._answer(200, body, headers)

    def _read(self, most: int | None = None) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            return self._read_chunks(most)
        length = int(self.headers.get("Content-Length", 0))
        return self.rfile.read(length if most is None else min(most, length))

    def _read_chunks(self, most: int | None) -> bytes:
        content = b""
        while most is None or len(content) < most:
            size = int(self.rfile.readline().strip() or b"0", 16)
            content += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                break
        return content

    def _note(self, status: int) -> None:
        self.server.own.noted.append(
            Noted(self.command, self.path, self.headers.get("Authorization", ""), status)
        )

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        status, self._instead = self._instead or status, 0
        self._note(status)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, own: ScriptedRegistry) -> None:
        self.own = own
        self.uploads: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_request: object) -> None:
        """A connection that was cut is what some tests want."""


@contextmanager
def serving(own: ScriptedRegistry | None = None) -> Iterator[ScriptedRegistry]:
    """The registry while it answers."""
    own = own or ScriptedRegistry()
    server = _Server(own)
    own.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
