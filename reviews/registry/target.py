"""Where images are published: a registry, or a folder that is an OCI image layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ..pipeline.core.messages import Message, _

_HOST = r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\]"
_ADDRESS = re.compile(rf"(?:https?://)?(?:{_HOST})(?::[0-9]{{1,5}})?/?")
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?")
_PATTERN = re.compile(r"[a-z0-9._*-]+(?:/[a-z0-9._*-]+)*")


class Dialect(StrEnum):
    """Which kind of manifests a registry takes."""

    DOCKER = "docker"
    """Docker's schema 2 and its manifest list: every registry takes these, Huawei's SWR too."""
    OCI = "oci"
    """OCI manifests and indexes."""


class Compression(StrEnum):
    """What becomes of layers that are plain tars in the package."""

    GZIP = "gzip"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """A registry that speaks the OCI distribution protocol.

    ``address`` is ``host``, ``host:port`` or either with ``https://`` or ``http://`` before it;
    without one it is https. References are published here whose registry is ``host[:port]``.
    ``name_pattern`` is what repositories must be called, a ``*`` for any one segment (``*/*`` is
    an organisation and a name), "" for any. ``layer_limit`` is the largest layer in bytes that it
    takes, 0 for any. ``push_charts`` says whether charts (and signatures) are pushed there, which
    are OCI manifests. ``ca_file`` is a PEM file of the authorities that certify it, None for
    those of the system. ``user`` and ``password`` are empty where it asks for no login.
    """

    address: str
    dialect: Dialect = Dialect.DOCKER
    compression: Compression = Compression.GZIP
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    name_pattern: str = ""
    layer_limit: int = 0
    push_charts: bool = False

    @property
    def registry(self) -> str:
        """``host[:port]``, as references begin."""
        return self.address.rpartition("://")[2].rstrip("/")

    @property
    def is_https(self) -> bool:
        return not self.address.startswith("http://")

    @property
    def is_network(self) -> bool:
        """Whether what is read back here was read from the registry that the addresses name."""
        return True


@dataclass(frozen=True, slots=True)
class LayoutTarget:
    """An OCI image layout in the folder ``root``, made where it is not there yet.

    It takes references of any registry, under their full names; ``skopeo copy --all --format v2s2
    oci:ROOT:REFERENCE docker://REFERENCE`` copies one on, with all its architectures, in the
    dialect that every registry takes.
    """

    root: Path
    compression: Compression = Compression.NONE
    push_charts: bool = True

    @property
    def is_network(self) -> bool:
        return False


def objection_to(target: Target) -> Message | None:
    """Why nothing can be published with these settings, for who sets them; None if it can."""
    if not _ADDRESS.fullmatch(target.address):
        return _(
            "“%(address)s” is no address of a registry: give host or host:port, with https:// or"
            " http:// before it where needed, and nothing behind it.",
            address=target.address,
        )
    if target.dialect is Dialect.DOCKER and target.compression is not Compression.GZIP:
        return _("Docker's manifests know layers only that are packed by gzip: choose gzip.")
    if bool(target.user) != bool(target.password):
        return _("A login needs both a user and a password.")
    if ":" in target.user or not (target.user + target.password).isprintable():
        return _("The user must have no colon, and neither user nor password a control character.")
    if target.user and not target.is_https and not _LOOPBACK.fullmatch(target.registry):
        return _("A password is sent by https only: give the address with https://.")
    if target.ca_file is not None and not _is_pem(target.ca_file):
        return _(
            "The file “%(file)s” cannot be read, or has no certificate in PEM.",
            file=str(target.ca_file),
        )
    if target.name_pattern and not _PATTERN.fullmatch(target.name_pattern):
        return _(
            "“%(pattern)s” is no pattern of names: it has segments between slashes, of small"
            " letters, digits, dots, dashes, underscores and *.",
            pattern=target.name_pattern,
        )
    if target.layer_limit < 0:
        return _("The limit of a layer must not be negative; 0 is none.")
    return None


def _is_pem(file: Path) -> bool:
    try:
        return b"-----BEGIN CERTIFICATE-----" in file.read_bytes()
    except OSError:
        return False
