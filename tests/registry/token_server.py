"""A token service as the distribution project describes it, for a real docker-registry.

It signs its tokens with a key of its own, whose certificate the registry gets.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from .docker_registry import PASSWORD, USER

ISSUER, SERVICE = "tokens of the tests", "images"


class TokenServer:
    """Issues tokens to ``USER`` that are valid for ``seconds``; ``issued`` are their scopes."""

    def __init__(self, folder: Path, seconds: int = 300) -> None:
        self.seconds = seconds
        self.issued: list[list[str]] = []
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = _certificate(self._key)
        self._file = folder / "tokens.pem"
        self._file.write_bytes(self._certificate.public_bytes(Encoding.PEM))
        self.port = 0

    def auth(self) -> dict[str, Any]:
        """The registry's configuration."""
        return {
            "token": {
                "realm": f"http://127.0.0.1:{self.port}/token",
                "service": SERVICE,
                "issuer": ISSUER,
                "rootcertbundle": str(self._file),
            }
        }

    def token(self, scopes: list[str]) -> str:
        self.issued.append(scopes)
        now = int(time.time())
        access = [
            {"type": kind, "name": name, "actions": actions.split(",")}
            for kind, name, actions in (scope.split(":") for scope in scopes)
        ]
        der = base64.b64encode(self._certificate.public_bytes(Encoding.DER)).decode()
        header = {"typ": "JWT", "alg": "ES256", "x5c": [der]}
        claims = {
            "iss": ISSUER,
            "sub": USER,
            "aud": SERVICE,
            "access": access,
            "iat": now - 60,
            "nbf": now - 60,
            "exp": now + self.seconds,
            "jti": secrets.token_hex(8),
        }
        signed = f"{_part(header)}.{_part(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"{signed}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            self.send_error(401)
            return
        scopes = parse_qs(urlsplit(self.path).query).get("scope", [])
        body = json.dumps({"token": self.server.own.token(scopes)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, own: TokenServer) -> None:
        self.own = own
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def serving(folder: Path, seconds: int = 300) -> Iterator[TokenServer]:
    """The service while it answers."""
    own = TokenServer(folder, seconds)
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


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ISSUER)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )


def _part(fields: dict[str, Any]) -> str:
    return _encoded(json.dumps(fields).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
