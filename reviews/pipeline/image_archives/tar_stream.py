"""The members of a tar as it streams by, read as container tools read it.

More is taken here than where a chart is unpacked: layers that several images share are links, and
nothing is ever written to a disk. Understood are ustar, pax, GNU long names and sizes in binary
(POSIX.1-2017 pax, "ustar interchange format"; GNU tar manual, "Basic Tar Format").
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ..archive.tar_format import pax_records
from ..core.messages import _
from ..core.policy import MIB
from .errors import Spoiled
from .model import Flaw

_BLOCK = 512
_LONGEST_EXTENSION = 1 * MIB  # as Go's archive/tar has it
_LONGEST_NAME = 4096
_FILES = frozenset(b"07\0")
_LINKS = frozenset(b"12")
_SYMBOLIC, _FOLDER, _OLD_FILE, _OLD_SPARSE = ord("2"), ord("5"), 0, ord("S")
_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK = ord("x"), ord("g"), ord("L"), ord("K")
_WITHOUT_DATA = frozenset(b"123456")


class Stream:
    """Pieces of bytes, read by count. ``at`` is how many were taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._view = memoryview(b"")
        self.at = 0

    def take(self, count: int) -> Iterator[memoryview]:
        """The next ``count`` bytes in pieces; fewer only at the end of the stream."""
        while count > 0:
            if not self._view:
                self._view = memoryview(next(self._pieces, b""))
                if not self._view:
                    return
            piece, self._view = self._view[:count], self._view[count:]
            count -= len(piece)
            self.at += len(piece)
            yield piece

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer only at the end of the stream."""
        return b"".join(self.take(count))

    def drain(self) -> None:
        """Pass over all that is left."""
        self._view = memoryview(b"")
        for _piece in self._pieces:
            pass


@dataclass(frozen=True, slots=True)
class TarMember:
    """A member's header. ``link`` is what a link points to, None for what is no link.

    ``size`` is how many bytes of it lie in the tar; of a ``sparse`` file that is not all.
    ``is_file`` is False for folders, links and devices.
    """

    name: str
    size: int
    is_file: bool
    link: str | None = None
    is_symbolic: bool = False
    sparse: bool = False


class TarStream:
    """The members that ``stream`` makes up, at most ``most`` of them.

    ``is_closed`` is known at the end: whether the tar had its end mark.
    """

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most
        self.is_closed = False

    def members(self) -> Iterator[tuple[TarMember, Iterator[memoryview]]]:
        """Each member with its content, which is passed over where nobody takes it.

        Raises ``Spoiled``.
        """
        count = 0
        while (member := self._next()) is not None:
            count += 1
            if count > self._most:
                raise Spoiled(
                    Flaw.FOREIGN,
                    _(
                        "It has more than %(most)d members, which no image archive needs. Save"
                        " fewer images into one archive.",
                        most=self._most,
                    ),
                )
            start = self._stream.at
            yield member, self._content(member)
            self._pass(start + member.size + -member.size % _BLOCK - self._stream.at)

    def _content(self, member: TarMember) -> Iterator[memoryview]:
        start = self._stream.at
        yield from self._stream.take(member.size)
        if self._stream.at - start < member.size:
            raise _cut_off()

    def _pass(self, count: int) -> None:
        if sum(len(piece) for piece in self._stream.take(count)) < count:
            raise _cut_off()

    def _next(self) -> TarMember | None:
        """The next member with its extended headers applied; None at the end."""
        extension = _Extension()
        while (block := self._header()) is not None:
            kind = block[156]
            size = _number(block[124:136])
            if kind in {_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK}:
                extension.add(kind, self._extension_body(size))
                continue
            if kind == _OLD_SPARSE:
                self._pass_sparse_map(block)
            return _member(block, extension)
        if extension.used:
            raise _cut_off()
        return None

    def _header(self) -> bytes | None:
        at = self._stream.at
        block = self._stream.read(_BLOCK)
        if not block:
            return None
        if len(block) < _BLOCK and at:
            raise _cut_off()
        if not block.strip(b"\0"):
            self.is_closed = True
            return None
        if len(block) < _BLOCK or not _is_header(block):
            raise _no_tar() if not at else _damaged_header(at)
        return block

    def _extension_body(self, size: int) -> bytes:
        if size > _LONGEST_EXTENSION:
            raise _damaged_header(self._stream.at)
        body = self._stream.read(size)
        self._pass(-size % _BLOCK)
        if len(body) < size:
            raise _cut_off()
        return body

    def _pass_sparse_map(self, block: bytes) -> None:
        """GNU's old form puts more blocks of its map between header and data."""
        more = block[482]
        while more:
            block = self._stream.read(_BLOCK)
            if len(block) < _BLOCK:
                raise _cut_off()
            more = block[504]


class _Extension:
    """What extended headers say about the member that follows them; pax goes before GNU."""

    def __init__(self) -> None:
        self.used = False
        self._pax: dict[bytes, bytes] = {}
        self._long: dict[bytes, bytes] = {}

    def add(self, kind: int, body: bytes) -> None:
        if kind == _PAX_GLOBAL:  # Go, in which container tools are written, applies it to nothing
            return
        self.used = True
        if kind == _PAX:
            self._pax = _pax_records(body)
        else:
            self._long[b"path" if kind == _LONG_NAME else b"linkpath"] = body.split(b"\0")[0]

    def name(self, short: bytes) -> bytes:
        own = self._pax.get(b"GNU.sparse.name") or self._pax.get(b"path")
        return own or self._long.get(b"path") or short

    def link(self, short: bytes) -> bytes:
        return self._pax.get(b"linkpath") or self._long.get(b"linkpath") or short

    def size(self, short: int) -> int:
        told = self._pax.get(b"size")
        if told is None:
            return short
        if not re.fullmatch(rb"[0-9]{1,19}", told):
            raise _malformed()
        return int(told)

    @property
    def is_sparse(self) -> bool:
        return any(keyword.startswith(b"GNU.sparse") for keyword in self._pax)


def _member(block: bytes, extension: _Extension) -> TarMember:
    kind = block[156]
    short = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0]
    if prefix and block[257:263] == b"ustar\0":
        short = prefix + b"/" + short
    name, link = extension.name(short), extension.link(block[157:257].split(b"\0")[0])
    if max(len(name), len(link)) > _LONGEST_NAME:
        raise _malformed()
    is_folder = kind == _FOLDER or (kind == _OLD_FILE and name.endswith(b"/"))
    return TarMember(
        name=_text(name),
        size=0 if kind in _WITHOUT_DATA else extension.size(_number(block[124:136])),
        is_file=not is_folder and (kind in _FILES or kind == _OLD_SPARSE),
        link=_text(link) if kind in _LINKS else None,
        is_symbolic=kind == _SYMBOLIC,
        sparse=kind == _OLD_SPARSE or extension.is_sparse,
    )


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "backslashreplace")


def _is_header(block: bytes) -> bool:
    """Whether the checksum is right, also as machines with signed characters counted it."""
    counted = block[:148] + b" " * 8 + block[156:]
    try:
        checksum = _number(block[148:156])
    except Spoiled:
        return False
    return checksum in {sum(counted), sum(struct.unpack(f"{_BLOCK}b", counted))}


def _number(field: bytes) -> int:
    """A number in octal digits, or in GNU's binary form when the first bit is set."""
    if field[0] & 0x80:
        if field[0] != 0x80:
            raise _malformed()
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0")[0].strip(b" ")
    if not re.fullmatch(rb"[0-7]*", digits):
        raise _malformed()
    return int(digits or b"0", 8)


def _pax_records(body: bytes) -> dict[bytes, bytes]:
    try:
        return pax_records(body)
    except ValueError:
        raise _malformed() from None


def _no_tar() -> Spoiled:
    return Spoiled(
        Flaw.FOREIGN,
        _(
            "It is no tar. Put a tar in its place that “docker save” or “skopeo copy” writes, or"
            " remove it from images/."
        ),
    )


def _cut_off() -> Spoiled:
    return Spoiled(
        Flaw.CUT_OFF,
        _("The tar ends in the middle of a member. Save the image again and copy it completely."),
    )


def _damaged_header(at: int) -> Spoiled:
    return Spoiled(
        Flaw.DAMAGED,
        _("The header of the tar at byte %(at)d is damaged. Save the image again.", at=at),
    )


def _malformed() -> Spoiled:
    return Spoiled(
        Flaw.DAMAGED,
        _("A header of the tar contradicts itself. Save the image again with an ordinary tool."),
    )
