"""Hostile fixtures: archives written by code, those to be taken and those to be refused.

Ordinary ones are written by the standard library, so that the product does not test its own
writer; forged ones are put together here, record by record.
"""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field, replace

from reviews.pipeline.archive import zip_format
from reviews.pipeline.archive.zip_format import Entry

CHART = b"apiVersion: v2\nname: etcd\nversion: 1.0.0\n"
VALUES = b"image:\n  registry: docker.io\n"


def zip_of(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as the standard library writes it; a name that ends in / is a folder."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in files:
            member = zipfile.ZipInfo(name)
            member.external_attr = (
                (stat.S_IFDIR | 0o755) << 16 | 0x10
                if name.endswith("/")
                else (stat.S_IFREG | 0o640) << 16
            )
            member.compress_type = zipfile.ZIP_STORED if name.endswith("/") else method
            archive.writestr(member, content)
    return output.getvalue()


@dataclass(frozen=True)
class Forged:
    """A member of a forged zip: what the table says, what is there, what its header says."""

    name: bytes
    content: bytes = b"content"
    table: dict[str, int | bytes] = field(default_factory=dict)
    header: dict[str, int | bytes] = field(default_factory=dict)
    data: bytes | None = None


def forge(
    *members: Forged,
    before: bytes = b"",
    shifted: bool = False,
    between: bytes = b"",
    comment: bytes = b"",
) -> bytes:
    """A zip with the false fields of ``members`` and the bytes that belong to none.

    ``shifted`` makes its offsets count the bytes ``before`` it.
    """
    output = io.BytesIO()
    output.write(before)
    uncounted = 0 if shifted else len(before)
    entries = []
    for member in members:
        data = zip_format.deflate(member.content) if member.data is None else member.data
        truth = Entry(
            name=member.name,
            external=(stat.S_IFREG | 0o644) << 16,
            offset=output.tell() - uncounted,
            crc=zlib.crc32(member.content),
            packed=len(data),
            size=len(member.content),
        )
        claimed = replace(truth, **member.table)  # type: ignore[arg-type]
        entries.append(claimed)
        local = replace(claimed, **member.header)  # type: ignore[arg-type]
        output.write(zip_format.local_header(local) + data + between)
    start = output.tell()
    table = b"".join(zip_format.central_record(entry) for entry in entries)
    return (
        output.getvalue()
        + table
        + zip_format.end_records(len(entries), start - uncounted, len(table), comment)
    )


def zip64_ended(
    archive: bytes,
    *,
    record: dict[str, int] | None = None,
    locator: dict[str, int] | None = None,
) -> bytes:
    """The zip ``archive`` of two members with zip64's end record and its locator, true but for the fields given."""
    start = archive.index(zip_format.CENTRAL_MAGIC)
    end = len(archive) - zip_format.END.size
    fields = {
        "rest": 44,
        "made_by": 45,
        "needed": 45,
        "disk": 0,
        "table_disk": 0,
        "here": 2,
        "count": 2,
        "length": end - start,
        "start": start,
    } | (record or {})
    wide = zip_format.END64.pack(zip_format.END64_MAGIC, *fields.values())
    place = {"disk": 0, "at": end, "disks": 1} | (locator or {})
    wide += zip_format.LOCATOR64.pack(zip_format.LOCATOR64_MAGIC, *place.values())
    return archive[:end] + wide + archive[end:]


def before_descriptor(**header: int | bytes) -> bytes:
    """A member whose true data descriptor follows, behind a local header that says otherwise."""
    content = b"content"
    packed = zip_format.deflate(content)
    descriptor = zip_format.DESCRIPTOR_MAGIC + struct.pack(
        "<LLL", zlib.crc32(content), len(packed), len(content)
    )
    nothing: dict[str, int | bytes] = {"crc": 0, "packed": 0, "size": 0}
    member = Forged(b"etcd/a", content, {"flags": zip_format.DESCRIPTOR_FOLLOWS}, nothing | header)
    return forge(member, between=descriptor)


def tar_of(*files: tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar as the standard library writes it; a name that ends in / is a folder."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w", format=form) as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            member.mode = 0o755 if name.endswith("/") else 0o640
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return output.getvalue()


def tgz_of(*files: tuple[str, bytes]) -> bytes:
    """A tgz as the standard library writes it."""
    return gzip.compress(tar_of(*files), mtime=0)


def record(
    name: bytes,
    content: bytes = b"",
    kind: bytes = b"0",
    mode: bytes = b"0000644\0",
    *,
    size: bytes | None = None,
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
) -> bytes:
    """One tar member, header and padded content, with fields as given."""
    length = b"%011o\0" % len(content) if size is None else size
    head = struct.pack(
        "100s8s8s8s12s12s8s1s100s8s32s32s8s8s155s12x",
        name,
        mode,
        b"0000000\0",
        b"0000000\0",
        length,
        b"00000000000\0",
        b" " * 8,
        kind,
        b"/etc/hostname" if kind in b"12" else b"",
        magic,
        b"",
        b"",
        b"",
        b"",
        prefix,
    )
    head = head[:148] + b"%06o\0 " % sum(head) + head[156:]
    return head + content + bytes(-len(content) % 512)


def pax(**records: str) -> bytes:
    """The body of an extended header; ``_`` in a keyword stands for a dot."""
    body = b""
    for keyword, value in records.items():
        text = f" {keyword.replace('_', '.')}={value}\n".encode()
        length = len(text) + 1
        while len(str(length)) + len(text) != length:
            length += 1
        body += str(length).encode() + text
    return body


def tgz(*records: bytes) -> bytes:
    """A tgz of forged records, properly ended."""
    return gzip.compress(b"".join(records) + bytes(1024), mtime=0)
