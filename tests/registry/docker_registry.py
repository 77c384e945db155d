"""Debian's docker-registry on a port of the loopback, with an empty storage of its own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.reviews.postgres import free_port

USER, PASSWORD = "publisher", "a password for the registry"
_HTPASSWD = f"{USER}:$2y$05$abcdefghijklmnopqrstuuZGG.1oveJTqGVV5lBIUEebKD0uMGf7e\n"
_PATIENCE = 60.0
_REQUEST = re.compile(r'"([A-Z]+) (/v2/\S*) HTTP/1\.1" (\d{3})')


class DockerRegistry:
    """A registry whose files are in ``folder``; ``auth`` is that part of its configuration."""

    def __init__(
        self,
        folder: Path,
        auth: dict[str, Any] | None = None,
        *,
        tls: bool = False,
        megabytes: int = 0,
        calls_itself: str = "",
    ) -> None:
        self._calls_itself = calls_itself
        self._megabytes = megabytes
        self.folder = folder
        self.port = free_port()
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.ca_file = folder / "ca.pem"
        self.registry = f"127.0.0.1:{self.port}"
        self._auth = auth
        self._tls = _write_certificate(folder) if tls else None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        configuration: dict[str, Any] = {
            "version": "0.1",
            "log": {"level": "error", "accesslog": {"disabled": False}},
            "storage": {
                "filesystem": {"rootdirectory": str(self.folder / "storage")},
                "delete": {"enabled": True},
            },
            "http": {"addr": self.registry, "secret": "one for all starts"},
        }
        if self._calls_itself:
            configuration["http"]["host"] = self._calls_itself
        if self._tls is not None:
            configuration["http"]["tls"] = self._tls
        if self._auth is not None:
            configuration["auth"] = self._auth
        path = self.folder / "config.yml"
        path.write_text(json.dumps(configuration))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(path), stdout=log, stderr=log, cwd=self.folder
            )
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def _command(self, configuration: Path) -> list[str]:
        command = ["docker-registry", "serve", str(configuration)]
        storage = self.folder / "storage"
        storage.mkdir(exist_ok=True)
        return [*on_small_disk(storage, self._megabytes), *command] if self._megabytes else command

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def requests(self) -> Counter[str]:
        """How many requests of each method there were, with those of tests themselves."""
        return Counter(method for method, _path, _status in self.log())

    def log(self) -> list[tuple[str, str, int]]:
        """Method, path and status of each request so far."""
        text = (self.folder / "log").read_text(errors="replace")
        return [(found[1], found[2], int(found[3])) for found in _REQUEST.finditer(text)]

    def tags(self, repository: str) -> list[str]:
        """The tags of a repository, sorted; none where there is no such repository."""
        folder = (
            self.folder / "storage/docker/registry/v2/repositories" / repository / "_manifests/tags"
        )
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []

    def blob_file(self, digest: str) -> Path:
        number = digest.partition(":")[2]
        blobs = self.folder / "storage/docker/registry/v2/blobs/sha256"
        return blobs / number[:2] / number / "data"

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True


@contextmanager
def running(
    folder: Path,
    auth: dict[str, Any] | None = None,
    *,
    tls: bool = False,
    megabytes: int = 0,
    calls_itself: str = "",
) -> Iterator[DockerRegistry]:
    """A registry that is stopped afterwards.

    Its disk has so many ``megabytes``, 0 for any. ``calls_itself`` is the address that it gives
    for uploads.
    """
    registry = DockerRegistry(folder, auth, tls=tls, megabytes=megabytes, calls_itself=calls_itself)
    registry.start()
    try:
        yield registry
    finally:
        registry.stop()


def on_small_disk(folder: Path, megabytes: int) -> list[str]:
    """What goes before a command so that ``folder`` is a disk of its own for it."""
    mount = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && exec "$@"'
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(folder)]


def with_passwords(folder: Path) -> dict[str, Any]:
    """The configuration for Basic login of ``USER``."""
    file = folder / "htpasswd"
    file.write_text(_HTPASSWD)
    return {"htpasswd": {"realm": "images", "path": str(file)}}


def _write_certificate(folder: Path) -> dict[str, str]:
    """A certificate for the loopback by an authority of its own, whose file is ``ca.pem``."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _number in range(2))
    issuer = _name("authority of the tests")
    ca = _built(issuer, issuer, authority, authority, is_ca=True)
    own = _built(_name("127.0.0.1"), issuer, server, authority, is_ca=False)
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    (folder / "server.pem").write_bytes(own.public_bytes(Encoding.PEM))
    (folder / "server.key").write_bytes(
        server.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return {"certificate": str(folder / "server.pem"), "key": str(folder / "server.key")}


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _built(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_ca: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(signer, SHA256())
    )
