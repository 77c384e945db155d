"""A request as WSGI has it, made of what an ASGI server gives (PEP 3333)."""

from __future__ import annotations

import io
import sys
from typing import Any

from ..pipeline.core.messages import _
from .asgi import Refused, Scope

Environ = dict[str, Any]
_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def header(scope: Scope, name: str) -> str:
    """The header ``name`` (lower case) of a request, empty where there is none."""
    found = [value for key, value in scope["headers"] if key == name.encode()]
    return ",".join(value.decode("latin-1") for value in found)


def content_length(scope: Scope) -> int:
    """How many bytes the body will have; 0 where there is none.

    Refused: it does not say so, or says it in two ways (RFC 9112, 6.3), where a proxy and the
    portal could disagree about where a request ends.
    """
    lengths = {value for key, value in scope["headers"] if key == b"content-length"}
    if header(scope, "transfer-encoding"):
        if lengths:
            raise Refused(400, _("The request has both Content-Length and Transfer-Encoding."))
        raise Refused(411, _("Send the body with a Content-Length instead of in chunks."))
    if len(lengths) > 1:
        raise Refused(400, _("The request has several lengths."))
    text = next(iter(lengths), b"0").decode("latin-1")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, _("The Content-Length is no number."))
    return int(text)


def environ_of(scope: Scope, body: bytes = b"") -> Environ:
    """The WSGI environment of a request whose body is ``body``."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope)
    return environ | with_body(body)


def with_body(body: bytes) -> Environ:
    """The part of an environment that has the body."""
    return {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}


def _add_headers(environ: Environ, scope: Scope) -> None:
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        # WSGI cannot distinguish X-Forwarded-For of our proxy and X_Forwarded_For of a visitor.
        if "_" in name:
            continue
        key = _PLAIN.get(name) or f"HTTP_{name.replace('-', '_').upper()}"
        between = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
