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
from .errors import Spoiled
from .hashing import Lane
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
class Told:
    """What could be told of an archive; ``unpacked`` is how many bytes were looked at."""

    form: ArchiveForm | None = None
    compression: str | None = None
    images: list[ShippedImage] = field(default_factory=list)
    has_index: bool = False
    flaw: Spoiled | None = None
    unpacked: int = 0


def read_image_tar(pieces: Iterator[bytes], most: int, limits: Limits, hashing: Lane) -> Told:
    """The archive that ``pieces`` make up, as far as it is sound.

    ``most`` is how many bytes a compressed one may unpack to; ``hashing`` counts the digests of
    its layers. Never raises for what the archive holds.
    """
    told = Told()
    contents = Contents(hashing)
    tar = TarMembers(_bounded(_uncompressed(pieces, told), most, told), limits.members)
    try:
        contents.read(tar)
        tar.drain()
        if contents.is_empty:
            raise _empty()
    except Spoiled as spoiled:
        told.flaw = spoiled
        told.compression = spoiled.compression or told.compression
    _list_images(contents, Listing(contents, limits.members), told, is_closed=tar.is_closed)
    return told


def _uncompressed(pieces: Iterator[bytes], told: Told) -> Iterator[bytes]:
    """The tar itself. A gzip one is read although a plain one was asked for."""
    head = next(pieces, b"")
    whole = chain((head,), pieces)
    if head.startswith(GZIP_MAGIC):
        told.compression = "gzip"
        yield from gunzipped(whole)
        return
    for magic, kind in _FOREIGN_MAGIC.items():
        if head.startswith(magic) and sniff(head) is not Form.TAR:
            raise Spoiled(
                Flaw.FOREIGN,
                _("It is packed by %(kind)s. Unpack it, and ship the plain tar inside.", kind=kind),
                kind,
            )
    yield from whole


def _bounded(pieces: Iterator[bytes], most: int, told: Told) -> Iterator[bytes]:
    """``pieces`` to their end, also behind the end of the tar."""
    for piece in pieces:
        told.unpacked += len(piece)
        if told.compression and told.unpacked > most:
            raise Spoiled(
                Flaw.FOREIGN,
                _(
                    "It grows too many times when unpacked, as decompression bombs do. Save the"
                    " image again, as a plain tar."
                ),
            )
        yield piece


def _list_images(contents: Contents, listing: Listing, told: Told, *, is_closed: bool) -> None:
    """Fill in what the lists name, and the first flaw where the tar itself had none.

    An archive may list its images in both ways, so that each kind of tool finds its own.
    """
    for name in contents.spoiled_blobs():
        listing.note(damaged(name))
    index, manifest = contents.get(oci_layout.INDEX), contents.get(docker_archive.LIST)
    if index is not None:
        told.form = ArchiveForm.OCI
        told.has_index, told.images = oci_layout.list_images(listing, index)
    if manifest is not None:
        told.form = ArchiveForm.DOCKER
        told.images = merged(told.images, docker_archive.list_images(listing, manifest))
    if told.form is None:
        listing.note(_without_list(contents))
    if listing.flaw and listing.flaw.flaw in {Flaw.INCOMPLETE, Flaw.FOREIGN} and not is_closed:
        listing.flaw = _cut_off()
    told.flaw = told.flaw or listing.flaw


def _without_list(contents: Contents) -> Spoiled:
    """Why a tar that lists no images is here, as far as its members tell."""
    names = set(contents.names())
    if "repositories" in names:
        return Spoiled(
            Flaw.INCOMPLETE,
            _(
                "It was saved by Docker before 1.10 and has no manifest.json. Save the image again"
                " with a current tool."
            ),
        )
    for name in sorted(names):
        folder, _slash, file = name.rpartition("/")
        if file in {docker_archive.LIST, oci_layout.INDEX} and "/" not in folder:
            return Spoiled(
                Flaw.FOREIGN,
                _(
                    "Its content stands in a folder “%(folder)s”, where no tool looks for it. Pack"
                    " what is in the folder, not the folder.",
                    folder=printable(folder),
                ),
            )
    if len({name.partition("/")[0] for name in names} & _ROOT_FOLDERS) > 1:
        return Spoiled(
            Flaw.FOREIGN,
            _(
                "It holds the files of a container, as “docker export” writes them. Save the image"
                " with “docker save”."
            ),
        )
    return Spoiled(
        Flaw.FOREIGN,
        _(
            "It is a tar but no image archive: it has neither manifest.json nor index.json. Save"
            " the image with “docker save” or “skopeo copy”."
        ),
    )


def _empty() -> Spoiled:
    return Spoiled(
        Flaw.EMPTY, _("It is empty. Put the saved image in its place, or remove it from images/.")
    )


def _cut_off() -> Spoiled:
    return Spoiled(
        Flaw.CUT_OFF,
        _(
            "The tar ends without its end mark, and a part of the image is missing. Save the image"
            " again and copy it completely."
        ),
    )
