"""What publishing has put where: plain data, for the caller to store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What is known of one image for one architecture, or of a chart."""

    PUSHED = "pushed"
    """It was put there by this run."""
    PRESENT = "present"
    """It was there already, with the content of the package where the package ships it."""
    MISSING = "missing"
    """It is not there, and the package does not ship it."""
    NOT_ASKED = "not asked"
    """It comes from another registry on purpose."""


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """One image for one architecture, or a chart (its ``architecture`` is "").

    ``reference`` is the whole address. ``digest`` is that of the image's own manifest,
    ``tag_digest`` that of what the reference names (the list over all architectures), ``size`` the
    bytes of its layers and configuration as they are stored there; "" and 0 where it is missing or
    was not asked for.
    """

    reference: str
    architecture: str
    outcome: Outcome
    digest: str = ""
    tag_digest: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class PublishedBlob:
    """A layer that a repository has.

    ``diff_id`` is the digest of the plain tar, ``digest`` and ``size`` (bytes) are what is stored;
    ``compression`` is ``none``, ``gzip`` or ``zstd``. ``registry`` is ``host[:port]``.
    """

    registry: str
    repository: str
    diff_id: str
    digest: str
    size: int
    compression: str


class KnownBlobs(Protocol):
    """The caller's records of layers, so that none is compressed or sent twice.

    A record may be wrong: each is asked for in the registry before it is relied on.
    """

    def find(self, registry: str, diff_id: str) -> Sequence[PublishedBlob]:
        """The known layers of this content in any repository of ``registry``, newest first."""
        ...

    def add(self, blob: PublishedBlob) -> None:
        """A layer is in the registry now, or was found there. The same may come again."""
        ...


class BlobRecords:
    """``KnownBlobs`` in memory."""

    def __init__(self) -> None:
        self._blobs: dict[tuple[str, str], dict[PublishedBlob, None]] = {}

    def find(self, registry: str, diff_id: str) -> Sequence[PublishedBlob]:
        return tuple(self._blobs.get((registry, diff_id), ()))

    def add(self, blob: PublishedBlob) -> None:
        self._blobs.setdefault((blob.registry, blob.diff_id), {})[blob] = None
