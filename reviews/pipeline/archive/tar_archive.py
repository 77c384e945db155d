"""A tar with a chart or a package, read forward only and more strictly than Helm's own reader.

Only plain files and folders are taken, and headers that contradict each other are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..core.messages import _
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from . import tar_reader
from .bounds import Tally
from .members import Member
from .naming import Names, decode_name, normalise, permissions
from .refusals import damaged, unsafe
from .tar_reader import TarError, TarFault, TarHeader, TarReader

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
    tar_reader.OLD_SPARSE: _SPARSE_WORDS,
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file or folder with its extended headers applied."""

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


def read_tar(
    chunks: Iterator[bytes], limits: Limits, wanted: Callable[[str], bool]
) -> Iterator[Member]:
    """The members of the tar that ``chunks`` (none of them empty) make up, in stored order.

    The content of those ``wanted`` by name is read. Raises ``PackageRefused`` for what is damaged
    or unsafe, with the member's name in ``file``.
    """
    reader = TarReader(chunks)
    try:
        yield from _members(reader, limits, wanted)
    except TarError as error:
        raise _refusal(error) from None
    if any(bytes(chunk).strip(b"\0") for chunk in reader.rest()):
        raise damaged(
            _(
                "There are other bytes behind the end of the tar, which some readers take for "
                "members. Pack it again."
            )
        )


def _members(reader: TarReader, limits: Limits, wanted: Callable[[str], bool]) -> Iterator[Member]:
    names, tally = Names(), Tally(limits)
    while (entry := _next_entry(reader, tally)) is not None:
        stored = decode_name(entry.name)
        is_folder = _is_folder(entry, stored)
        name = normalise(stored)
        tally.add_member()
        if not name:  # the root itself, as "tar -c ." writes it
            continue
        names.add(name, is_folder=is_folder)
        mode = permissions(stored, entry.mode)
        content = None
        if is_folder or not wanted(name):
            _skip(reader, entry.size, name)
        else:
            tally.check_file(name, entry.size)
            tally.hold(name, entry.size)
            content = _content(reader, entry.size, name)
        yield Member(name, is_folder, entry.size, mode, content, stored.startswith("./"))


def _next_entry(reader: TarReader, tally: Tally) -> _Entry | None:
    """The next file or folder with its extended headers applied; None at the end."""
    extension = _Extension()
    announced = False
    while (header := reader.next_header()) is not None:
        mode = _checked_mode(header)
        announced = True
        if header.kind == tar_reader.PAX_GLOBAL and not extension.kinds:
            tally.add_member()
            _refuse_global_overrides(reader.extension(header))
        elif header.kind in tar_reader.EXTENSIONS:
            _extend(extension, header.kind, reader.extension(header))
        else:
            return _Entry(
                header.name if extension.name is None else extension.name,
                mode,
                header.size if extension.size is None else extension.size,
                header.kind,
            )
    if announced:
        raise _cut_off()
    return None


def _checked_mode(header: TarHeader) -> int:
    if header.has_stray_bytes:
        raise _malformed()
    return header.mode


def _extend(extension: _Extension, kind: bytes, body: bytes) -> None:
    # Headers that contradict each other are resolved in one way by Python, in another by Go.
    mixed = tar_reader.PAX in extension.kinds + kind and extension.kinds
    if mixed or kind == tar_reader.PAX_GLOBAL or kind in extension.kinds:
        raise _malformed()
    extension.kinds += kind
    if kind == tar_reader.LONG_NAME:
        extension.name = tar_reader.until_nul(body)
    elif kind == tar_reader.PAX:
        records = tar_reader.pax_records(body)
        if tar_reader.is_sparse(records):
            raise unsafe(_SPARSE_WORDS)
        extension.name = records.get(b"path")
        extension.size = tar_reader.pax_size(records)


def _refuse_global_overrides(body: bytes) -> None:
    """Python applies a global path or size to what follows, Go does not: refuse the doubt."""
    records = tar_reader.pax_records(body)
    if tar_reader.is_sparse(records) or not records.keys().isdisjoint(
        {b"path", b"size", b"linkpath"}
    ):
        raise unsafe(
            _(
                "The tar gives a name or size to all its members at once, which readers "
                "understand differently. Pack it again with an ordinary tar."
            )
        )


def _is_folder(entry: _Entry, stored: str) -> bool:
    """Whether the member is a folder; refuses what is neither folder nor plain file."""
    if entry.kind in _REFUSED_TYPES:
        raise unsafe(_REFUSED_TYPES[entry.kind], stored)
    if entry.kind not in {tar_reader.FILE, tar_reader.OLD_FILE, tar_reader.FOLDER}:
        raise unsafe(
            _(
                "The member is of the unusual type “%(type)s”. Pack again with plain files.",
                type=entry.kind.decode("ascii", "backslashreplace"),
            ),
            stored,
        )
    is_folder = entry.kind == tar_reader.FOLDER or (
        entry.kind == tar_reader.OLD_FILE and stored.endswith("/")
    )
    if entry.size if is_folder else stored in {"", "."} or stored.endswith("/"):
        raise unsafe(
            _("The member is half a file and half a folder. Pack again with an ordinary tar."),
            stored,
        )
    return is_folder


def _content(reader: TarReader, size: int, name: str) -> bytes:
    try:
        content = b"".join(reader.content(size))
        reader.skip(tar_reader.padding(size))
    except TarError:
        raise _cut_off(name) from None
    return content


def _skip(reader: TarReader, size: int, name: str) -> None:
    try:
        reader.skip(size + tar_reader.padding(size))
    except TarError:
        raise _cut_off(name) from None


def _refusal(error: TarError) -> PackageRefused:
    is_cut_off = error.fault in {TarFault.CUT_OFF, TarFault.ONLY_ZEROS}
    return _cut_off() if is_cut_off else _malformed()


def _cut_off(name: str | None = None) -> PackageRefused:
    return damaged(_("The tar is cut off. Pack and upload it again."), name)


def _malformed() -> PackageRefused:
    return damaged(
        _("The tar has a malformed header. Pack it with an ordinary tar and upload it again.")
    )
