"""What publishing needs of a place for images; a registry and a layout on disk both are one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

UNSAID = -1
"""The size of a blob that is there, where the registry does not say its size."""


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """A manifest or a list of them, as it is stored; ``digest`` was computed from ``content``."""

    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.content)


class Outgoing(Protocol):
    """A layer on its way: ``pieces`` can be sent once; then ``digest`` is known.

    ``length`` is the number of bytes that will be sent, None where that is not known;
    ``is_sent`` says whether ``pieces`` came to its end.
    """

    length: int | None
    is_sent: bool

    @property
    def digest(self) -> str: ...

    @property
    def sent(self) -> int: ...

    def pieces(self) -> Iterator[bytes | memoryview]: ...


class Store(Protocol):
    """Blobs and manifests by repository. Every method may raise a ``PublishError``."""

    @property
    def registry(self) -> str:
        """What records call it: ``host[:port]``, or ``layout``."""
        ...

    def close(self) -> None: ...

    def repository_of(self, registry: str, repository: str) -> str | None:
        """What the repository is called here; None where it belongs to another registry."""
        ...

    def blob_size(self, repository: str, digest: str) -> int | None:
        """How many bytes a blob has (or ``UNSAID``), None where it is not there."""
        ...

    def blob(self, repository: str, digest: str) -> bytes | None:
        """A small blob, checked against its digest; None where it is not there."""
        ...

    def mount(self, repository: str, digest: str, source: str) -> bool:
        """Take a blob over from the repository ``source``; whether that was possible."""
        ...

    def upload(self, repository: str, make: Callable[[], Outgoing]) -> Outgoing:
        """Store what ``make`` gives, called once more for each attempt; the one that arrived."""
        ...

    def put_blob(self, repository: str, content: bytes) -> str:
        """Store a small blob; its digest."""
        ...

    def manifest(self, repository: str, reference: str) -> StoredManifest | None:
        """What a tag or a digest names, None where it is not there."""
        ...

    def put_manifest(self, repository: str, reference: str, manifest: StoredManifest) -> None:
        """Store a manifest under a tag or its digest."""
        ...


def digest_of(content: bytes) -> str:
    """``sha256:…`` of ``content``."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
