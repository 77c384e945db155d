"""The files of an upload, as people look at them: addresses, sizes, and bytes.

Nothing is held that is not shown: many people may look at once at packages of many megabytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath

from ..archive.contents import INSIDE
from ..archive.members import Archive, Form, Member
from ..archive.reading import read_inner, read_member, read_upload
from ..archive.zip_archive import member_pieces
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from .layout import Package, is_read, read_layout

_ARCHIVES = (".tgz", ".tar.gz", ".tar", ".zip")


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file by its address, as findings write it. ``size`` is in bytes.

    ``is_archive`` says that it is packed itself, so that its own bytes say nothing to people.
    """

    address: str
    size: int
    is_archive: bool


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file with the hash of its content in hex; None where the portal does not read it.

    Those are image archives and the like: only their ``size`` (bytes) is known without reading
    gigabytes. Archives whose own files are listed are left out: their bytes say nothing to people.
    """

    address: str
    size: int
    sha256: str | None


def hash_files(path: Path, limits: Limits) -> tuple[HashedFile, ...]:
    """Every file of the upload at ``path`` that is no opened archive, by its content.

    It takes the memory of the package's texts, which ``limits`` bound, and gives it back.
    Raises PackageRefused where the package cannot be read.
    """
    package = read_layout(read_upload(path, limits, is_read), limits)
    archives = _archives(package)
    opened = {archive.where.removesuffix(INSIDE) for archive in archives}
    return tuple(
        HashedFile(archive.address(member.name), member.size, _sha256(member))
        for archive in archives
        for member in archive.files()
        if archive.address(member.name) not in opened
    )


def _sha256(member: Member) -> str | None:
    return None if member.content is None else hashlib.sha256(member.content).hexdigest()


def list_files(path: Path, limits: Limits) -> tuple[PackageFile, ...]:
    """Every file of the upload at ``path``, those of the deploy package too.

    Raises PackageRefused where the package cannot be read.
    """
    try:
        package = _by_names(path, limits)
    except PackageRefused:
        # Only what stands in its files shows which package it is.
        package = read_layout(read_upload(path, limits, is_read), limits)
    return tuple(_files(package))


def read_file(path: Path, limits: Limits, address: str, most: int) -> bytes | None:
    """The first ``most`` bytes of the file at ``address``; None where there is no such file.

    Raises PackageRefused where the package cannot be read.
    """
    first, *inside = address.split(INSIDE)
    if not inside:
        return _of_upload(path, limits, first, most)
    upload = read_upload(path, limits, _only(first if not _is_zip(path) else ""))
    holder = upload.get(first)
    if holder is None or holder.is_folder:
        return None
    archive = _opened(path, limits, upload, holder, _only(inside[0]))
    for name, next_one in pairwise(inside):
        holder = archive.get(name)
        if holder is None or holder.content is None:
            return None
        where = archive.address(name) + INSIDE
        archive = read_inner(holder.content, where, limits, _only(next_one))
    member = archive.get(inside[-1])
    return None if member is None or member.content is None else member.content[:most]


def _of_upload(path: Path, limits: Limits, name: str, most: int) -> bytes | None:
    if _is_zip(path):
        return _head(path, limits, name, most) if is_read(name) else None
    member = read_upload(path, limits, _only(name)).get(name)
    return None if member is None or member.content is None else member.content[:most]


def _by_names(path: Path, limits: Limits) -> Package:
    """The package, as its names alone show it. PackageRefused: they do not show it."""
    upload = read_upload(path, limits, _only(""))
    if upload.form is Form.ZIP:
        files = list(upload.files())
        candidates = {each.name for each in files if len(files) == 1 or _may_be_deploy(each.name)}
        members = (
            replace(each, content=_head(path, limits, each.name, 512))
            if each.name in candidates
            else each
            for each in upload.members
        )
        upload = replace(upload, members=tuple(members))

    def opened(archive: Archive, member: Member) -> Archive:
        return _opened(path, limits, archive, member, _only(""))

    return read_layout(upload, limits, opened)


def _opened(
    path: Path, limits: Limits, archive: Archive, member: Member, wanted: Callable[[str], bool]
) -> Archive:
    """The archive that is ``member`` of the upload, or of another one whose members are read."""
    if archive.form is Form.ZIP and not archive.where:
        return read_member(path, member.name, member.size, limits, wanted)
    return read_inner(member.content or b"", archive.address(member.name) + INSIDE, limits, wanted)


def _may_be_deploy(name: str) -> bool:
    return "package" in PurePosixPath(name).parts[-2:-1]


def _only(name: str) -> Callable[[str], bool]:
    """Wants the content of the member ``name`` and of no other."""
    return lambda other: other == name


def _head(path: Path, limits: Limits, name: str, most: int) -> bytes | None:
    """The beginning of a member of the zip at ``path``, at most a piece more than ``most`` read."""
    with path.open("rb") as file:
        pieces = member_pieces(file, path.stat().st_size, limits, name)
        if pieces is None:
            return None
        head = b""
        for piece in pieces:
            head += piece
            if len(head) >= most:
                break
        return head[:most]


def _is_zip(path: Path) -> bool:
    if path.is_dir():
        return False
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _files(package: Package) -> Iterator[PackageFile]:
    holders = {archive.address(member.name) for archive, member in package.holders}
    for archive in _archives(package):
        for member in archive.files():
            address = archive.address(member.name)
            is_packed = address in holders or member.name.endswith(_ARCHIVES)
            is_listed = not archive.where and not is_read(member.name)
            yield PackageFile(address, member.size, is_packed or is_listed)


def _archives(package: Package) -> tuple[Archive, ...]:
    """The upload and every archive within it that is opened, each once."""
    archives: dict[str, Archive] = {}
    for archive in (*(each for each, _member in package.holders), package.deploy, *package.opened):
        archives.setdefault(archive.where, archive)
    return tuple(archives.values())
