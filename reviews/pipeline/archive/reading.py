"""Open an upload or an archive inside one, whatever its form."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from ..core.messages import _
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from .bounds import check_upload_size
from .folder import read_folder
from .gunzip import gunzip
from .members import Archive, Form, sniff
from .refusals import damaged, unsafe
from .tar_archive import read_tar
from .zip_archive import member_pieces, read_zip

_HEAD = 512
_PIECE = 1 << 16
# Helm needs one level (a packed sub-chart), a service package three; an archive that
# contains itself has no end.
_DEEPEST_NESTING = 8
_TAR_BYTES_PER_MEMBER = 4096  # a header, an extended header with its name, and padding

_FOREIGN_MAGIC = {
    b"MZ": "a Windows program, perhaps a self-extracting archive",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}


def read_upload(path: Path, limits: Limits, wanted: Callable[[str], bool]) -> Archive:
    """The archive or folder at ``path``: all members listed, those ``wanted`` by name also read.

    Members of a zip that are not wanted are never decompressed. A folder's members bear the
    folder's own name first. Raises ``PackageRefused`` for a package that is unreadable
    (OSC-PKG-001) or unsafe (OSC-PKG-013), and ``OSError`` when ``path`` cannot be opened.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return Archive(Form.DIRECTORY, "", tuple(read_folder(path, limits, wanted)))
    if not stat.S_ISREG(mode):
        raise damaged(
            _("This is neither a file nor a folder. Give a zip, a tgz or the package's folder.")
        )
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        check_upload_size(size, limits)
        return _read(file, size, "", limits, wanted, most=limits.upload_bytes)


def read_member(
    path: Path, name: str, size: int, limits: Limits, wanted: Callable[[str], bool]
) -> Archive:
    """The archive that is the member ``name`` of the zip at ``path``, of ``size`` bytes.

    A tgz or tar is read as it comes out of the zip, and never held as a whole. Raises like
    ``read_inner``.
    """
    where, most = f"{name}!/", _most(limits)
    with path.open("rb") as file:
        pieces = member_pieces(file, os.fstat(file.fileno()).st_size, limits, name) or iter(())
        head = next(pieces, b"")
        pieces = chain([head] if head else [], pieces)
        form = sniff(head[:_HEAD])
        if form not in {Form.TGZ, Form.TAR}:
            return read_inner(b"".join(pieces), where, limits, wanted)
        if form is Form.TGZ:
            pieces = gunzip(pieces, size, limits.ratio, most)
        with _refused_inside(where):
            return Archive(form, where, tuple(read_tar(pieces, limits, wanted)))


def read_inner(
    content: bytes, where: str, limits: Limits, wanted: Callable[[str], bool] = lambda _name: True
) -> Archive:
    """An archive inside another: all members listed, those ``wanted`` by name also read.

    ``where`` is the address prefix of its members and ends in ``!/``. Raises ``PackageRefused``
    with the address of the culprit, as ``read_upload``.
    """
    with _refused_inside(where):
        if where.count("!/") > _DEEPEST_NESTING:
            raise unsafe(
                _(
                    "Archives lie inside archives more than %(most)d levels deep. "
                    "Pack the package with fewer levels.",
                    most=_DEEPEST_NESTING,
                )
            )
        return _read(BytesIO(content), len(content), where, limits, wanted, most=_most(limits))


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file at ``path`` in lower-case hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _refused_inside(where: str) -> Iterator[None]:
    """Add ``where`` to the address of the culprit."""
    try:
        yield
    except PackageRefused as refused:
        file = where + refused.file if refused.file else where.removesuffix("!/")
        raise PackageRefused(refused.code, refused.words, file) from None


def _most(limits: Limits) -> int:
    """How many bytes a compressed tar inside another archive may unpack to."""
    return limits.chart_bytes + limits.members * _TAR_BYTES_PER_MEMBER


def _read(
    file: BinaryIO,
    size: int,
    where: str,
    limits: Limits,
    wanted: Callable[[str], bool],
    *,
    most: int,
) -> Archive:
    """``most`` is how many bytes a compressed tar may unpack to."""
    head = file.read(_HEAD)
    form = sniff(head)
    file.seek(0)
    if form is None:
        raise _not_an_archive(head)
    if form is Form.ZIP:
        return Archive(form, where, tuple(read_zip(file, size, limits, wanted)))
    chunks = iter(lambda: file.read(_PIECE), b"")
    if form is Form.TGZ:
        chunks = gunzip(chunks, size, limits.ratio, most)
    return Archive(form, where, tuple(read_tar(chunks, limits, wanted)))


def _not_an_archive(head: bytes) -> PackageRefused:
    if not head:
        return damaged(_("The file is empty. Upload the package again."))
    for magic, kind in _FOREIGN_MAGIC.items():
        if head.startswith(magic):
            return damaged(
                _(
                    "The content is neither zip, tgz nor tar: it is %(kind)s. Pack it as a zip.",
                    kind=kind,
                )
            )
    return damaged(
        _(
            "The content is neither zip, tgz nor tar. Check that the right file was uploaded "
            "and that nothing comes before the archive, then pack it again as a zip."
        )
    )
