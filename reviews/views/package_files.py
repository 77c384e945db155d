"""The files of a stored package: opened for few visitors at once, and never held as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore

from django.http import HttpResponse

from .. import storage
from ..models import Revision
from ..pipeline import HashedFile, PackageFile, hash_files, list_files, read_file
from ..pipeline.core.policy import Limits
from ..pipeline.core.refusal import PackageRefused

SHOWN_BYTES = 1 << 20
"""How much of a file is shown."""
BUSY_SECONDS = 3
_VALUES = "/values.yaml"
_AT_ONCE = BoundedSemaphore(2)
_HASHED_AT_ONCE = BoundedSemaphore(1)  # all texts of a package are in memory meanwhile
_PATIENCE = 2.0  # seconds; a thread that waits makes no other page
_LISTS_KEPT = 8


class Busy(Exception):  # noqa: N818 - it says what the portal is
    """Others open packages now: try again in ``BUSY_SECONDS``."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file: its address, its size in bytes, and the beginning of its content."""

    address: str
    size: int
    content: bytes


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """The files of a package, and the one that was asked for."""

    listed: Sequence[PackageFile] = ()
    chosen: ShownFile | None = None


def files_of(revision: Revision, address: str) -> PackageFiles:
    """The files of the upload, none where it cannot be read; ``address`` is the one asked for.

    Busy: others open packages now.
    """
    with _turn():
        listed = _listed(revision)
        found = next((each for each in listed if each.address == address), None)
        return PackageFiles(listed, None if found is None else _shown(revision, found))


def root_values(revision: Revision) -> ShownFile | None:
    """The ``values.yaml`` of the root chart with the beginning of its content; None without one.

    Busy: others open packages now.
    """
    with _turn():
        found = [each for each in _listed(revision) if each.address.endswith(_VALUES)]
        root = min(found, key=lambda each: each.address.count("/"), default=None)
        return None if root is None else _shown(revision, root)


def file_at(revision: Revision, address: str) -> ShownFile | None:
    """The file at ``address`` with the beginning of its content; None where there is none.

    Busy: others open packages now.
    """
    return files_of(revision, address).chosen


def hashed_files(revision: Revision) -> Sequence[HashedFile] | None:
    """The files of the upload by their content; None where it was removed or cannot be read.

    Busy: others open packages now.
    """
    if revision.purged_at:
        return None
    with _turn(_HASHED_AT_ONCE):
        return _hash(revision.original, revision.held_to.limits)


def asked_again(response: HttpResponse) -> HttpResponse:
    """``response`` to somebody who has to wait: the browser asks again by itself."""
    response["Refresh"] = response["Retry-After"] = str(BUSY_SECONDS)
    return response


@contextmanager
def _turn(places: BoundedSemaphore = _AT_ONCE) -> Iterator[None]:
    if not places.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        yield
    finally:
        places.release()


def _listed(revision: Revision) -> Sequence[PackageFile]:
    if revision.purged_at:
        return ()
    return _list(revision.original, revision.held_to.limits)


@lru_cache(_LISTS_KEPT)
def _list(original: str, limits: Limits) -> Sequence[PackageFile]:
    """The files of an original, which never changes."""
    try:
        return list_files(storage.local_path(original), limits)
    except PackageRefused:
        return ()


@lru_cache(_LISTS_KEPT)
def _hash(original: str, limits: Limits) -> Sequence[HashedFile] | None:
    """The files of an original, which never changes; only names and hashes are kept."""
    try:
        return hash_files(storage.local_path(original), limits)
    except PackageRefused:
        return None


def _shown(revision: Revision, file: PackageFile) -> ShownFile | None:
    path, limits = storage.local_path(revision.original), revision.held_to.limits
    try:
        content = read_file(path, limits, file.address, SHOWN_BYTES)
    except PackageRefused:
        return None
    return None if content is None else ShownFile(file.address, file.size, content)
