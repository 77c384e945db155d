"""Archives that must be refused, each with the rule, the words and the culprit."""

from __future__ import annotations

import gzip
import stat
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from reviews.pipeline.archive import zip_format
from reviews.pipeline.core.policy import MIB, Limits

from . import (
    CHART,
    VALUES,
    Forged,
    before_descriptor,
    forge,
    pax,
    record,
    tar_of,
    tgz,
    tgz_of,
    zip64_ended,
    zip_of,
)

UNREADABLE = "OSC-PKG-001"
UNSAFE = "OSC-PKG-013"

CUT_ZIP = "The zip is cut off, or other bytes follow its end. Pack or upload it again."
CUT_GZIP = "The compressed data is damaged or cut off. Pack the archive again and upload it again."
CUT_TAR = "The tar is cut off. Pack and upload it again."
MALFORMED_TAR = "The tar has a malformed header. Pack it with an ordinary tar and upload it again."
BROKEN_TABLE = "The zip's table of contents is damaged. Pack and upload it again."
BROKEN_HEADER = "The header before the member is damaged or missing. Pack and upload the zip again."
BROKEN_CONTENT = "The member's content is damaged. Pack and upload the zip again."
DIFFERENT_HEADER = (
    "The header before the member differs from the zip's table of contents. "
    "Pack it again with an ordinary zip tool."
)
TWO_ENDS = (
    "The zip's end can be read in two ways, so readers could see two packages. Pack it again."
)
BEHIND_GZIP = "There are other bytes behind the end of the archive. Pack or upload it again."
BEFORE_ZIP = (
    "There are other bytes before the zip or behind its table. Pack it again as a plain zip."
)
NO_MEMBERS_BYTES = (
    "The zip holds bytes that belong to no member, which some readers take for one. "
    "Pack it again into a new file."
)
SHARED_BYTES = (
    "The member shares its bytes with another one, as decompression bombs do. "
    "Pack it again with an ordinary zip tool."
)
ENCRYPTED = "The member is encrypted. Pack the zip again without a password."
PARTS = "The zip is one part of several. Join the parts and upload one zip."
NO_ARCHIVE = (
    "The content is neither zip, tgz nor tar. Check that the right file was uploaded and that "
    "nothing comes before the archive, then pack it again as a zip."
)
ABSOLUTE = (
    "The name is an absolute path. Pack again from inside the folder, so that names are relative."
)
UPWARDS = "The name leads out of the package by “..”. Pack again without it."
BACKSLASH = (
    "The name has a backslash. Pack again with a tool that writes / between folders, "
    "such as 7-Zip or zip."
)
CONTROL = "The name has a control character. Rename the file with plain letters and pack again."
INVISIBLE = "The name has a character that nobody sees (U+200B). Type the name anew and pack again."
WIDTH = "The name looks like “etcd/values.yaml”, with letters of another width. Rename one."
EMPTY_PART = (
    "The name has an empty part or “.” between slashes, which readers resolve differently. "
    "Pack again with plain names."
)
GBK, CP437 = (
    f"The name is stored as {encoding}, not as UTF-8, and differs from computer to computer. "
    "Give it an ASCII name, or pack again with a tool that writes UTF-8."
    for encoding in ("GBK", "CP437")
)
NOT_UTF8 = (
    "The name is not stored as UTF-8 and differs from computer to computer. "
    "Give it an ASCII name, or pack again with a tool that writes UTF-8."
)
TWO_NAMES = (
    "The member has two names, one of them in an extra field. "
    "Give it an ASCII name, or pack again with a tool that writes UTF-8."
)
TWICE = "The archive has two members of this name. Pack again with one of them."
FILE_AND_FOLDER = "The name is a file and a folder at once. Rename one and pack again."
TAR_LINK = (
    "The member is a link, which could point outside the package. "
    "Put a copy of the file in its place (tar --dereference) and pack again."
)
ZIP_LINK = (
    "The member is a symbolic link, which could point outside the package. "
    "Put a copy of the file in its place and pack again without the option -y."
)
DEVICE = "The member is a device or a pipe, not a file. Remove it and pack again."
SPARSE = (
    "The file is stored sparsely, which readers unpack differently. "
    "Pack again without the option --sparse."
)
SPECIAL_BITS = (
    "The member carries a setuid, setgid or sticky bit. "
    "Take it away (chmod u-s,g-s,-t) and pack again."
)
HALF_TAR = "The member is half a file and half a folder. Pack again with an ordinary tar."
HALF_ZIP = "The member is half a file and half a folder. Pack again with an ordinary zip tool."
GLOBAL = (
    "The tar gives a name or size to all its members at once, which readers understand "
    "differently. Pack it again with an ordinary tar."
)
BEHIND_TAR = (
    "There are other bytes behind the end of the tar, which some readers take for members. "
    "Pack it again."
)
GROWS = (
    "The content grows more than 200 times when unpacked, as decompression bombs do. "
    "Remove the file that is almost nothing but repetition."
)
SIZES = "The member's two sizes contradict each other. Pack it again with a zip tool."


def method(name: str) -> str:
    """The words for a compression that not everybody reads."""
    return (
        f"The member is compressed by {name}, which not every reader understands. Pack it again "
        "with the method Deflate (Windows Explorer takes Deflate64 for files over 2 GiB; "
        "7-Zip lets you choose)."
    )


def twin(other: str) -> str:
    """The words for two names that are one on many computers."""
    return (
        f"The name differs from “{other}” only in upper and lower case or in how accents are "
        "written; on many computers they are one file. Rename one."
    )


@dataclass(frozen=True)
class Rejected:
    """``file`` is the address of the culprit, None for the archive as a whole."""

    title: str
    build: Callable[[], bytes]
    code: str
    words: str
    file: str | None = None
    limits: Limits = field(default_factory=Limits)


GOOD_ZIP = zip_of(("etcd/Chart.yaml", CHART), ("etcd/values.yaml", VALUES))
GOOD_TGZ = tgz_of(("etcd/Chart.yaml", CHART), ("etcd/values.yaml", VALUES))


def _patched(data: bytes, at: int, new: bytes) -> bytes:
    """``data`` with ``new`` written over it; a negative place counts from the end."""
    at %= len(data)
    return data[:at] + new + data[at + len(new) :]


def _many_over_one() -> bytes:
    """500 members in 2 MB of one deflated zero, 1 GB in all, as zipfile of Python 3.11.7 opens."""
    one = forge(Forged(b"a", bytes(2 * MIB)))
    table_start = one.index(zip_format.CENTRAL_MAGIC)
    record_, _end = zip_format.parse_record(one, table_start)
    table = zip_format.central_record(record_) * 500
    return one[:table_start] + table + zip_format.end_records(500, table_start, len(table), b"")


def _bad_crc() -> bytes:
    return forge(Forged(b"etcd/values.yaml", VALUES, {"crc": 1}))


def _unicode_path(name: bytes) -> bytes:
    body = b"\1" + struct.pack("<L", zlib.crc32(b"etcd/a")) + name
    return struct.pack("<HH", zip_format.UNICODE_PATH_EXTRA, len(body)) + body


def _zip_mode(mode: int) -> dict[str, int | bytes]:
    return {"external": mode << 16}


REJECTED = (
    # What is no readable, unencrypted archive.
    Rejected("an empty file", bytes, UNREADABLE, "The file is empty. Upload the package again."),
    Rejected("a text", lambda: b"hello", UNREADABLE, NO_ARCHIVE),
    Rejected(
        "a 7z",
        lambda: b"7z\xbc\xaf\x27\x1c\0\4",
        UNREADABLE,
        "The content is neither zip, tgz nor tar: it is 7z. Pack it as a zip.",
    ),
    Rejected(
        "a self-extracting zip",
        lambda: b"MZ" + bytes(100) + GOOD_ZIP,
        UNREADABLE,
        "The content is neither zip, tgz nor tar: it is a Windows program, perhaps a "
        "self-extracting archive. Pack it as a zip.",
    ),
    Rejected("a zip cut off", lambda: GOOD_ZIP[:-1], UNREADABLE, CUT_ZIP),
    Rejected("nothing but a zip's magic", lambda: b"PK\3\4", UNREADABLE, CUT_ZIP),
    Rejected("bytes behind a zip", lambda: GOOD_ZIP + b"junk", UNREADABLE, CUT_ZIP),
    Rejected(
        "bytes before a zip that look like one",
        lambda: b"PK\3\4 and more" + GOOD_ZIP,
        UNREADABLE,
        BEFORE_ZIP,
    ),
    Rejected(
        "bytes before a zip that its offsets know of",
        lambda: forge(Forged(b"etcd/a"), before=b"PK\3\4 and more", shifted=True),
        UNREADABLE,
        NO_MEMBERS_BYTES,
    ),
    Rejected("a second zip behind the first", lambda: GOOD_ZIP + GOOD_ZIP, UNREADABLE, BEFORE_ZIP),
    Rejected(
        "an end record in the comment of another",
        lambda: forge(Forged(b"etcd/a"), comment=GOOD_ZIP[-22:]),
        UNREADABLE,
        TWO_ENDS,
    ),
    Rejected(
        "half an end record in the comment of another",
        lambda: forge(Forged(b"etcd/a"), comment=b"PK\5\6"),
        UNREADABLE,
        TWO_ENDS,
    ),
    *(
        Rejected(
            f"a zip64 end record of another {field_}",
            lambda field_=field_, value=value: zip64_ended(GOOD_ZIP, record={field_: value}),  # type: ignore[misc]
            UNREADABLE,
            words,
        )
        for field_, value, words in (
            ("count", 1, PARTS),
            ("here", 1, PARTS),
            ("disk", 1, PARTS),
            ("table_disk", 1, PARTS),
            ("length", 1, TWO_ENDS),
            ("start", 1, TWO_ENDS),
            ("start", 2**64 - 1, TWO_ENDS),
            ("rest", 43, TWO_ENDS),
            ("rest", 2**64 - 1, TWO_ENDS),
        )
    ),
    Rejected(
        "a zip64 end record that counts other members than the end record",
        lambda: zip64_ended(GOOD_ZIP, record={"here": 1, "count": 1}),
        UNREADABLE,
        TWO_ENDS,
    ),
    *(
        Rejected(
            f"a zip64 locator of another {field_}, {value}",
            lambda field_=field_, value=value: zip64_ended(GOOD_ZIP, locator={field_: value}),  # type: ignore[misc]
            UNREADABLE,
            words,
        )
        for field_, value, words in (
            ("disk", 1, PARTS),
            ("disks", 2, PARTS),
            ("at", 0, BROKEN_TABLE),
            ("at", 2**64 - 1, BROKEN_TABLE),
        )
    ),
    Rejected(
        "more members in the table than its end counts",
        lambda: _patched(GOOD_ZIP, -14, struct.pack("<HH", 1, 1)),
        UNREADABLE,
        TWO_ENDS,
    ),
    Rejected(
        "fewer members in the table than its end counts",
        lambda: _patched(GOOD_ZIP, -14, struct.pack("<HH", 3, 3)),
        UNREADABLE,
        BROKEN_TABLE,
    ),
    Rejected(
        "bytes between members",
        lambda: forge(Forged(b"etcd/a"), Forged(b"etcd/b"), between=b"PK"),
        UNREADABLE,
        NO_MEMBERS_BYTES,
    ),
    Rejected(
        "a zip in parts", lambda: _patched(GOOD_ZIP, -18, struct.pack("<H", 1)), UNREADABLE, PARTS
    ),
    Rejected(
        "an encrypted zip",
        lambda: forge(Forged(b"etcd/a", table={"flags": zip_format.ENCRYPTED})),
        UNREADABLE,
        ENCRYPTED,
        "etcd/a",
    ),
    Rejected(
        "a table with a wrong record",
        lambda: GOOD_ZIP.replace(b"PK\1\2", b"PK\1\3"),
        UNREADABLE,
        BROKEN_TABLE,
    ),
    Rejected(
        "a table that points to no member",
        lambda: forge(Forged(b"etcd/a", table={"offset": 1})),
        UNREADABLE,
        BROKEN_HEADER,
        "etcd/a",
    ),
    Rejected(
        "a table that points behind the world",
        lambda: forge(Forged(b"etcd/a", table={"offset": 2**64 - 1})),
        UNREADABLE,
        BROKEN_HEADER,
        "etcd/a",
    ),
    Rejected("a wrong checksum", _bad_crc, UNREADABLE, BROKEN_CONTENT, "etcd/values.yaml"),
    Rejected(
        "content that is no deflate",
        lambda: forge(Forged(b"etcd/a", data=b"\xff\xff\xff")),
        UNREADABLE,
        BROKEN_CONTENT,
        "etcd/a",
    ),
    Rejected(
        "content that ends early",
        lambda: forge(Forged(b"etcd/a", table={"size": 8})),
        UNREADABLE,
        BROKEN_CONTENT,
        "etcd/a",
    ),
    Rejected(
        "bytes behind the content",
        lambda: forge(Forged(b"etcd/a", data=zip_format.deflate(b"content") + b"more")),
        UNREADABLE,
        BROKEN_CONTENT,
        "etcd/a",
    ),
    Rejected(
        "a missing data descriptor",
        lambda: forge(Forged(b"etcd/a", table={"flags": zip_format.DESCRIPTOR_FOLLOWS})),
        UNREADABLE,
        BROKEN_HEADER,
        "etcd/a",
    ),
    Rejected("a tgz cut off", lambda: GOOD_TGZ[:-9], UNREADABLE, CUT_GZIP),
    Rejected("nothing but gzip's magic", lambda: GOOD_TGZ[:2], UNREADABLE, CUT_GZIP),
    Rejected(
        "a tgz with a wrong checksum",
        lambda: _patched(GOOD_TGZ, -8, bytes(4)),
        UNREADABLE,
        CUT_GZIP,
    ),
    Rejected("bytes behind a tgz", lambda: GOOD_TGZ + b"junk", UNREADABLE, BEHIND_GZIP),
    Rejected("half a magic behind a tgz", lambda: GOOD_TGZ + b"\x1f", UNREADABLE, BEHIND_GZIP),
    Rejected("zeros behind a tgz", lambda: GOOD_TGZ + bytes(512), UNREADABLE, BEHIND_GZIP),
    Rejected(
        "a gzip in thousands of pieces",
        lambda: gzip.compress(b"", mtime=0) * 1001,
        UNSAFE,
        "The archive is cut into too many gzip streams. Pack it again in one piece.",
    ),
    Rejected("a gzip of a text", lambda: gzip.compress(b"hello"), UNREADABLE, CUT_TAR),
    Rejected(
        "a gzip of a longer text", lambda: gzip.compress(b"hello " * 99), UNREADABLE, MALFORMED_TAR
    ),
    Rejected(
        "a tar cut off in a member",
        lambda: tar_of(("etcd/a", bytes(2000)))[:1500],
        UNREADABLE,
        CUT_TAR,
        "etcd/a",
    ),
    Rejected(
        "a tar with a wrong checksum",
        lambda: gzip.compress(tar_of(("etcd/a", b"b")).replace(b"etcd/a", b"etcd/b", 1)),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a broken header behind a good member, where tarfile would stop in silence",
        lambda: tgz(record(b"etcd/a", b"b"), b"x" * 512),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "members behind the end of a tar",
        lambda: gzip.compress(tar_of(("etcd/a", b"b")) + tar_of(("etcd/c", b"d"))),
        UNREADABLE,
        BEHIND_TAR,
    ),
    Rejected(
        "a negative size",
        lambda: tgz(record(b"etcd/a", size=b"\xff" * 12)),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a size in letters",
        lambda: tgz(record(b"etcd/a", size=b"0000000000z\0")),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a size with other bytes behind its end",
        lambda: tgz(record(b"etcd/a", b"content", size=b"0000007\x0012 \0")),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a pax header of a wrong length",
        lambda: tgz(record(b"pax", b"99 path=etcd/a\n", b"x"), record(b"a")),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a pax header before nothing",
        lambda: tgz(record(b"pax", pax(path="etcd/a"), b"x")),
        UNREADABLE,
        CUT_TAR,
    ),
    Rejected(
        "a header for all members before nothing",
        lambda: tgz(record(b"pax", pax(comment="c"), b"g")),
        UNREADABLE,
        CUT_TAR,
    ),
    Rejected(
        "a header for all members behind one for the next",
        lambda: tgz(
            record(b"pax", pax(path="etcd/a"), b"x"),
            record(b"pax", pax(comment="c"), b"g"),
            record(b"etcd/b"),
        ),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a name in two headers, of which Python takes one and Go the other",
        lambda: tgz(
            record(b"long", b"etcd/a\0", b"L"),
            record(b"pax", pax(path="etcd/b"), b"x"),
            record(b"etcd/c"),
        ),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    Rejected(
        "a pax header of gigabytes",
        lambda: tgz(record(b"pax", b"", b"x", size=b"77777777777\0")),
        UNREADABLE,
        MALFORMED_TAR,
    ),
    # Names.
    Rejected("an absolute path", lambda: tgz_of(("/etc/x", b"")), UNSAFE, ABSOLUTE, "/etc/x"),
    Rejected("the root of the disk", lambda: zip_of(("/", b"")), UNSAFE, ABSOLUTE, "/"),
    Rejected("a drive letter", lambda: zip_of(("C:/x", b"")), UNSAFE, ABSOLUTE, "C:/x"),
    Rejected("a way up", lambda: zip_of(("../x", b"")), UNSAFE, UPWARDS, "../x"),
    Rejected(
        "a way up in the middle", lambda: tgz_of(("a/../../x", b"")), UNSAFE, UPWARDS, "a/../../x"
    ),
    Rejected(
        "a backslash",
        lambda: zip_of(("etcd\\values.yaml", b"")),
        UNSAFE,
        BACKSLASH,
        "etcd\\values.yaml",
    ),
    Rejected(
        "a zero-width space in a name",
        lambda: zip_of(("etcd/values\u200b.yaml", b"a: 1\n")),
        UNSAFE,
        INVISIBLE,
        "etcd/values\\u200b.yaml",
    ),
    Rejected(
        "two names that differ in the width of a letter",
        lambda: zip_of(("etcd/values.yaml", b"a: 1\n"), ("etcd/\uff56alues.yaml", b"a: 2\n")),
        UNSAFE,
        WIDTH,
        "etcd/\uff56alues.yaml",
    ),
    Rejected(
        "a NUL, where zipfile would cut the name",
        lambda: forge(Forged(b"etcd/a\0.txt")),
        UNSAFE,
        CONTROL,
        "etcd/a\\x00.txt",
    ),
    Rejected(
        "a terminal escape",
        lambda: tgz_of(("etcd/\x1b[2Ja", b"")),
        UNSAFE,
        CONTROL,
        "etcd/\\x1b[2Ja",
    ),
    Rejected(
        "a name that turns the reading direction",
        lambda: zip_of(("etcd/\u202elmay.seulav", b"")),
        UNSAFE,
        CONTROL,
        "etcd/\\u202elmay.seulav",
    ),
    Rejected("two slashes", lambda: tgz_of(("etcd//a", b"")), UNSAFE, EMPTY_PART, "etcd//a"),
    Rejected("a dot", lambda: tgz_of(("etcd/./a", b"")), UNSAFE, EMPTY_PART, "etcd/./a"),
    Rejected("an empty name", lambda: forge(Forged(b"")), UNSAFE, HALF_ZIP, ""),
    Rejected(
        "a GBK name in a zip",
        lambda: forge(Forged("etcd/说明.txt".encode("gbk"))),
        UNSAFE,
        GBK,
        "etcd/说明.txt",
    ),
    Rejected(
        "a GBK name in a tar",
        lambda: tgz(record("etcd/说明.txt".encode("gbk"))),
        UNSAFE,
        GBK,
        "etcd/说明.txt",
    ),
    Rejected(
        "a name in the encoding of old zip tools",
        lambda: forge(Forged("etcd/café.txt".encode("cp437"))),
        UNSAFE,
        CP437,
        "etcd/café.txt",
    ),
    Rejected(
        "a name in no encoding",
        lambda: tgz(record(b"etcd/\xff\xff")),
        UNSAFE,
        NOT_UTF8,
        "etcd/\\xff\\xff",
    ),
    Rejected(
        "a second name in an extra field of the table",
        lambda: forge(Forged(b"etcd/a", table={"extra": _unicode_path(b"etcd/b")})),
        UNSAFE,
        TWO_NAMES,
        "etcd/a",
    ),
    Rejected(
        "a GBK name with its UTF-8 form in an extra field",
        lambda: forge(
            Forged("说明".encode("gbk"), table={"extra": _unicode_path("说明".encode())})
        ),
        UNSAFE,
        TWO_NAMES,
        "说明",
    ),
    Rejected(
        "65 folders",
        lambda: zip_of(("a/" * 64 + "b", b"")),
        UNSAFE,
        "The name has more than 64 folders. Pack again with fewer levels.",
        "a/" * 64 + "b",
    ),
    Rejected(
        "a part of 256 bytes",
        lambda: tgz_of(("etcd/" + "b" * 256, b"")),
        UNSAFE,
        "A part of the name is longer than 255 bytes. Give it a shorter name.",
        "etcd/" + "b" * 250,
    ),
    Rejected(
        "two members of one name in a tgz, of which Helm takes the last",
        lambda: tgz(record(b"etcd/Chart.yaml", CHART), record(b"etcd/Chart.yaml", VALUES)),
        UNSAFE,
        TWICE,
        "etcd/Chart.yaml",
    ),
    Rejected(
        "two members of one name in a zip",
        lambda: forge(Forged(b"etcd/a"), Forged(b"etcd/a")),
        UNSAFE,
        TWICE,
        "etcd/a",
    ),
    Rejected(
        "names that differ in case",
        lambda: zip_of(("etcd/Chart.yaml", b""), ("etcd/chart.yaml", b"")),
        UNSAFE,
        twin("etcd/Chart.yaml"),
        "etcd/chart.yaml",
    ),
    Rejected(
        "folders that differ in case",
        lambda: zip_of(("etcd/a", b""), ("ETCD/b", b"")),
        UNSAFE,
        twin("etcd"),
        "ETCD",
    ),
    Rejected(
        "names that differ in how an accent is written",
        lambda: zip_of(("é", b""), ("e\u0301", b"")),
        UNSAFE,
        twin("é"),
        "e\u0301",
    ),
    Rejected(
        "a file that becomes a folder",
        lambda: tgz_of(("etcd/a", b""), ("etcd/a/b", b"")),
        UNSAFE,
        FILE_AND_FOLDER,
        "etcd/a",
    ),
    Rejected(
        "a folder that becomes a file",
        lambda: tgz_of(("etcd/a/b", b""), ("etcd/a", b"")),
        UNSAFE,
        FILE_AND_FOLDER,
        "etcd/a",
    ),
    # What is neither file nor folder.
    Rejected(
        "a symlink in a tgz", lambda: tgz(record(b"etcd/a", kind=b"2")), UNSAFE, TAR_LINK, "etcd/a"
    ),
    Rejected(
        "a hard link in a tgz",
        lambda: tgz(record(b"etcd/a", kind=b"1")),
        UNSAFE,
        TAR_LINK,
        "etcd/a",
    ),
    Rejected(
        "a symlink in a zip",
        lambda: forge(Forged(b"etcd/a", b"/etc/hostname", _zip_mode(stat.S_IFLNK | 0o777))),
        UNSAFE,
        ZIP_LINK,
        "etcd/a",
    ),
    *(
        Rejected(
            f"a tar member of type {kind.decode()}",
            lambda kind=kind: tgz(record(b"etcd/a", kind=kind)),  # type: ignore[misc]
            UNSAFE,
            DEVICE,
            "etcd/a",
        )
        for kind in (b"3", b"4", b"6")
    ),
    Rejected(
        "a FIFO in a zip",
        lambda: forge(Forged(b"etcd/a", b"", _zip_mode(stat.S_IFIFO | 0o644))),
        UNSAFE,
        DEVICE,
        "etcd/a",
    ),
    Rejected(
        "a member of a type nobody knows",
        lambda: tgz(record(b"etcd/a", kind=b"Z")),
        UNSAFE,
        "The member is of the unusual type “Z”. Pack again with plain files.",
        "etcd/a",
    ),
    Rejected(
        "a sparse file of GNU tar",
        lambda: tgz(record(b"etcd/a", kind=b"S")),
        UNSAFE,
        SPARSE,
        "etcd/a",
    ),
    Rejected(
        "a sparse file in a pax header",
        lambda: tgz(record(b"pax", pax(GNU_sparse_major="1"), b"x"), record(b"etcd/a")),
        UNSAFE,
        SPARSE,
    ),
    Rejected(
        "a setuid file",
        lambda: tgz(record(b"etcd/a", mode=b"0004755\0")),
        UNSAFE,
        SPECIAL_BITS,
        "etcd/a",
    ),
    Rejected(
        "a sticky folder",
        lambda: forge(Forged(b"etcd/", b"", _zip_mode(stat.S_IFDIR | 0o1777))),
        UNSAFE,
        SPECIAL_BITS,
        "etcd/",
    ),
    Rejected(
        "a folder with content",
        lambda: tgz(record(b"etcd/", b"content", b"5")),
        UNSAFE,
        HALF_TAR,
        "etcd/",
    ),
    Rejected(
        "a file with a slash at its end",
        lambda: tgz(record(b"etcd/", b"content")),
        UNSAFE,
        HALF_TAR,
        "etcd/",
    ),
    Rejected(
        "a folder with content in a zip",
        lambda: forge(Forged(b"etcd/")),
        UNSAFE,
        HALF_ZIP,
        "etcd/",
    ),
    Rejected(
        "a folder that has no slash",
        lambda: forge(Forged(b"etcd", b"", _zip_mode(stat.S_IFDIR | 0o755))),
        UNSAFE,
        HALF_ZIP,
        "etcd",
    ),
    Rejected(
        "a name for all members at once",
        lambda: tgz(record(b"pax", pax(path="etcd/a"), b"g"), record(b"etcd/b")),
        UNSAFE,
        GLOBAL,
    ),
    # Two readings of one archive.
    Rejected(
        "a header with another name",
        lambda: forge(Forged(b"etcd/a", header={"name": b"etcd/b"})),
        UNSAFE,
        DIFFERENT_HEADER,
        "etcd/a",
    ),
    Rejected(
        "a header with another size",
        lambda: forge(Forged(b"etcd/a", header={"size": 1})),
        UNSAFE,
        DIFFERENT_HEADER,
        "etcd/a",
    ),
    *(
        Rejected(
            f"a header with another {field_}, before a data descriptor",
            lambda field_=field_, value=value: before_descriptor(**{field_: value}),  # type: ignore[misc]
            UNSAFE,
            DIFFERENT_HEADER,
            "etcd/a",
        )
        for field_, value in (
            ("crc", 1),
            ("packed", 1),
            ("size", 1),
            ("name", b"etcd/b"),
            ("method", zip_format.STORED),
        )
    ),
    Rejected(
        "a header that has UTF-8 where the table has none",
        lambda: forge(Forged("etcd/é".encode(), header={"flags": zip_format.UTF8_NAME})),
        UNSAFE,
        DIFFERENT_HEADER,
        "etcd/é",
    ),
    Rejected(
        "a table that has UTF-8 where the header has none",
        lambda: forge(
            Forged("etcd/é".encode(), table={"flags": zip_format.UTF8_NAME}, header={"flags": 0})
        ),
        UNSAFE,
        DIFFERENT_HEADER,
        "etcd/é",
    ),
    Rejected(
        "a data descriptor that only the header announces",
        lambda: forge(Forged(b"etcd/a", header={"flags": zip_format.DESCRIPTOR_FOLLOWS})),
        UNSAFE,
        DIFFERENT_HEADER,
        "etcd/a",
    ),
    Rejected(
        "a header with another compression",
        lambda: forge(Forged(b"etcd/a", header={"method": zip_format.STORED})),
        UNSAFE,
        DIFFERENT_HEADER,
        "etcd/a",
    ),
    Rejected(
        "a member with two sizes",
        lambda: forge(Forged(b"etcd/a", table={"method": zip_format.STORED})),
        UNSAFE,
        SIZES,
        "etcd/a",
    ),
    Rejected(
        "Deflate64",
        lambda: forge(Forged(b"etcd/a", table={"method": 9})),
        UNSAFE,
        method("Deflate64"),
        "etcd/a",
    ),
    Rejected(
        "a compression nobody knows",
        lambda: forge(Forged(b"etcd/a", table={"method": 77})),
        UNSAFE,
        method("77"),
        "etcd/a",
    ),
    Rejected(
        "a zip of the future",
        lambda: forge(Forged(b"etcd/a", table={"needed": 64})),
        UNSAFE,
        "The member asks for version 6.4 of the zip format, which no reader has. "
        "Pack it again with an ordinary zip tool.",
        "etcd/a",
    ),
    # Bombs.
    Rejected("500 members over one", _many_over_one, UNSAFE, SHARED_BYTES, "a"),
    Rejected(
        "a member that reaches into the table",
        lambda: forge(Forged(b"etcd/a", table={"packed": 99})),
        UNSAFE,
        SHARED_BYTES,
        "etcd/a",
    ),
    Rejected(
        "a zip that grows a thousandfold",
        lambda: zip_of(("etcd/a", bytes(2 * MIB))),
        UNSAFE,
        GROWS,
        "etcd/a",
    ),
    Rejected(
        "a tgz that grows a thousandfold", lambda: tgz_of(("etcd/a", bytes(2 * MIB))), UNSAFE, GROWS
    ),
    Rejected(
        "a member that declares less than it holds",
        lambda: forge(Forged(b"etcd/a", bytes(2 * MIB), {"size": 5})),
        UNSAFE,
        "The member unpacks to more than the 5 B it declares. "
        "Pack it again with an ordinary zip tool.",
        "etcd/a",
    ),
    Rejected(
        "a file larger than Helm takes",
        lambda: zip_of(("etcd/a", bytes(5 * MIB + 1)), method=0),
        UNSAFE,
        "The file has 5.1 MiB; Helm and the portal read at most 5 MiB a file. "
        "Remove it or make it smaller.",
        "etcd/a",
    ),
    Rejected(
        "a file of gigabytes in a tgz of bytes",
        lambda: tgz(record(b"etcd/a", size=b"\x80" + bytes(3) + b"\xff" * 8)),
        UNSAFE,
        "The file has 17179869184 GiB; Helm and the portal read at most 5 MiB a file. "
        "Remove it or make it smaller.",
        "etcd/a",
    ),
    Rejected(
        "files that are too much together",
        lambda: tgz_of(("etcd/a", bytes(600)), ("etcd/b", bytes(600))),
        UNSAFE,
        "The files to be examined unpack to more than 1 KiB in all. "
        "Remove what the service does not need.",
        "etcd/b",
        Limits(chart_bytes=1024),
    ),
    Rejected(
        "too many members in a zip",
        lambda: zip_of(("a", b""), ("b", b""), ("c", b"")),
        UNSAFE,
        "The archive has more than 2 members. Remove what the service does not need.",
        None,
        Limits(members=2),
    ),
    Rejected(
        "too many members in a tgz",
        lambda: tgz_of(("a", b""), ("b", b""), ("c", b"")),
        UNSAFE,
        "The archive has more than 2 members. Remove what the service does not need.",
        None,
        Limits(members=2),
    ),
    Rejected(
        "a zip that is all table",
        lambda: forge(Forged(b"etcd/a", table={"comment": b"c" * 2000})),
        UNSAFE,
        "The zip's table of contents has 2.1 KiB. Pack it again without comments and extra data.",
        None,
        Limits(chart_bytes=1000),
    ),
)
