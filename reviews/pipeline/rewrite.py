"""Apply edits to a package: splice them into their files, touch no other byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .archive.members import Archive, Form
from .archive.reading import sha256_of
from .archive.writing import RewrittenZip, Written, pack_tgz, pack_zip, write_bytes, write_zip
from .core.findings import Edit
from .package.helm import Chart
from .package.layout import Kind, Package
from .yaml.edit import splice


@dataclass(frozen=True)
class RewrittenFile:
    """One file before and after its edits. ``before`` is None for a new file."""

    address: str
    before: bytes | None
    after: bytes
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Rewriting:
    """A package together with the edits applied to it."""

    package: Package
    files: tuple[RewrittenFile, ...]

    def changed(self, archive: Archive) -> dict[str, bytes]:
        """The changed members of ``archive`` itself, by name."""
        names = {file.address: file.after for file in self.files}
        inside = {
            address.removeprefix(archive.where): after
            for address, after in names.items()
            if address.startswith(archive.where)
        }
        return {name: after for name, after in inside.items() if "!/" not in name}

    def by_archive(self, chart: Chart) -> Mapping[str, Mapping[str, bytes]]:
        """The changed files of ``chart``, by its archive's ``where``, as packing it wants them."""
        changed = self.changed(chart.archive).items()
        mine = {name: content for name, content in changed if name.startswith(chart.root)}
        return {chart.archive.where: mine}

    def write(self, source: Path, destination: Path) -> Written:
        """Write the container that came in from ``source`` with every edit to ``destination``.

        A zip stays a zip, a tgz a tgz; a folder with a chart becomes a tgz, with an operator
        a zip. Members without an edit keep content, name, order and mode. Raises ValueError
        when ``destination`` is ``source``, OSError when it cannot be written.
        """
        if self.package.upload.form is Form.ZIP:
            return write_zip(source, self._outermost(), destination)
        data = self._in_memory()
        write_bytes(data, destination)
        read = None if source.is_dir() else sha256_of(source)
        return Written(read, hashlib.sha256(data).hexdigest(), len(data))

    def pieces(self, source: Path) -> tuple[int, Iterator[bytes]]:
        """What ``write`` writes: its size in bytes, and the bytes in blocks of at most a few MiB.

        Raises PackageRefused when ``source`` is no valid zip any more, OSError when it cannot be
        read.
        """
        if self.package.upload.form is Form.ZIP:
            rewritten = RewrittenZip(source, self._outermost())
            return rewritten.size, rewritten.pieces()
        data = self._in_memory()
        return len(data), iter((data,))

    def _in_memory(self) -> bytes:
        upload = self.package.upload
        changed = self._outermost()
        if upload.form is Form.DIRECTORY and self.package.kind is not Kind.HELM:
            return pack_zip(upload, changed)
        return pack_tgz(upload, changed)

    def _outermost(self) -> dict[str, bytes]:
        """The changed members of the upload, inner archives packed again inside out."""
        archive = self.package.deploy
        changed = self.changed(archive)
        for opened in self.package.opened:
            if inside := self.changed(opened):
                name = opened.where.removeprefix(archive.where).removesuffix("!/")
                changed[name] = _packed(opened, inside)
        for holder, member in reversed(self.package.holders):
            outer = self.changed(holder)
            if changed:
                outer[member.name] = _packed(archive, changed)
            archive, changed = holder, outer
        return changed


def apply_edits(package: Package, edits: Iterable[Edit]) -> Rewriting:
    """The package with ``edits`` applied.

    Raises ValueError when edits overlap or do not fit what is stored: that is an internal error.
    """
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.file, []).append(edit)
    files = []
    for address, mine in sorted(by_file.items()):
        before = _stored(package, address)
        if before is None and any(edit.before is not None for edit in mine):
            message = f"an edit names {address}, which the package does not hold"
            raise ValueError(message)
        after = splice(before or b"", mine)
        files.append(RewrittenFile(address, before, after, tuple(mine)))
    return Rewriting(package, tuple(files))


def _stored(package: Package, address: str) -> bytes | None:
    holders = (holder for holder, _member in package.holders)
    archives = [package.deploy, *package.opened, *holders]
    for archive in sorted(archives, key=lambda each: len(each.where), reverse=True):
        if address.startswith(archive.where):
            member = archive.get(address.removeprefix(archive.where))
            if member is not None:
                return member.content
    return None


def _packed(archive: Archive, changed: Mapping[str, bytes]) -> bytes:
    return pack_zip(archive, changed) if archive.form is Form.ZIP else pack_tgz(archive, changed)
