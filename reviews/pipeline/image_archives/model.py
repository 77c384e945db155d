"""What is known of an image archive once it was read: plain data.

Source: the provider guide's page on image archives asks for a tar for each architecture; what a
tar may hold is defined by the Docker image specification v1.2 (``docker save``) and the OCI image
layout (``crane``, ``oras``, ``podman --format oci-archive``, containerd).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..core.messages import Message

ARCHITECTURE_BY_GOARCH = {"amd64": "x86_64", "arm64": "aarch64"}
"""The platform's words for architectures, by those of image configurations."""


class ArchiveForm(StrEnum):
    """How an archive lists its images."""

    DOCKER = "docker-archive"
    OCI = "oci-archive"


class Flaw(StrEnum):
    """Why an archive cannot be used; each belongs to a rule of its own."""

    EMPTY = "empty"
    """It has no bytes, or a tar without members."""
    CUT_OFF = "cut-off"
    """The tar, its compression or its zip member ends before its end."""
    DAMAGED = "damaged"
    """A content does not have the digest that it is listed under."""
    FOREIGN = "foreign"
    """It is no tar, a tar that is no image archive, or one that unpacks to too much to be read."""
    INCOMPLETE = "incomplete"
    """The list of images names contents that are not there, or cannot be understood."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: its digest (``sha256:…``, of the content as it is stored) and size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class ShippedImage:
    """One image for one platform in an archive.

    ``references`` are the names that the archive gives it, as they are written there.
    ``architecture``, ``os`` and ``variant`` are those of its configuration, in Go's words
    (``amd64``, ``arm64``). ``config`` is the digest of the configuration, ``manifest`` that of the
    OCI manifest, None where the archive has none.
    """

    references: tuple[str, ...]
    os: str
    architecture: str
    variant: str
    config: str
    manifest: str | None
    layers: tuple[Layer, ...]

    @property
    def platform(self) -> str | None:
        """``x86_64`` or ``aarch64``; None for what the platform does not run."""
        return ARCHITECTURE_BY_GOARCH.get(self.architecture) if self.os == "linux" else None


@dataclass(frozen=True, slots=True)
class ImageArchive:
    """One file of ``images/``.

    ``name`` is its bare file name, ``address`` its place in the upload, ``size`` its bytes
    as they lie in the upload once the zip's own compression is undone, ``sha256`` the hash of
    these in hex, "" where they are too many to be read. ``compression`` names what the tar itself
    is packed with (``gzip``), None for a plain tar. ``has_index`` says that one name in it means
    several platforms. ``flaw`` and ``words`` say why it cannot be used; ``images`` then holds
    what could be read nevertheless.
    """

    name: str
    address: str
    size: int
    sha256: str
    form: ArchiveForm | None = None
    compression: str | None = None
    images: tuple[ShippedImage, ...] = ()
    has_index: bool = False
    flaw: Flaw | None = None
    words: Message | None = None

    @property
    def platforms(self) -> frozenset[str]:
        """The platform's words for the architectures in it."""
        return frozenset(each.platform for each in self.images if each.platform)


@dataclass(frozen=True, slots=True)
class Inspection:
    """All image archives of an upload, in the order of the zip.

    ``sha256`` is the upload's own hash in hex, None where it is a folder.
    """

    archives: tuple[ImageArchive, ...]
    sha256: str | None
