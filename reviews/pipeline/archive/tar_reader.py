"""One forward reader of tar headers, extended headers and contents, for every kind of tar.

Understood are POSIX ustar and pax, GNU long names, sizes in binary and the format of 1979
(POSIX.1-2017 pax, "ustar interchange format" and "pax header block"; GNU tar manual, "Basic Tar
Format"). What a member may be, and which header goes before which, its users decide:
``tar_archive`` for charts, ``image_archives.tar_members`` for saved images.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ..core.policy import MIB

BLOCK = 512
FILE, OLD_FILE, FOLDER, OLD_SPARSE = b"0", b"\0", b"5", b"S"
PAX, PAX_GLOBAL, LONG_NAME, LONG_LINK = b"x", b"g", b"L", b"K"
EXTENSIONS = frozenset({PAX, PAX_GLOBAL, LONG_NAME, LONG_LINK})

_LONGEST_EXTENSION = 1 * MIB  # as Go's archive/tar, and so Helm, has it
_MODE, _SIZE, _CHECKSUM = slice(100, 108), slice(124, 136), slice(148, 156)
_OCTAL = re.compile(rb"[0-7]*")
_RECORD = re.compile(rb"([1-9][0-9]{0,6}) ([^=\n]+)=")
_DECIMAL = re.compile(rb"[0-9]{1,19}")


class TarFault(Enum):
    """What is wrong with the bytes of a tar."""

    CUT_OFF = auto()
    """The stream ends inside a header, a content or its padding."""
    ONLY_ZEROS = auto()
    """The stream is shorter than one block and has no byte but zeros."""
    NO_HEADER = auto()
    """A block is not zero, and its checksum is not that of a header."""
    LONG_EXTENSION = auto()
    """An extended header is longer than 1 MiB."""
    MALFORMED = auto()
    """A number or an extended header does not follow its grammar."""


class TarError(Exception):
    """The tar is broken at byte ``at`` (0 where the place does not matter) as ``fault`` says."""

    def __init__(self, fault: TarFault, at: int = 0) -> None:
        super().__init__(f"{fault.name} at byte {at}")
        self.fault = fault
        self.at = at


@dataclass(frozen=True, slots=True)
class TarHeader:
    """One header block. ``name`` has ustar's prefix before it; ``size`` is in bytes.

    No extended header is applied. ``link`` is what a link points to, else empty.
    """

    block: bytes
    kind: bytes
    name: bytes
    link: bytes
    size: int

    @property
    def mode(self) -> int:
        """The mode bits. Raises ``TarError`` where they are no number."""
        return _number(self.block[_MODE])

    @property
    def has_stray_bytes(self) -> bool:
        """Whether other bytes follow the NUL that ends mode, size or checksum.

        Readers that stop at the NUL and readers that strip the field see different numbers.
        """
        fields = (self.block[_MODE], self.block[_SIZE], self.block[_CHECKSUM])
        return any(
            field.partition(b"\0")[2].strip(b" \0") for field in fields if not field[0] & 0x80
        )


class TarReader:
    """The blocks of the tar that ``chunks`` (none of them empty) make up, read forward only.

    ``at`` is how many bytes were read, ``is_closed`` whether the mark of the end was seen.
    ``jump``, where there is one, passes over up to so many bytes of the chunks to come without
    reading them, and returns how many.
    """

    def __init__(self, chunks: Iterator[bytes], jump: Callable[[int], int] | None = None) -> None:
        self._chunks = chunks
        self._jump = jump
        self._view = memoryview(b"")
        self.at = 0
        self.is_closed = False

    def next_header(self) -> TarHeader | None:
        """The header that begins here, None at the end of the tar. Raises ``TarError``."""
        at = self.at
        block = b"".join(self._take(BLOCK))
        if not block:
            return None
        is_zero = not block.strip(b"\0")
        if len(block) < BLOCK:
            raise TarError(TarFault.CUT_OFF if at or not is_zero else TarFault.ONLY_ZEROS, at)
        if is_zero:
            self.is_closed = True
            return None
        if not _has_right_checksum(block):
            raise TarError(TarFault.NO_HEADER, at)
        return _parsed(block)

    def block(self) -> bytes:
        """The next block as it is. Raises ``TarError`` when the tar ends before."""
        return b"".join(self.content(BLOCK))

    def extension(self, header: TarHeader) -> bytes:
        """The body of an extended header, its padding passed over. Raises ``TarError``."""
        if header.size > _LONGEST_EXTENSION:
            raise TarError(TarFault.LONG_EXTENSION, self.at)
        body = b"".join(self.content(header.size))
        self.skip(padding(header.size))
        return body

    def content(self, size: int) -> Iterator[memoryview]:
        """Exactly ``size`` bytes in pieces; raises ``TarError`` after the last where some lack."""
        start = self.at
        yield from self._take(size)
        if self.at - start < size:
            raise TarError(TarFault.CUT_OFF, self.at)

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes. Raises ``TarError`` when there are fewer."""
        if self._jump is None:
            for _piece in self.content(size):
                pass
            return
        at_hand = min(size, len(self._view))
        self._view = self._view[at_hand:]
        passed = at_hand + (self._jump(size - at_hand) if size > at_hand else 0)
        self.at += passed
        if passed < size:
            raise TarError(TarFault.CUT_OFF, self.at)

    def rest(self) -> Iterator[bytes | memoryview]:
        """All chunks not read yet."""
        view, self._view = self._view, memoryview(b"")
        if view:
            yield view
        yield from self._chunks

    def _take(self, count: int) -> Iterator[memoryview]:
        while count > 0:
            if not self._view:
                self._view = memoryview(next(self._chunks, b""))
                if not self._view:
                    return
            piece, self._view = self._view[:count], self._view[count:]
            count -= len(piece)
            self.at += len(piece)
            yield piece


def padding(size: int) -> int:
    """How many bytes fill the last block of a content of ``size`` bytes."""
    return -size % BLOCK


def pax_records(body: bytes) -> dict[bytes, bytes]:
    """The records ``length keyword=value`` of an extended header; the last of a keyword holds.

    Raises ``TarError`` when a record does not end where it says.
    """
    records = {}
    position = 0
    while position < len(body):
        match = _RECORD.match(body, position)
        end = position + int(match[1]) if match else 0
        if not match or not match.end() < end <= len(body) or body[end - 1 : end] != b"\n":
            raise TarError(TarFault.MALFORMED)
        records[match[2]] = body[match.end() : end - 1]
        position = end
    return records


def pax_size(records: dict[bytes, bytes]) -> int | None:
    """The size in bytes that pax records give, or None. Raises ``TarError`` for no number."""
    value = records.get(b"size")
    if value is None:
        return None
    if not _DECIMAL.fullmatch(value):
        raise TarError(TarFault.MALFORMED)
    return int(value)


def is_sparse(records: dict[bytes, bytes]) -> bool:
    """Whether pax records describe a file that GNU tar stored without its holes."""
    return any(keyword.startswith(b"GNU.sparse") for keyword in records)


def until_nul(field: bytes) -> bytes:
    """A text field without the NUL that ends it and what follows."""
    return field.split(b"\0")[0]


def _parsed(block: bytes) -> TarHeader:
    name, prefix = until_nul(block[:100]), until_nul(block[345:500])
    if prefix and block[257:263] == b"ustar\0":
        name = prefix + b"/" + name
    link = until_nul(block[157:257])
    return TarHeader(block, block[156:157], name, link, _number(block[_SIZE]))


def _has_right_checksum(block: bytes) -> bool:
    """Whether the checksum is right, also as machines with signed characters counted it."""
    counted = block[:148] + b" " * 8 + block[156:]
    try:
        checksum = _number(block[_CHECKSUM])
    except TarError:
        return False
    return checksum in {sum(counted), sum(struct.unpack(f"{BLOCK}b", counted))}


def _number(field: bytes) -> int:
    """A number in octal digits, or in GNU's binary form when the first bit is set."""
    if field[0] & 0x80:
        if field[0] != 0x80:
            raise TarError(TarFault.MALFORMED)
        return int.from_bytes(field[1:], "big")
    digits = until_nul(field).strip(b" ")
    if not _OCTAL.fullmatch(digits):
        raise TarError(TarFault.MALFORMED)
    return int(digits or b"0", 8)
