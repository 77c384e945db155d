"""An OCI image layout on disk: blobs named by their digests, and one index with full names.

Source: the OCI image specification v1.1, "Image Layout". A file appears whole or not at all; the
index is replaced under a lock, so that several releases can be published at once. Everything
that the index names is on the disk before it is named.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..pipeline.core.messages import _
from .errors import Denied, PublishError, TargetFull, TargetUnreachable, WrongContent
from .media_types import OCI_INDEX
from .patience import Patience
from .store import Outgoing, StoredManifest, digest_of
from .target import LayoutTarget

NAME = "org.opencontainers.image.ref.name"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_OLD_SECONDS = 24 * 60 * 60
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Layout:
    """The ``Store`` in the folder of ``target``. Its repositories have full names."""

    registry = "layout"

    def __init__(self, target: LayoutTarget, patience: Patience) -> None:
        self._root = target.root
        self._patience = patience
        with _explained(self._root):
            self._prepare()

    def close(self) -> None:
        """Nothing is kept open."""

    def repository_of(self, registry: str, repository: str) -> str | None:
        return f"{registry}/{repository}" if registry else repository

    def try_out(self) -> None:
        """Write a few bytes, and remove them."""
        with _explained(self._root), self._draft() as path:
            _write(path, [b"trial"])

    def blob_size(self, repository: str, digest: str) -> int | None:  # noqa: ARG002 - shared by all
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def blob(self, repository: str, digest: str) -> bytes | None:  # noqa: ARG002 - shared by all
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        if digest_of(content) != digest:
            raise WrongContent(
                _(
                    "The file of %(digest)s in the image layout is damaged. Remove it, and publish"
                    " once more.",
                    digest=digest,
                )
            )
        return content

    def mount(self, repository: str, digest: str, source: str) -> bool:  # noqa: ARG002 - as above
        return self.blob_size(repository, digest) is not None

    def upload(self, repository: str, make: Callable[[], Outgoing]) -> Outgoing:  # noqa: ARG002
        self._patience.check()
        outgoing = make()
        with _explained(self._root), self._draft() as path:
            _write(path, outgoing.pieces())
            self._settle(path, outgoing.digest)
        return outgoing

    def put_blob(self, repository: str, content: bytes) -> str:
        digest = digest_of(content)
        if self.blob_size(repository, digest) is None:
            with _explained(self._root), self._draft() as path:
                _write(path, [content])
                self._settle(path, digest)
        return digest

    def manifest(self, repository: str, reference: str) -> StoredManifest | None:
        if ":" in reference:
            content = self.blob(repository, reference)
            return None if content is None else StoredManifest(_media_type(content), content)
        name = f"{repository}:{reference}"
        for entry in self._entries():
            if entry.get("annotations", {}).get(NAME) == name:
                content = self.blob(repository, str(entry.get("digest")))
                if content is not None:
                    return StoredManifest(str(entry.get("mediaType")), content)
        return None

    def put_manifest(self, repository: str, reference: str, manifest: StoredManifest) -> None:
        self._patience.check()
        self.put_blob(repository, manifest.content)
        is_digest = ":" in reference
        name = f"{repository}{'@' if is_digest else ':'}{reference}"
        if not is_digest:
            with _explained(self._root), self._locked():
                self._name(name, manifest)

    def _name(self, name: str, manifest: StoredManifest) -> None:
        others = [
            entry for entry in self._entries() if entry.get("annotations", {}).get(NAME) != name
        ]
        own = {
            "mediaType": manifest.media_type,
            "digest": manifest.digest,
            "size": len(manifest.content),
            "annotations": {NAME: name},
        }
        self._write_index([*others, own])

    def _prepare(self) -> None:
        (self._root / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
        (self._root / "uploads").mkdir(exist_ok=True)
        self._clear_drafts()
        with self._locked():
            if not (self._root / "oci-layout").is_file():
                self._replace("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
            if not (self._root / "index.json").is_file():
                self._write_index([])

    def _entries(self) -> list[dict[str, Any]]:
        try:
            entries = json.loads((self._root / "index.json").read_bytes())["manifests"]
            return [entry for entry in entries if isinstance(entry, dict)]
        except (ValueError, KeyError, TypeError, FileNotFoundError):
            raise WrongContent(
                _(
                    "index.json of the image layout in %(folder)s cannot be read. Restore it from"
                    " a backup, or publish into an empty folder.",
                    folder=str(self._root),
                )
            ) from None

    def _write_index(self, entries: Iterable[dict[str, Any]]) -> None:
        whole = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(entries)}
        self._replace("index.json", json.dumps(whole, ensure_ascii=False, indent=1).encode())

    def _replace(self, name: str, content: bytes) -> None:
        with self._draft() as path:
            _write(path, [content])
            path.replace(self._root / name)
        _flush_folder(self._root)

    def _settle(self, path: Path, digest: str) -> None:
        final = self._path(digest)
        path.chmod(0o644)
        path.replace(final)
        _flush_folder(final.parent)

    def _path(self, digest: str) -> Path:
        found = _DIGEST.fullmatch(digest)
        # A digest from a manifest of somebody else's must not lead out of the folder.
        return self._root / "blobs" / "sha256" / (found[1] if found else "none")

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        path = self._root / "uploads" / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _clear_drafts(self) -> None:
        """Remove what a killed process has left, once nobody can be writing it any more."""
        oldest = time.time() - _OLD_SECONDS
        for path in (self._root / "uploads").iterdir():
            with suppress(FileNotFoundError):
                if path.name != "lock" and path.stat().st_mtime < oldest:
                    path.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._root / "uploads" / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _write(path: Path, pieces: Iterable[bytes | memoryview]) -> None:
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make new names in ``folder`` survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _media_type(content: bytes) -> str:
    try:
        fields = json.loads(content)
        return str(fields.get("mediaType", "")) if isinstance(fields, dict) else ""
    except (ValueError, RecursionError):
        return ""


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    """An OSError of the disk becomes a ``PublishError``."""
    try:
        yield
    except OSError as error:
        raise _disk_error(root, error) from None


def _disk_error(root: Path, error: OSError) -> PublishError:
    folder = str(root)
    if error.errno in _FULL:
        return TargetFull(
            _(
                "The disk of the image layout in %(folder)s is full. Free space there; then try"
                " again.",
                folder=folder,
            )
        )
    if isinstance(error, PermissionError):
        return Denied(
            _("The portal must not write into the image layout in %(folder)s.", folder=folder)
        )
    return TargetUnreachable(
        _(
            "The image layout in %(folder)s cannot be written: %(reason)s.",
            folder=folder,
            reason=error.strerror or type(error).__name__,
        )
    )
