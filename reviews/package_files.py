"""The files of a stored original, as people look at them: addresses, sizes, and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import storage
from .models import Revision
from .pipeline.package.layout import Package, is_read, open_package
from .pipeline.unpack import Archive, read_upload


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
        """Whether other files of the list lie inside of it."""
        return self.content is None or self.content[:4] in {b"PK\x03\x04", b"\x1f\x8b\x08\x00"}


def files_of(revision: Revision) -> tuple[PackageFile, ...]:
    """Every file of the package, those of the deploy package too.

    Raises PackageRefused where the package cannot be read.
    """
    return tuple(_files(_opened(revision)))


def file_at(revision: Revision, address: str) -> PackageFile | None:
    """The file at an address, None where there is none. Raises like ``files_of``."""
    return next((each for each in _files(_opened(revision)) if each.address == address), None)


def _opened(revision: Revision) -> Package:
    limits = revision.held_to.limits
    return open_package(read_upload(storage.local_path(revision.original), limits, is_read), limits)


def _files(package: Package) -> Iterator[PackageFile]:
    outer = [holder for holder, _member in package.holders]
    for archive in dict.fromkeys(_by_place([*outer, package.deploy, *package.opened])):
        for member in archive.files():
            yield PackageFile(archive.address(member.name), member.size, member.content)


def _by_place(archives: list[Archive]) -> Iterator[Archive]:
    told = set()
    for archive in archives:
        if archive.where not in told:
            told.add(archive.where)
            yield archive
