"""The records of a zip: their layout in bytes, read and written (PKWARE APPNOTE 6.3.9, 4.3).

All numbers are little-endian. A field too small for its number holds all ones, and the number
is in the zip64 extra field (4.5.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

ENCRYPTED = 1 << 0
DESCRIPTOR_FOLLOWS = 1 << 3
PATCHED = 1 << 5
STRONGLY_ENCRYPTED = 1 << 6
UTF8_NAME = 1 << 11
DIRECTORY_ENCRYPTED = 1 << 13

STORED = 0
DEFLATED = 8

LOCAL = struct.Struct("<4s5HLLLHH")
CENTRAL = struct.Struct("<4s6HLLLHHHHHLL")
END = struct.Struct("<4s4HLLH")
END64 = struct.Struct("<4sQ2HLLQQQQ")
LOCATOR64 = struct.Struct("<4sLQL")
LOCAL_MAGIC = b"PK\x03\x04"
CENTRAL_MAGIC = b"PK\x01\x02"
END_MAGIC = b"PK\x05\x06"
END64_MAGIC = b"PK\x06\x06"
LOCATOR64_MAGIC = b"PK\x06\x07"
DESCRIPTOR_MAGIC = b"PK\x07\x08"

FULL16 = 0xFFFF
FULL32 = 0xFFFFFFFF
ZIP64_EXTRA = 1
UNICODE_PATH_EXTRA = 0x7075
_MADE_ON_UNIX = 3 << 8
_VERSION, _VERSION_ZIP64 = 20, 45


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the table of contents (the central directory).

    ``packed`` and ``size`` are the sizes in bytes with and without compression, ``offset``
    is where the local header begins in the file, ``external`` holds the Unix mode in its
    upper half, ``time`` and ``date`` are in MS-DOS form. ``extra`` is without zip64's field.
    """

    name: bytes
    external: int
    offset: int = 0
    flags: int = 0
    method: int = DEFLATED
    crc: int = 0
    packed: int = 0
    size: int = 0
    made_by: int = _MADE_ON_UNIX | _VERSION
    needed: int = _VERSION
    internal: int = 0
    time: int = 0
    date: int = 1 << 5 | 1  # 1 January 1980
    extra: bytes = b""
    comment: bytes = b""


def parse_record(table: bytes, start: int) -> tuple[Entry, int]:
    """The record at ``start`` of the table, and where it ends. Raises ``ValueError`` if broken."""
    if start + CENTRAL.size > len(table):
        raise ValueError("the table is cut off")
    fields = CENTRAL.unpack_from(table, start)
    magic, made_by, needed, flags, method, time, date, crc, packed, size = fields[:10]
    name_length, extra_length, comment_length, disk, internal, external, offset = fields[10:]
    name_start = start + CENTRAL.size
    name_end = name_start + name_length
    extra_end = name_end + extra_length
    end = extra_end + comment_length
    if magic != CENTRAL_MAGIC or end > len(table) or disk not in {0, FULL16}:
        raise ValueError("no record of a zip in one part")
    extra = table[name_end:extra_end]
    size, packed, offset = widened((size, packed, offset), extra)
    entry = Entry(
        name=table[name_start:name_end],
        external=external,
        offset=offset,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        made_by=made_by,
        needed=needed,
        internal=internal,
        time=time,
        date=date,
        extra=_without_zip64(extra),
        comment=table[extra_end:end],
    )
    return entry, end


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of an extra area as (id, content). Raises ``ValueError`` when one is cut off."""
    position = 0
    while position + 4 <= len(extra):  # fewer bytes are padding, as aligning tools leave it
        kind, length = struct.unpack_from("<HH", extra, position)
        position += 4
        if position + length > len(extra):
            raise ValueError("an extra field is longer than its area")
        yield kind, extra[position : position + length]
        position += length


def widened(narrow: tuple[int, ...], extra: bytes) -> tuple[int, ...]:
    """The numbers, each that is all ones replaced by the next one of the zip64 extra field.

    Raises ``ValueError`` when it has too few.
    """
    wide = b"".join(content for kind, content in extra_fields(extra) if kind == ZIP64_EXTRA)
    numbers = []
    for number in narrow:
        if number == FULL32:
            if len(wide) < 8:
                raise ValueError("a zip64 number is missing")
            number, wide = int.from_bytes(wide[:8], "little"), wide[8:]  # noqa: PLW2901
        numbers.append(number)
    return tuple(numbers)


def _without_zip64(extra: bytes) -> bytes:
    """The extra area without its zip64 field. Raises ``ValueError`` when a field is cut off."""
    return b"".join(
        struct.pack("<HH", kind, len(content)) + content
        for kind, content in extra_fields(extra)
        if kind != ZIP64_EXTRA
    )


def local_header(entry: Entry) -> bytes:
    """The header before the member's data, sizes and checksum included."""
    wide = struct.pack("<HHQQ", ZIP64_EXTRA, 16, entry.size, entry.packed)
    large = max(entry.size, entry.packed) >= FULL32
    extra = wide if large else b""
    return (
        LOCAL.pack(
            LOCAL_MAGIC,
            _VERSION_ZIP64 if large else _VERSION,
            entry.flags,
            entry.method,
            entry.time,
            entry.date,
            entry.crc,
            FULL32 if large else entry.packed,
            FULL32 if large else entry.size,
            len(entry.name),
            len(extra),
        )
        + entry.name
        + extra
    )


def central_record(entry: Entry) -> bytes:
    """The entry as a record of the table of contents."""
    numbers = (entry.size, entry.packed, entry.offset)
    wide = b"".join(struct.pack("<Q", number) for number in numbers if number >= FULL32)
    zip64 = struct.pack("<HH", ZIP64_EXTRA, len(wide)) + wide if wide else b""
    extra = zip64 + entry.extra
    return (
        CENTRAL.pack(
            CENTRAL_MAGIC,
            entry.made_by,
            max(entry.needed, _VERSION_ZIP64) if wide else entry.needed,
            entry.flags,
            entry.method,
            entry.time,
            entry.date,
            entry.crc,
            min(entry.packed, FULL32),
            min(entry.size, FULL32),
            len(entry.name),
            len(extra),
            len(entry.comment),
            0,
            entry.internal,
            entry.external,
            min(entry.offset, FULL32),
        )
        + entry.name
        + extra
        + entry.comment
    )


def end_records(count: int, start: int, length: int, comment: bytes) -> bytes:
    """What closes a zip whose table has ``count`` records in ``length`` bytes from ``start``."""
    closing = b""
    if count >= FULL16 or max(start, length) >= FULL32:
        closing = END64.pack(
            END64_MAGIC, END64.size - 12, 45, 45, 0, 0, count, count, length, start
        ) + LOCATOR64.pack(LOCATOR64_MAGIC, 0, start + length, 1)
    closing += END.pack(
        END_MAGIC,
        0,
        0,
        min(count, FULL16),
        min(count, FULL16),
        min(length, FULL32),
        min(start, FULL32),
        len(comment),
    )
    return closing + comment


def deflate(content: bytes, level: int = 9) -> bytes:
    """``content`` compressed as zip and gzip hold it, without a header."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()
