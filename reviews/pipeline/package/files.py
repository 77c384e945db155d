"""The files of an upload, as people look at them: addresses, sizes, and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..archive.members import Archive
from ..archive.reading import read_upload
from ..core.policy import Limits
from .layout import Package, is_read, read_layout


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file by its address, as findings write it. ``size`` is in bytes.

    ``content`` is None for what is only listed: image archives may hold many gigabytes.
    """

    address: str
    size: int
    content: bytes | None = field(repr=False)

    @property
    def is_archive(self) -> bool:
        """Whether other files of the list are inside it."""
        return self.content is None or self.content[:4] in {b"PK\x03\x04", b"\x1f\x8b\x08\x00"}


def list_files(path: Path, limits: Limits) -> tuple[PackageFile, ...]:
    """Every file of the upload at ``path``, those of the deploy package too.

    Raises PackageRefused where the package cannot be read.
    """
    return tuple(_files(read_layout(read_upload(path, limits, is_read), limits)))


def _files(package: Package) -> Iterator[PackageFile]:
    outer = [holder for holder, _member in package.holders]
    archives: dict[str, Archive] = {}
    for archive in (*outer, package.deploy, *package.opened):
        archives.setdefault(archive.where, archive)
    for archive in archives.values():
        for member in archive.files():
            yield PackageFile(archive.address(member.name), member.size, member.content)
