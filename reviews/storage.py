"""Where archives and reports rest: files named for their content, written once.

A file appears whole or not at all, and is never altered. Reading is by local path, because
the pipeline reads an archive at any position.
"""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError

from .pipeline import (
    RenderedChanges,
    Report,
    dump_rendered,
    dump_report,
    load_rendered,
    load_report,
)
from .pipeline.core.refusal import PackageRefused

_PIECE = 1 << 20
_READ_ONLY = 0o440
_DRAFTS = "drafts"
_DRAFT_SECONDS = 24 * 60 * 60
_UPLOAD = ".upload"
_UPLOAD_SECONDS = 60  # within which the draft of an upload is locked, once it is made
# As SQLite and PostgreSQL say it.
_FULL_DATABASE = re.compile(r"disk is full|No space left on device|could not extend file")


class TooLarge(Exception):  # noqa: N818 - it is a verdict on the upload, not an internal error
    """The content is larger than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class Damaged(Exception):  # noqa: N818 - it says what the file is
    """A stored file is not what was stored: an internal error."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file: its name in the store, its hash in hex, its size in bytes.

    ``stored_at`` (nanoseconds) is when this content was last stored.
    """

    name: str
    sha256: str
    size: int
    stored_at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file in the folder of drafts, written in full: its path, its hash in hex, its size."""

    path: Path
    sha256: str
    size: int


class UploadDraft:
    """A draft that grows while an upload arrives; ``close`` removes it.

    It is locked while it is written and used, so that the sweep recognises one whose process
    has ended. OSError: it cannot be written.
    """

    def __init__(self) -> None:
        folder = local_path(_DRAFTS)
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / (secrets.token_hex(16) + _UPLOAD)
        self._digest, self._size = hashlib.sha256(), 0
        self._file = self._path.open("xb")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def write(self, piece: bytes) -> None:
        """Add ``piece``."""
        self._digest.update(piece)
        self._size += self._file.write(piece)

    def finish(self) -> Draft:
        """The draft with all that was written, safe on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return Draft(self._path, self._digest.hexdigest(), self._size)

    def close(self) -> None:
        """Remove the draft; what became a stored file has another name by then."""
        self._path.unlink(missing_ok=True)
        # What a full disk did not take is not wanted any more.
        with suppress(OSError):
            self._file.close()


def keep(pieces: Iterable[bytes], folder: str, *, suffix: str = "", limit: int = 0) -> Stored:
    """Store what ``pieces`` make up in ``folder``.

    The same content is stored once. TooLarge: it has more than ``limit`` bytes (0: no limit).
    OSError: it cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    with draft() as path:
        with path.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if limit and size > limit:
                    raise TooLarge(limit)
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return _settle(path, folder, digest.hexdigest(), size, suffix)


def keep_file(path: Path, folder: str, *, sha256: str, suffix: str = "") -> Stored:
    """Move the file at ``path``, a ``draft`` whose hash is known, into ``folder`` of the store."""
    return _settle(path, folder, sha256, path.stat().st_size, suffix)


def keep_report(report: Report) -> str:
    """Store a report, compressed; the name it is found under."""
    text = json.dumps(dump_report(report), ensure_ascii=False, separators=(",", ":")).encode()
    return keep([gzip.compress(text, mtime=0)], "reports", suffix=".json.gz").name


def read_report(name: str) -> Report:
    """The report stored under ``name``."""
    return _report_at(local_path(name))


@lru_cache(maxsize=4)
def _report_at(path: Path) -> Report:
    """The last few are kept: a page of a large package would spend most of its time on parsing."""
    return load_report(json.loads(gzip.decompress(path.read_bytes())))


def keep_rendered(changes: RenderedChanges) -> str:
    """Store what the edits change of the rendered manifests; the name it is found under."""
    text = json.dumps(dump_rendered(changes), ensure_ascii=False, separators=(",", ":"))
    # A chart may render what is no text: it is shown as that, not refused.
    packed = gzip.compress(text.encode("utf-8", "replace"), mtime=0)
    return keep([packed], "rendered", suffix=".json.gz").name


@lru_cache(maxsize=4)
def read_rendered(name: str) -> RenderedChanges:
    """What is stored under ``name``."""
    return load_rendered(json.loads(gzip.decompress(local_path(name).read_bytes())))


def local_path(name: str) -> Path:
    """Where the file stored under ``name`` lies on this machine."""
    return Path(_store().path(name))


def check(name: str, sha256: str) -> None:
    """Read the whole file once more. Damaged: it is not what was stored."""
    try:
        found = hash_of(local_path(name))
    except FileNotFoundError as missing:
        raise Damaged(f"{name} is gone") from missing
    if found != sha256:
        raise Damaged(f"{name} has the hash {found}, not {sha256}")


def remove(name: str, *, stored_until: int) -> bool:
    """Remove a file that nothing refers to, unless its content was stored again since.

    ``stored_until`` is in nanoseconds. Whoever stores the same content at this moment keeps it:
    the file is taken away first, looked at, and put back if need be. Whether it was removed.
    """
    final = local_path(name)
    with draft() as taken:
        try:
            final.rename(taken)
        except FileNotFoundError:
            return False
        if taken.stat().st_mtime_ns > stored_until:
            _link(taken, final)
            return False
    return True


@contextmanager
def removals_paused(*, wait: bool) -> Iterator[bool]:
    """Whoever is inside alone removes files, or relies on none being removed.

    False where somebody else is and one does not ``wait``.
    """
    folder = local_path("")
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".removals", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        is_alone = True
    except BlockingIOError:
        is_alone = False
    try:
        yield is_alone
    finally:
        os.close(descriptor)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that there is no space left."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        if isinstance(error, DatabaseError) and _FULL_DATABASE.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def verified_on_refusal(name: str, sha256: str) -> Iterator[None]:
    """Check the file stored as ``name`` when the block refuses the package.

    Damaged: it is not what was stored; else PackageRefused is raised again.
    """
    try:
        yield
    except PackageRefused:
        check(name, sha256)
        raise


@contextmanager
def draft(suffix: str = "") -> Iterator[Path]:
    """A name in the store for a file that is being made; what is left of it then goes."""
    folder = local_path(_DRAFTS)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (secrets.token_hex(16) + suffix)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def clear_drafts() -> int:
    """Remove what processes left behind that were killed; how many drafts there were.

    That is drafts that nobody has touched for a day, and uploads that nobody receives any more.
    """
    removed = 0
    folder = local_path(_DRAFTS)
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if _is_left_behind(path):
                path.unlink()
                removed += 1
    return removed


def _is_left_behind(path: Path) -> bool:
    age = time.time() - path.stat().st_mtime
    if path.suffix != _UPLOAD:
        return age > _DRAFT_SECONDS
    return age > _UPLOAD_SECONDS and not _is_locked(path)


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def write_trial() -> None:
    """Write a few bytes and remove them. OSError: nothing can be stored."""
    with draft() as path, path.open("xb") as file:
        file.write(bytes(_PIECE))
        file.flush()
        os.fsync(file.fileno())


def free_bytes() -> int:
    """How many bytes are free where the store is, or will be."""
    return shutil.disk_usage(_folder_there()).free


def total_bytes() -> int:
    """How many bytes the disk of the store has."""
    return shutil.disk_usage(_folder_there()).total


def _folder_there() -> Path:
    folder = local_path("")
    while not folder.is_dir():
        folder = folder.parent
    return folder


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _store() -> FileSystemStorage:
    return FileSystemStorage(location=settings.ARCHIVES_DIR)


def _settle(path: Path, folder: str, sha256: str, size: int, suffix: str) -> Stored:
    name = f"{folder}/{sha256[:2]}/{sha256}{suffix}"
    final = local_path(name)
    final.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(_READ_ONLY)
    _link(path, final)
    _flush_folder(final.parent)
    return Stored(name, sha256, size, final.stat().st_mtime_ns)


def _link(path: Path, final: Path) -> None:
    """Give the file at ``path`` its name, or renew the same content that has it already."""
    while True:
        # A link never replaces: whoever stored the same content first stays.
        with suppress(FileExistsError):
            os.link(path, final)
            return
        # It may just have been removed.
        with suppress(FileNotFoundError):
            os.utime(final)
            return


def _flush_folder(folder: Path) -> None:
    """Make new names in ``folder`` survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
