"""A zip's table of contents, which must agree with every byte before it.

The members' headers and data must fill the file from its first byte to the table without gap
or overlap, and every local header must say what the table says. So no reader, whether it goes
by the table or from the front, can find another member than we do.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..core.messages import _
from ..core.refusal import PackageRefused
from . import zip_format as layout
from .bounds import check_member_count
from .naming import shown_name
from .refusals import amount, damaged, unsafe
from .zip_format import Entry

_LONGEST_COMMENT = 0xFFFF
_LONGEST_DESCRIPTOR = 24
_NEWEST_VERSION = 63
_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "AES",
}
_ENCRYPTION = layout.ENCRYPTED | layout.STRONGLY_ENCRYPTED | layout.DIRECTORY_ENCRYPTED
_AGREEING_FLAGS = _ENCRYPTION | layout.DESCRIPTOR_FOLLOWS | layout.PATCHED | layout.UTF8_NAME


@dataclass(frozen=True, slots=True)
class Packed:
    """A member's place in the file.

    Its local header begins at ``entry.offset``, its compressed data at ``data``; what belongs
    to it, a data descriptor included, ends before ``end``.
    """

    entry: Entry
    data: int
    end: int


@dataclass(frozen=True, slots=True)
class Contents:
    """All members of a zip in the order of its table, and the comment that closes it."""

    members: tuple[Packed, ...]
    comment: bytes


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the table of contents begins, and how many records it has."""

    start: int
    length: int
    count: int
    comment: bytes


@dataclass(frozen=True, slots=True)
class _LocalHeader:
    """The header before a member's data, which begins at ``data``."""

    flags: int
    method: int
    name: bytes
    extra: bytes
    crc_and_sizes: tuple[int, int, int]
    data: int


def read_contents(
    file: BinaryIO, size: int, most_members: int = sys.maxsize, most_bytes: int = sys.maxsize
) -> Contents:
    """The table of contents and where each member is, all of it checked, no data read.

    ``most_members`` and ``most_bytes`` bound the table. Raises ``PackageRefused``.
    """
    table = _find_table(file, size)
    check_member_count(table.count, most_members)
    if table.length > most_bytes:
        raise unsafe(
            _(
                "The zip's table of contents has %(size)s. Pack it again without comments and "
                "extra data.",
                size=amount(table.length),
            )
        )
    entries = tuple(_entries(file, table))
    members = tuple(_locate(file, entry, table.start) for entry in entries)
    _check_that_members_fill(members, table.start)
    return Contents(members, table.comment)


def _refuse_other_name(name: bytes, extra: bytes) -> None:
    """Readers that know the Unicode path field take its name, others the one in the header."""
    for kind, content in layout.extra_fields(extra):
        if kind == layout.UNICODE_PATH_EXTRA and content[5:] != name:
            raise unsafe(
                _(
                    "The member has two names, one of them in an extra field. "
                    "Give it an ASCII name, or pack again with a tool that writes UTF-8."
                ),
                shown_name(name),
            )


def _find_table(file: BinaryIO, size: int) -> _Table:
    tail_length = min(size, layout.END.size + _LONGEST_COMMENT)
    tail_start = size - tail_length
    tail = _read_at(file, tail_start, tail_length)
    magics = [match.start() for match in re.finditer(re.escape(layout.END_MAGIC), tail)]
    closing = [at for at in magics if _closes(tail, at)]
    if not closing:
        raise damaged(
            _("The zip is cut off, or other bytes follow its end. Pack or upload it again.")
        )
    at = closing[-1]
    if len(closing) > 1 or magics[-1] > at:
        raise _two_ends()
    _magic, disk, table_disk, here, count, length, start, _comment = layout.END.unpack_from(
        tail, at
    )
    end = tail_start + at
    if {disk, table_disk} - {0, layout.FULL16} or here != count:
        raise _several_disks()
    locator_at = end - layout.LOCATOR64.size
    locator = _read_at(file, locator_at, layout.LOCATOR64.size) if locator_at >= 0 else b""
    if locator.startswith(layout.LOCATOR64_MAGIC):
        wide, end = _zip64_table(file, locator, locator_at)
        for narrow, number, full in zip(
            (count, length, start), wide, (layout.FULL16, layout.FULL32, layout.FULL32), strict=True
        ):
            if narrow not in {number, full}:
                raise _two_ends()
        count, length, start = wide
    if start + length != end:
        raise damaged(
            _(
                "There are other bytes before the zip or behind its table. "
                "Pack it again as a plain zip."
            )
        )
    return _Table(start, length, count, tail[at + layout.END.size :])


def _closes(tail: bytes, at: int) -> bool:
    """Whether an end record at ``at`` reaches exactly to the end of the file."""
    if at + layout.END.size > len(tail):
        return False
    comment_length = layout.END.unpack_from(tail, at)[-1]
    return bool(at + layout.END.size + comment_length == len(tail))


def _zip64_table(
    file: BinaryIO, locator: bytes, locator_at: int
) -> tuple[tuple[int, int, int], int]:
    """Count, length and start of the table by the zip64 end record, and where that begins."""
    _magic, disk, at, disks = layout.LOCATOR64.unpack(locator)
    if disk or disks > 1:
        raise _several_disks()
    record = _read_at(file, at, layout.END64.size) if at < locator_at else b""
    if len(record) < layout.END64.size or not record.startswith(layout.END64_MAGIC):
        raise _broken_table()
    _magic, rest, _by, _needed, disk, table_disk, here, count, length, start = layout.END64.unpack(
        record
    )
    if disk or table_disk or here != count:
        raise _several_disks()
    if at + 12 + rest != locator_at:
        raise _two_ends()
    return (count, length, start), at


def _entries(file: BinaryIO, table: _Table) -> Iterator[Entry]:
    raw = _read_at(file, table.start, table.length)
    position = 0
    for _index in range(table.count):
        try:
            entry, position = layout.parse_record(raw, position)
            _refuse_other_name(entry.name, entry.extra)
        except ValueError:
            raise _broken_table() from None
        yield entry
    if position != len(raw):
        raise _two_ends()


def _locate(file: BinaryIO, entry: Entry, table_start: int) -> Packed:
    """Where the member lies; refuses one whose local header disagrees with the table."""
    _check_method(entry)
    header = _local_header(file, entry)
    truth = (entry.crc, entry.packed, entry.size)
    follow_later = bool(header.flags & layout.DESCRIPTOR_FOLLOWS) and all(
        stated in {0, true} for stated, true in zip(header.crc_and_sizes, truth, strict=True)
    )
    if (
        header.name != entry.name
        or header.method != entry.method
        or (header.flags ^ entry.flags) & _AGREEING_FLAGS
        or not (header.crc_and_sizes == truth or follow_later)
    ):
        raise unsafe(
            _(
                "The header before the member differs from the zip's table of "
                "contents. Pack it again with an ordinary zip tool."
            ),
            shown_name(entry.name),
        )
    end = header.data + entry.packed
    if end > table_start:
        raise _overlapping(entry)
    if header.flags & layout.DESCRIPTOR_FOLLOWS:
        end += _descriptor_length(_read_at(file, end, _LONGEST_DESCRIPTOR), entry)
    return Packed(entry, header.data, end)


def _local_header(file: BinaryIO, entry: Entry) -> _LocalHeader:
    header = _read_at(file, entry.offset, layout.LOCAL.size)
    if len(header) < layout.LOCAL.size or not header.startswith(layout.LOCAL_MAGIC):
        raise _broken_member(entry)
    fields = layout.LOCAL.unpack(header)
    flags, method, crc, packed, size, name_length, extra_length = fields[2:4] + fields[6:]
    name = file.read(name_length)
    extra = file.read(extra_length)
    try:
        size, packed = layout.widened((size, packed), extra)
        _refuse_other_name(name, extra)
    except ValueError:
        raise _broken_member(entry) from None
    data = entry.offset + layout.LOCAL.size + name_length + extra_length
    return _LocalHeader(flags, method, name, extra, (crc, packed, size), data)


def _descriptor_length(following: bytes, entry: Entry) -> int:
    """How long the data descriptor is: 4.3.9 leaves the magic and the width of sizes open."""
    for width in (8, 4):
        if max(entry.packed, entry.size) >= 1 << 8 * width:
            continue
        numbers = (
            entry.crc.to_bytes(4, "little")
            + entry.packed.to_bytes(width, "little")
            + entry.size.to_bytes(width, "little")
        )
        for descriptor in (layout.DESCRIPTOR_MAGIC + numbers, numbers):
            if following.startswith(descriptor):
                return len(descriptor)
    raise _broken_member(entry)


def _check_method(entry: Entry) -> None:
    if entry.flags & _ENCRYPTION:
        raise damaged(
            _("The member is encrypted. Pack the zip again without a password."),
            shown_name(entry.name),
        )
    if entry.flags & layout.PATCHED or entry.method not in {layout.STORED, layout.DEFLATED}:
        raise unsafe(
            _(
                "The member is compressed by %(method)s, which not every reader understands. "
                "Pack it again with the method Deflate (Windows Explorer takes Deflate64 for "
                "files over 2 GiB; 7-Zip lets you choose).",
                method=_METHODS.get(entry.method, str(entry.method)),
            ),
            shown_name(entry.name),
        )
    version = entry.needed & 0xFF  # the upper half names a system, 4.4.3
    if version > _NEWEST_VERSION:
        raise unsafe(
            _(
                "The member asks for version %(version)s of the zip format, which no reader has. "
                "Pack it again with an ordinary zip tool.",
                version=f"{version // 10}.{version % 10}",
            ),
            shown_name(entry.name),
        )
    if entry.method == layout.STORED and entry.packed != entry.size:
        raise unsafe(
            _("The member's two sizes contradict each other. Pack it again with a zip tool."),
            shown_name(entry.name),
        )


def _check_that_members_fill(members: tuple[Packed, ...], table_start: int) -> None:
    end = 0
    for packed in sorted(members, key=lambda packed: packed.entry.offset):
        if packed.entry.offset < end:
            raise _overlapping(packed.entry)
        if packed.entry.offset > end:
            break
        end = packed.end
    if end != table_start:
        raise damaged(
            _(
                "The zip holds bytes that belong to no member, which some readers take for one. "
                "Pack it again into a new file."
            )
        )


def _read_at(file: BinaryIO, offset: int, count: int) -> bytes:
    """Up to ``count`` bytes from ``offset``; fewer where the file ends."""
    try:
        file.seek(offset)
    except (OSError, OverflowError, ValueError):  # beyond what a file position can say
        return b""
    return file.read(count)


def _broken_table() -> PackageRefused:
    return damaged(_("The zip's table of contents is damaged. Pack and upload it again."))


def _broken_member(entry: Entry) -> PackageRefused:
    return damaged(
        _("The header before the member is damaged or missing. Pack and upload the zip again."),
        shown_name(entry.name),
    )


def _overlapping(entry: Entry) -> PackageRefused:
    return unsafe(
        _(
            "The member shares its bytes with another one, as decompression bombs do. "
            "Pack it again with an ordinary zip tool."
        ),
        shown_name(entry.name),
    )


def _several_disks() -> PackageRefused:
    return damaged(_("The zip is one part of several. Join the parts and upload one zip."))


def _two_ends() -> PackageRefused:
    return damaged(
        _(
            "The zip's end can be read in two ways, so readers could see two packages. "
            "Pack it again."
        )
    )
