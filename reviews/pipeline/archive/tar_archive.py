"""A tar, read forward only and more strictly than Helm's own reader.

Understood are POSIX ustar and pax, GNU long names and the format of 1979 (POSIX.1-2017 pax,
"ustar interchange format" and "pax header block"; GNU tar manual, "Basic Tar Format"). Only
plain files and folders are taken.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..core.messages import _
from ..core.policy import MIB, Limits
from ..core.refusal import PackageRefused
from .bounds import Tally
from .members import Member
from .naming import Names, decode_name, normalise, permissions
from .refusals import damaged, unsafe
from .tar_format import pax_records

_BLOCK = 512
_LONGEST_EXTENSION = 1 * MIB  # as Go's archive/tar, and so Helm, has it
_FILE, _OLD_FILE, _FOLDER = b"0", b"\0", b"5"
_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK = b"x", b"g", b"L", b"K"
_OCTAL = re.compile(rb"[0-7]*")

_LINK_WORDS = _(
    "The member is a link, which could point outside the package. "
    "Put a copy of the file in its place (tar --dereference) and pack again."
)
_DEVICE_WORDS = _("The member is a device or a pipe, not a file. Remove it and pack again.")
_SPARSE_WORDS = _(
    "The file is stored sparsely, which readers unpack differently. "
    "Pack again without the option --sparse."
)
_REFUSED_TYPES = {
    b"1": _LINK_WORDS,
    b"2": _LINK_WORDS,
    b"3": _DEVICE_WORDS,
    b"4": _DEVICE_WORDS,
    b"6": _DEVICE_WORDS,
    b"S": _SPARSE_WORDS,
}


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    mode: int
    size: int
    kind: bytes


@dataclass(slots=True)
class _Extension:
    """What extended headers say about the member that follows them."""

    name: bytes | None = None
    size: int | None = None
    kinds: bytes = b""


class _Stream:
    """Chunks of bytes, read by count."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._chunk = b""
        self._at = 0

    def take(self, count: int) -> Iterator[bytes]:
        """The next ``count`` bytes in pieces; fewer only at the end of the stream."""
        while count > 0:
            if self._at == len(self._chunk):
                self._chunk, self._at = next(self._chunks, b""), 0
                if not self._chunk:
                    return
            piece = self._chunk[self._at : self._at + count]
            self._at += len(piece)
            count -= len(piece)
            yield piece

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer only at the end of the stream."""
        return b"".join(self.take(count))

    def rest(self) -> Iterator[bytes]:
        """Everything not read yet."""
        yield self._chunk[self._at :]
        yield from self._chunks


def read_tar(
    chunks: Iterator[bytes], limits: Limits, wanted: Callable[[str], bool]
) -> Iterator[Member]:
    """The members of the tar that ``chunks`` (none of them empty) make up, in stored order.

    Raises ``PackageRefused`` for what is damaged or unsafe, with the member's name in ``file``.
    """
    stream, names, tally = _Stream(chunks), Names(), Tally(limits)
    while (header := _next_member(stream, tally)) is not None:
        stored = decode_name(header.name)
        is_folder = _is_folder(header, stored)
        name = normalise(stored)
        tally.add_member()
        if not name:  # the root itself, as "tar -c ." writes it
            continue
        names.add(name, is_folder=is_folder)
        mode = permissions(stored, header.mode)
        content = None
        if is_folder or not wanted(name):
            _skip(stream, header.size, name)
        else:
            tally.check_file(name, header.size)
            tally.hold(name, header.size)
            content = _content(stream, header.size, name)
        yield Member(name, is_folder, header.size, mode, content, stored.startswith("./"))
    if any(chunk.strip(b"\0") for chunk in stream.rest()):
        raise damaged(
            _(
                "There are other bytes behind the end of the tar, which some readers take for "
                "members. Pack it again."
            )
        )


def _next_member(stream: _Stream, tally: Tally) -> _Header | None:
    """The next file or folder with its extended headers applied; None at the end."""
    extension = _Extension()
    announced = False
    while True:
        block = stream.read(_BLOCK)
        if not block.strip(b"\0") and len(block) in {0, _BLOCK}:
            if announced:
                raise _cut_off()
            return None
        header = _parse_header(block)
        announced = True
        if header.kind == _PAX_GLOBAL and not extension.kinds:
            tally.add_member()
            _refuse_global_overrides(_extension_body(stream, header))
        elif header.kind in {_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK}:
            _extend(extension, header.kind, _extension_body(stream, header))
        else:
            return _Header(
                header.name if extension.name is None else extension.name,
                header.mode,
                header.size if extension.size is None else extension.size,
                header.kind,
            )


def _parse_header(block: bytes) -> _Header:
    if len(block) < _BLOCK:
        raise _cut_off()
    checksum = _number(block[148:156])
    counted = block[:148] + b" " * 8 + block[156:]
    if checksum not in {sum(counted), _signed_sum(counted)}:
        raise _malformed()
    name = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0]
    if prefix and block[257:263] == b"ustar\0":
        name = prefix + b"/" + name
    return _Header(name, _number(block[100:108]), _number(block[124:136]), block[156:157])


def _signed_sum(block: bytes) -> int:
    """The checksum as old tars on machines with signed characters counted it."""
    return sum(struct.unpack(f"{len(block)}b", block))


def _number(field: bytes) -> int:
    """A number in octal digits, or in GNU's binary form when the first bit is set."""
    if field[0] & 0x80:
        if field[0] != 0x80:
            raise _malformed()
        return int.from_bytes(field[1:], "big")
    digits = field.rstrip(b" \0").lstrip(b" ")
    if not _OCTAL.fullmatch(digits):
        raise _malformed()
    return int(digits or b"0", 8)


def _extension_body(stream: _Stream, header: _Header) -> bytes:
    if header.size > _LONGEST_EXTENSION:
        raise _malformed()
    return _content(stream, header.size, None)


def _extend(extension: _Extension, kind: bytes, body: bytes) -> None:
    # Headers that contradict each other are resolved in one way by Python, in another by Go.
    mixed = _PAX in extension.kinds + kind and extension.kinds
    if mixed or kind == _PAX_GLOBAL or kind in extension.kinds:
        raise _malformed()
    extension.kinds += kind
    if kind == _LONG_NAME:
        extension.name = body.split(b"\0")[0]
    elif kind == _PAX:
        records = _pax_records(body)
        if any(keyword.startswith(b"GNU.sparse") for keyword in records):
            raise unsafe(_SPARSE_WORDS)
        extension.name = records.get(b"path")
        if b"size" in records:
            extension.size = _pax_size(records[b"size"])


def _pax_records(body: bytes) -> dict[bytes, bytes]:
    try:
        return pax_records(body)
    except ValueError:
        raise _malformed() from None


def _pax_size(value: bytes) -> int:
    if not re.fullmatch(rb"[0-9]{1,19}", value):
        raise _malformed()
    return int(value)


def _refuse_global_overrides(body: bytes) -> None:
    """Python applies a global path or size to what follows, Go does not: refuse the doubt."""
    if any(
        keyword in {b"path", b"size", b"linkpath"} or keyword.startswith(b"GNU.sparse")
        for keyword in _pax_records(body)
    ):
        raise unsafe(
            _(
                "The tar gives a name or size to all its members at once, which readers "
                "understand differently. Pack it again with an ordinary tar."
            )
        )


def _is_folder(header: _Header, stored: str) -> bool:
    """Whether the member is a folder; refuses what is neither folder nor plain file."""
    if header.kind in _REFUSED_TYPES:
        raise unsafe(_REFUSED_TYPES[header.kind], stored)
    if header.kind not in {_FILE, _OLD_FILE, _FOLDER}:
        raise unsafe(
            _(
                "The member is of the unusual type “%(type)s”. Pack again with plain files.",
                type=header.kind.decode("ascii", "backslashreplace"),
            ),
            stored,
        )
    is_folder = header.kind == _FOLDER or (header.kind == _OLD_FILE and stored.endswith("/"))
    if header.size if is_folder else stored in {"", "."} or stored.endswith("/"):
        raise unsafe(
            _("The member is half a file and half a folder. Pack again with an ordinary tar."),
            stored,
        )
    return is_folder


def _content(stream: _Stream, size: int, name: str | None) -> bytes:
    content = stream.read(size)
    padding = stream.read(-size % _BLOCK)
    if len(content) + len(padding) < size + -size % _BLOCK:
        raise _cut_off(name)
    return content


def _skip(stream: _Stream, size: int, name: str) -> None:
    stored = size + -size % _BLOCK
    if sum(len(piece) for piece in stream.take(stored)) < stored:
        raise _cut_off(name)


def _cut_off(name: str | None = None) -> PackageRefused:
    return damaged(_("The tar is cut off. Pack and upload it again."), name)


def _malformed() -> PackageRefused:
    return damaged(
        _("The tar has a malformed header. Pack it with an ordinary tar and upload it again.")
    )
