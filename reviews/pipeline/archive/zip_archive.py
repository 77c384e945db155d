"""The members of a zip: what the table of contents says, and the content of those wanted."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ..core.messages import _
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from .bounds import Tally, check_ratio
from .inflate import InflateError, inflated
from .members import Member
from .naming import Names, decode_name, normalise, permissions
from .refusals import amount, damaged, unsafe
from .zip_format import DEFLATED, Entry
from .zip_table import Packed, read_contents

_CHUNK = 1 << 16


def read_zip(
    file: BinaryIO, size: int, limits: Limits, wanted: Callable[[str], bool]
) -> Iterator[Member]:
    """The members of the zip in ``file``, which has ``size`` bytes, in the order of its table.

    Raises ``PackageRefused`` for what is damaged or unsafe, with the member's name in ``file``.
    """
    names, tally = Names(), Tally(limits)
    for packed in read_contents(file, size, limits.members, limits.chart_bytes).members:
        entry = packed.entry
        stored = decode_name(entry.name)
        is_folder = _is_folder(entry, stored)
        name = normalise(stored)
        if not name:
            continue
        names.add(name, is_folder=is_folder)
        mode = _mode(entry, stored, is_folder=is_folder)
        check_ratio(entry.size, entry.packed, limits.ratio, name)
        content = None if is_folder or not wanted(name) else _content(file, packed, name, tally)
        yield Member(name, is_folder, entry.size, mode, content, stored.startswith("./"))


def member_pieces(file: BinaryIO, size: int, limits: Limits, name: str) -> Iterator[bytes] | None:
    """The content of the file called ``name`` in pieces, None where there is no such file.

    Raises ``PackageRefused`` like ``read_zip``.
    """
    for packed in read_contents(file, size, limits.members, limits.chart_bytes).members:
        stored = decode_name(packed.entry.name)
        if normalise(stored) == name and not stored.endswith("/"):
            return _unpacked(file, packed, name)
    return None


def _is_folder(entry: Entry, stored: str) -> bool:
    kind = stat.S_IFMT(entry.external >> 16)
    if kind == stat.S_IFLNK:
        raise unsafe(
            _(
                "The member is a symbolic link, which could point outside the package. "
                "Put a copy of the file in its place and pack again without the option -y."
            ),
            stored,
        )
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise unsafe(
            _("The member is a device or a pipe, not a file. Remove it and pack again."), stored
        )
    is_folder = stored.endswith("/")
    if entry.size if is_folder else kind == stat.S_IFDIR or stored in {"", "."}:
        raise unsafe(
            _("The member is half a file and half a folder. Pack again with an ordinary zip tool."),
            stored,
        )
    return is_folder


def _mode(entry: Entry, stored: str, *, is_folder: bool) -> int:
    unix = entry.external >> 16
    if not unix:
        return 0o755 if is_folder else 0o644
    return permissions(stored, unix)


def _content(file: BinaryIO, packed: Packed, name: str, tally: Tally) -> bytes:
    tally.hold(name, packed.entry.size)
    chunks = _unpacked(file, packed, name)
    head = next(chunks, b"")
    tally.check_file(name, packed.entry.size, head)
    return b"".join((head, *chunks))


def _unpacked(file: BinaryIO, packed: Packed, name: str) -> Iterator[bytes]:
    """The member's content in pieces, never more than its declared size."""
    entry = packed.entry
    file.seek(packed.data)
    pieces = _pieces(file, entry.packed)
    if entry.method == DEFLATED:
        pieces = _inflated(pieces, name)
    produced, crc = 0, 0
    for piece in pieces:
        produced += len(piece)
        if produced > entry.size:
            raise unsafe(
                _(
                    "The member unpacks to more than the %(size)s it declares. "
                    "Pack it again with an ordinary zip tool.",
                    size=amount(entry.size),
                ),
                name,
            )
        crc = zlib.crc32(piece, crc)
        yield piece
    if produced != entry.size or crc != entry.crc:
        raise _broken_data(name)


def _pieces(file: BinaryIO, count: int) -> Iterator[bytes]:
    while count > 0:
        piece = file.read(min(count, _CHUNK))
        if not piece:
            return
        count -= len(piece)
        yield piece


def _inflated(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    try:
        yield from inflated(pieces, _CHUNK)
    except InflateError:
        raise _broken_data(name) from None


def _broken_data(name: str) -> PackageRefused:
    return damaged(_("The member's content is damaged. Pack and upload the zip again."), name)
