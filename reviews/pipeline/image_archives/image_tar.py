"""One image archive, whatever tool wrote it: its compression, its tar, its lists of images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from ..archive.inflate import GZIP_MAGIC
from ..archive.members import Form, sniff
from ..archive.refusals import printable
from ..core.messages import _
from ..core.policy import Limits
from . import docker_archive, oci_layout
from .compression import gunzipped
from .contents import Contents
from .errors import UnusableArchive
from .hashing import HashingThread
from .listing import Listing, damaged, merged
from .model import ArchiveForm, Flaw, ShippedImage
from .tar_members import TarMembers

_FOREIGN_MAGIC = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\0": "xz",
    b"BZh": "bzip2",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x5d\0\0": "lzma",
    b"PK\x03\x04": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
}
_ROOT_FOLDERS = {"bin", "etc", "usr"}


@dataclass(slots=True)
class ArchiveSummary:
    """What could be read of an archive; ``unpacked`` is how many bytes were looked at."""

    form: ArchiveForm | None = None
    compression: str | None = None
    images: list[ShippedImage] = field(default_factory=list)
    has_index: bool = False
    flaw: UnusableArchive | None = None
    unpacked: int = 0


def read_image_tar(
    pieces: Iterator[bytes], most: int, limits: Limits, hashing: HashingThread
) -> ArchiveSummary:
    """The archive that ``pieces`` make up, as far as it is valid.

    ``most`` is how many bytes a compressed one may unpack to; ``hashing`` counts the digests of
    its layers. Never raises for what the archive holds.
    """
    summary = ArchiveSummary()
    contents = Contents(hashing)
    tar = TarMembers(_bounded(_uncompressed(pieces, summary), most, summary), limits.members)
    try:
        contents.read(tar)
        tar.drain()
        if contents.is_empty:
            raise _empty()
    except UnusableArchive as unusable:
        summary.flaw = unusable
        summary.compression = unusable.compression or summary.compression
    _list_images(contents, Listing(contents, limits.members), summary, is_closed=tar.is_closed)
    return summary


def _uncompressed(pieces: Iterator[bytes], summary: ArchiveSummary) -> Iterator[bytes]:
    """The tar itself. A gzip one is read although a plain one was asked for."""
    head = next(pieces, b"")
    whole = chain((head,), pieces)
    if head.startswith(GZIP_MAGIC):
        summary.compression = "gzip"
        yield from gunzipped(whole)
        return
    for magic, kind in _FOREIGN_MAGIC.items():
        if head.startswith(magic) and sniff(head) is not Form.TAR:
            raise UnusableArchive(
                Flaw.FOREIGN,
                _("It is packed by %(kind)s. Unpack it, and ship the plain tar inside.", kind=kind),
                kind,
            )
    yield from whole


def _bounded(pieces: Iterator[bytes], most: int, summary: ArchiveSummary) -> Iterator[bytes]:
    """``pieces`` to their end, also behind the end of the tar."""
    for piece in pieces:
        summary.unpacked += len(piece)
        if summary.compression and summary.unpacked > most:
            raise UnusableArchive(
                Flaw.FOREIGN,
                _(
                    "It grows too many times when unpacked, as decompression bombs do. Save the"
                    " image again, as a plain tar."
                ),
            )
        yield piece


def _list_images(
    contents: Contents, listing: Listing, summary: ArchiveSummary, *, is_closed: bool
) -> None:
    """Fill in what the lists name, and the first flaw where the tar itself had none.

    An archive may list its images in both ways, so that each kind of tool finds its own.
    """
    for name in contents.damaged_blobs():
        listing.note(damaged(name))
    index, manifest = contents.get(oci_layout.INDEX), contents.get(docker_archive.LIST)
    if index is not None:
        summary.form = ArchiveForm.OCI
        summary.has_index, summary.images = oci_layout.list_images(listing, index)
    if manifest is not None:
        summary.form = ArchiveForm.DOCKER
        summary.images = merged(summary.images, docker_archive.list_images(listing, manifest))
    if summary.form is None:
        listing.note(_without_list(contents))
    if listing.flaw and listing.flaw.flaw in {Flaw.INCOMPLETE, Flaw.FOREIGN} and not is_closed:
        listing.flaw = _cut_off()
    summary.flaw = summary.flaw or listing.flaw


def _without_list(contents: Contents) -> UnusableArchive:
    """Why a tar that lists no images is here, as far as its members show."""
    names = set(contents.names())
    if "repositories" in names:
        return UnusableArchive(
            Flaw.INCOMPLETE,
            _(
                "It was saved by Docker before 1.10 and has no manifest.json. Save the image again"
                " with a current tool."
            ),
        )
    for name in sorted(names):
        folder, _slash, file = name.rpartition("/")
        if file in {docker_archive.LIST, oci_layout.INDEX} and "/" not in folder:
            return UnusableArchive(
                Flaw.FOREIGN,
                _(
                    "Its content is in a folder “%(folder)s”, where no tool looks for it. Pack"
                    " what is in the folder, not the folder.",
                    folder=printable(folder),
                ),
            )
    if len({name.partition("/")[0] for name in names} & _ROOT_FOLDERS) > 1:
        return UnusableArchive(
            Flaw.FOREIGN,
            _(
                "It holds the files of a container, as “docker export” writes them. Save the image"
                " with “docker save”."
            ),
        )
    return UnusableArchive(
        Flaw.FOREIGN,
        _(
            "It is a tar but no image archive: it has neither manifest.json nor index.json. Save"
            " the image with “docker save” or “skopeo copy”."
        ),
    )


def _empty() -> UnusableArchive:
    return UnusableArchive(
        Flaw.EMPTY, _("It is empty. Put the saved image in its place, or remove it from images/.")
    )


def _cut_off() -> UnusableArchive:
    return UnusableArchive(
        Flaw.CUT_OFF,
        _(
            "The tar ends without its end mark, and a part of the image is missing. Save the image"
            " again and copy it completely."
        ),
    )
