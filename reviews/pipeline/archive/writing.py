"""Write the released archive: same input, same bytes, and no byte changed that needs no change.

What is packed anew bears a fixed time (1 January 1980, the first a zip can say), no owner and
no name of the machine. A service package is not packed anew: the compressed bytes of every
member without an edit are copied as they lie, be they gigabytes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from . import zip_format as layout
from .members import Archive, Member
from .naming import decode_name, normalise, objection_to
from .zip_format import Entry
from .zip_table import Packed, read_contents

_EPOCH = 315_532_800  # 1980-01-01T00:00:00Z in seconds since 1970
_FILE_MODE = 0o644
_COPY = 1 << 20
_UNKNOWN_SYSTEM = 255  # RFC 1952, 2.3.1: the header says nothing about the machine
_DOS_FOLDER = 0x10


def pack_tgz(archive: Archive, changed: Mapping[str, bytes], level: int = 9) -> bytes:
    """``archive`` as a tgz that Helm loads, with the content of ``changed`` in place of its own.

    Members keep names, order and modes; new names come at the end in alphabetical
    order. ``level`` is the compression, 0 to 9. Raises ``ValueError`` for a file whose content
    was not read, and for a changed name that is a folder or no possible name.
    """
    output = BytesIO()
    # pax: its extended headers carry long and non-ASCII names as Go's reader expects them.
    with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in _contents(archive, changed):
            header = tarfile.TarInfo(member.name)
            header.type = tarfile.DIRTYPE if member.is_folder else tarfile.REGTYPE
            header.mode = member.mode
            header.size = len(content)
            header.mtime = _EPOCH
            tar.addfile(header, BytesIO(content))
    return _gzip(output.getvalue(), level)


def pack_zip(archive: Archive, changed: Mapping[str, bytes]) -> bytes:
    """``archive`` as a zip, as ``pack_tgz`` does it."""
    output = BytesIO()
    entries = []
    for member, content in _contents(archive, changed):
        entry, _packed, data = _member(_new_entry(member), content, output.tell())
        output.write(data)
        entries.append(entry)
    _write_table(output, entries, b"")
    return output.getvalue()


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: hashes in hex, size in bytes.

    ``source`` is the hash of what was read on the way, None where that was a folder.
    """

    source: str | None
    sha256: str
    size: int


class RewrittenZip:
    """The zip ``source`` with the content of ``changed`` in place of its own, not yet written.

    Members without an edit are copied as they lie: content, compression, name, mode, time and
    comment, so that the source is read once, in one go, and little of it is in memory. Changed
    ones keep all but content. New ones come at the end in alphabetical order. Raises
    ``ValueError`` when a changed name is a folder or no possible name, ``PackageRefused`` when
    ``source`` is no valid zip, and ``OSError`` when reading fails.
    """

    def __init__(self, source: Path, changed: Mapping[str, bytes]) -> None:
        self._source = source
        _refuse_impossible(changed)
        with source.open("rb") as file:
            contents = read_contents(file, source.stat().st_size)
        self._parts = tuple(_parts(contents.members, dict(changed)))
        # The table keeps its order, whatever the order in which the members lie.
        order = {packed.entry.name: at for at, packed in enumerate(contents.members)}
        table = sorted(self._parts, key=lambda part: order.get(part.entry.name, len(order)))
        start = sum(part.length for part in self._parts)
        records = b"".join(layout.central_record(part.entry) for part in table)
        self._closing = records + layout.end_records(
            len(table), start, len(records), contents.comment
        )
        self.size = start + len(self._closing)

    def pieces(self, read: Callable[[bytes], object] = lambda _piece: None) -> Iterator[bytes]:
        """The bytes of the rewritten zip. ``read`` is given every byte of the source, in order."""
        with self._source.open("rb") as file:
            for part in self._parts:
                if part.packed is not None:
                    for piece in _copied(file, part.packed):
                        read(piece)
                        if part.data is None:
                            yield piece
                if part.data is not None:
                    yield part.data
            while rest := file.read(_COPY):
                read(rest)
        yield self._closing


def write_zip(source: Path, changed: Mapping[str, bytes], destination: Path) -> Written:
    """Write ``RewrittenZip(source, changed)`` to ``destination``, whole or not at all.

    Raises like it, ``ValueError`` also when ``destination`` is ``source`` itself, and
    ``OSError`` also when writing fails.
    """
    if destination.exists() and destination.samefile(source):
        raise ValueError("the destination is the source itself")
    rewritten = RewrittenZip(source, changed)
    before, after = hashlib.sha256(), hashlib.sha256()
    with _replacing(destination) as output, _hashing(before) as read:
        for piece in rewritten.pieces(read):
            output.write(piece)
            after.update(piece)
    return Written(before.hexdigest(), after.hexdigest(), rewritten.size)


def write_bytes(data: bytes, destination: Path) -> None:
    """``data`` at ``destination``, whole or not at all. Raises ``OSError`` when writing fails."""
    with _replacing(destination) as output:
        output.write(data)


def _contents(archive: Archive, changed: Mapping[str, bytes]) -> Iterator[tuple[Member, bytes]]:
    """All members of the archive to write, each with its content (empty for a folder)."""
    _refuse_impossible(changed)
    new = dict(changed)
    for member in archive.members:
        content = new.pop(member.name, member.content)
        if member.is_folder and content is not None:
            raise ValueError(f"{member.name} is a folder and has no content")
        if content is None and not member.is_folder:
            raise ValueError(f"the content of {member.name} was not read")
        yield member, content or b""
    yield from _new_members(new)


def _new_members(contents: Mapping[str, bytes]) -> Iterator[tuple[Member, bytes]]:
    for name, content in sorted(contents.items()):
        member = Member(name, is_folder=False, size=len(content), mode=_FILE_MODE, content=content)
        yield member, content


def _refuse_impossible(changed: Mapping[str, bytes]) -> None:
    for name in changed:
        if objection_to(name) is not None:
            raise ValueError(f"no archive may have a member called {name!r}")


def _gzip(content: bytes, level: int) -> bytes:
    """A gzip stream without name and time, so that the same content gives the same bytes."""
    fastest_or_best = {1: 4, 9: 2}.get(level, 0)
    header = struct.pack("<4BLBB", 0x1F, 0x8B, 8, 0, 0, fastest_or_best, _UNKNOWN_SYSTEM)
    trailer = struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return header + layout.deflate(content, level) + trailer


def _new_entry(member: Member) -> Entry:
    name = member.name.encode() + (b"/" if member.is_folder else b"")
    kind = stat.S_IFDIR if member.is_folder else stat.S_IFREG
    return Entry(
        name=name,
        external=(kind | member.mode) << 16 | (_DOS_FOLDER if member.is_folder else 0),
        flags=0 if name.isascii() else layout.UTF8_NAME,
        method=layout.STORED if member.is_folder else layout.DEFLATED,
    )


def _member(
    entry: Entry, content: bytes, offset: int, packed: Packed | None = None
) -> tuple[Entry, Packed | None, bytes]:
    """The member ``entry`` with ``content`` at ``offset``: as the table has it, and its bytes."""
    data = content if entry.method == layout.STORED else layout.deflate(content)
    written = replace(
        entry,
        offset=offset,
        flags=entry.flags & ~layout.DESCRIPTOR_FOLLOWS,
        crc=zlib.crc32(content),
        packed=len(data),
        size=len(content),
        extra=b"",
    )
    return written, packed, layout.local_header(written) + data


@dataclass(frozen=True, slots=True)
class _Part:
    """A member of a rewritten zip: ``data`` of ours, else what is at ``packed`` in the source."""

    entry: Entry
    packed: Packed | None
    data: bytes | None

    @property
    def length(self) -> int:
        if self.data is not None:
            return len(self.data)
        return self.packed.end - self.packed.entry.offset if self.packed else 0


def _parts(members: Iterable[Packed], new: dict[str, bytes]) -> Iterator[_Part]:
    """The members in the order in which they lie, each at its new offset; then the new ones."""
    offset = 0
    for packed in sorted(members, key=lambda packed: packed.entry.offset):
        name = normalise(decode_name(packed.entry.name))
        content = new.pop(name, None)
        if content is None:
            part = _Part(replace(packed.entry, offset=offset), packed, None)
        elif packed.entry.name.endswith(b"/"):
            raise ValueError(f"{name} is a folder and has no content")
        else:
            part = _Part(*_member(packed.entry, content, offset, packed))
        yield part
        offset += part.length
    for member, content in _new_members(new):
        part = _Part(*_member(_new_entry(member), content, offset, None))
        yield part
        offset += part.length


def _copied(file: BinaryIO, packed: Packed) -> Iterator[bytes]:
    file.seek(packed.entry.offset)
    left = packed.end - packed.entry.offset
    while left:
        piece = file.read(min(left, _COPY))
        if not piece:
            raise OSError("the source was cut off while it was copied")
        yield piece
        left -= len(piece)


@contextmanager
def _hashing(digest: hashlib._Hash) -> Iterator[Callable[[bytes], object]]:
    """A way to feed ``digest`` beside other work, at most one piece behind it."""
    waiting: list[Future[None]] = []

    def feed(piece: bytes) -> None:
        if waiting:
            waiting.pop().result()
        waiting.append(pool.submit(digest.update, piece))

    with ThreadPoolExecutor(max_workers=1) as pool:
        yield feed


def _write_table(output: BinaryIO, entries: list[Entry], comment: bytes) -> None:
    start = output.tell()
    output.writelines(layout.central_record(entry) for entry in entries)
    output.write(layout.end_records(len(entries), start, output.tell() - start, comment))


@contextmanager
def _replacing(destination: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``destination`` when all is written, and else vanishes."""
    unfinished = destination.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with unfinished.open("xb") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        unfinished.replace(destination)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _keep(destination.parent)


def _keep(folder: Path) -> None:
    """Make the new name in ``folder`` survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
