"""What the tar of an image archive holds: every file hashed, small JSON kept, layers let go."""

from __future__ import annotations

import hashlib
import heapq
import posixpath
import re
from collections.abc import Iterator

from ..archive.refusals import printable
from ..core.messages import _
from ..core.policy import MIB
from .errors import UnusableArchive
from .hashing import HashingThread
from .model import Flaw
from .tar_members import TarMember, TarMembers

MOST_JSON_BYTES = 4 * MIB  # what registries take for a manifest
_MOST_KEPT_BYTES = 32 * MIB
_LONGEST_CHAIN = 8
_JSON_BEGINS = re.compile(rb"\s*[{\[]")
_DIGEST_PATH = re.compile(r"blobs/(sha256/[0-9a-f]{64}|sha512/[0-9a-f]{128})")
_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ")


class Blob:
    """A file in the tar. ``content`` is None for what is no JSON, and for what ``is_too_large``.

    ``digest`` is known once the thread that hashes has settled. The content begins at byte
    ``offset`` of the tar.
    """

    __slots__ = (
        "_algorithm",
        "_hash",
        "content",
        "head",
        "is_sparse",
        "is_too_large",
        "name",
        "offset",
        "size",
    )

    def __init__(self, name: str, size: int, *, is_sparse: bool = False, offset: int = 0) -> None:
        self.name = name
        self.size = size
        self.offset = offset
        self.is_sparse = is_sparse
        self.is_too_large = size > MOST_JSON_BYTES
        self.content: bytes | None = None
        self.head = b""
        listed = _DIGEST_PATH.fullmatch(name)
        self._algorithm = listed[1].partition("/")[0] if listed else "sha256"
        self._hash = hashlib.new(self._algorithm)

    @property
    def digest(self) -> str:
        """``sha256:…`` of the content, ``sha512:…`` where the file is listed under such a one."""
        return f"{self._algorithm}:{self._hash.hexdigest()}"

    @property
    def is_compressed(self) -> bool:
        return self.head.startswith(_COMPRESSED)

    def read(self, pieces: Iterator[memoryview], hashing: HashingThread) -> None:
        """Take the content as it streams by."""
        if not self.is_too_large:
            content = b"".join(pieces)
            hashing.feed(self._hash, content)
            self.head = content[:8]
            self.content = content if _JSON_BEGINS.match(content) else None
            return
        for piece in pieces:
            if len(self.head) < 8:
                self.head += bytes(piece[: 8 - len(self.head)])
            hashing.feed(self._hash, piece)


class Contents:
    """All files of one archive by their cleaned names, read by ``read``."""

    def __init__(self, hashing: HashingThread) -> None:
        self._hashing = hashing
        self._blobs: dict[str, Blob] = {}
        self._links: dict[str, str] = {}
        self._twins: list[tuple[Blob, Blob]] = []
        self._kept = 0
        self._largest: list[tuple[int, str]] = []

    def read(self, tar: TarMembers) -> None:
        """Take all members of ``tar``; what came before a flaw stays.

        Raises ``UnusableArchive``.
        """
        try:
            for member, pieces in tar:
                name = _cleaned(member.name)
                if member.is_file:
                    self._take_file(name, member, pieces)
                elif member.link is not None:
                    self._links[name] = _target(name, member)
        finally:
            self._hashing.settle()
        self._check_twins()

    @property
    def is_empty(self) -> bool:
        return not self._blobs and not self._links

    def names(self) -> Iterator[str]:
        return iter(self._blobs)

    def blobs(self) -> Iterator[Blob]:
        return iter(self._blobs.values())

    def get(self, name: str) -> Blob | None:
        """The file of that name, or that links of that name lead to."""
        name = posixpath.normpath(name)
        for _step in range(_LONGEST_CHAIN):
            if name in self._blobs:
                return self._blobs[name]
            if name not in self._links:
                return None
            name = self._links[name]
        return None

    def damaged_blobs(self) -> Iterator[str]:
        """The names of files whose content has another digest than they are listed under."""
        for name, blob in self._blobs.items():
            listed = _DIGEST_PATH.fullmatch(name)
            if listed and blob.digest != listed[1].replace("/", ":"):
                yield name

    def _take_file(self, name: str, member: TarMember, pieces: Iterator[memoryview]) -> None:
        blob = Blob(name, member.size, is_sparse=member.sparse, offset=member.offset)
        self._read(blob, pieces)
        if name in self._blobs:
            self._twins.append((self._blobs[name], blob))
        self._blobs[name] = blob
        self._links.pop(name, None)
        if blob.content is not None:
            self._keep(blob)

    def _read(self, blob: Blob, pieces: Iterator[memoryview]) -> None:
        blob.read(pieces, self._hashing)

    def _keep(self, blob: Blob) -> None:
        """Configurations and manifests are small: where there is too much, the largest goes."""
        self._kept += blob.size
        heapq.heappush(self._largest, (-blob.size, blob.name))
        while self._kept > _MOST_KEPT_BYTES:
            size, name = heapq.heappop(self._largest)
            self._kept += size
            self._blobs[name].content = None
            self._blobs[name].is_too_large = True

    def _check_twins(self) -> None:
        """The same blob twice harms nobody; two manifests are two archives for two readers."""
        for first, second in self._twins:
            if first.digest != second.digest:
                raise UnusableArchive(
                    Flaw.INCOMPLETE,
                    _(
                        "It has two members “%(name)s” with different contents, and readers take"
                        " the one or the other. Save the image into a new file.",
                        name=printable(first.name),
                    ),
                )


def _cleaned(stored: str) -> str:
    name = posixpath.normpath(stored)
    if name.startswith(("/", "../")) or name == "..":
        raise UnusableArchive(
            Flaw.FOREIGN,
            _(
                "The name of its member “%(name)s” leads out of the archive. Save the image again"
                " with an ordinary tool.",
                name=printable(stored),
            ),
        )
    return name


def _target(name: str, member: TarMember) -> str:
    """A symbolic link starts at its own folder, a hard link at the root of the tar."""
    start = posixpath.dirname(name) if member.is_symbolic else ""
    return posixpath.normpath(posixpath.join(start, member.link or ""))
