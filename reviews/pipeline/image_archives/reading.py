"""From an upload to what its image archives hold: one pass, nothing unpacked to a disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..archive.members import Member
from ..archive.naming import decode_name, normalise
from ..archive.refusals import amount
from ..archive.zip_table import Packed, read_contents
from ..core.messages import _
from ..core.policy import MIB, Limits
from ..package.layout import Package, is_junk
from .errors import UnusableArchive
from .hashing import HashingThread
from .image_tar import ArchiveSummary, read_image_tar
from .model import Flaw, ImageArchive, Inspection
from .upload import UploadPass
from .zip_content import ZipContent

_RATIO_FLOOR = 1 * MIB
_MOST_GROWTH = 5  # times the largest upload: images of compressed layers hardly shrink in a zip


def read_archives(
    path: Path,
    package: Package,
    limits: Limits,
    on_progress: Callable[[int, int], None] | None = None,
) -> Inspection:
    """All image archives of ``package``, which is the upload at ``path``, and its SHA-256.

    ``on_progress(done, total)`` is called about every 32 MiB and at the end, in bytes of the
    upload. What is wrong with an archive is in its ``flaw``. Raises ``PackageRefused`` for a
    zip that ``read_upload`` would have refused, and ``OSError`` when the file cannot be read.
    """
    wanted = {each.name: each for each in package.image_archives if not is_junk(each.name)}
    with path.open("rb") as file, ExitStack() as stack:
        size = os.fstat(file.fileno()).st_size
        table = (
            read_contents(file, size, limits.members, limits.chart_bytes).members if wanted else ()
        )
        threads = _Threads(*(stack.enter_context(HashingThread()) for _number in range(4)))
        upload = UploadPass(file, size, threads.upload, on_progress or (lambda _done, _total: None))
        reader = _Reader(package, limits, threads)
        found = {}
        for packed, name in sorted(_located(table, wanted), key=lambda each: each[0].data):
            upload.pass_to(packed.data)
            raw = upload.pieces(packed.data + packed.entry.packed)
            found[name] = reader.read(raw, packed, wanted[name])
        sha256 = upload.finish()
    return Inspection(tuple(found[name] for name in wanted), sha256)


@dataclass(frozen=True, slots=True)
class _Threads:
    """A thread for each of the counts that run at once over the same bytes."""

    upload: HashingThread
    member: HashingThread
    checksum: HashingThread
    blobs: HashingThread


class _Reader:
    """Reads one archive after the other, and counts what all of them unpack to."""

    def __init__(self, package: Package, limits: Limits, threads: _Threads) -> None:
        self._package = package
        self._limits = limits
        self._threads = threads
        self._left = _MOST_GROWTH * limits.upload_bytes

    def read(self, raw: Iterator[bytes], packed: Packed, member: Member) -> ImageArchive:
        """The archive whose bytes in the zip are ``raw``."""
        size = packed.entry.size
        if size > self._left:
            return self._archive(member, "", ArchiveSummary(flaw=_too_much(self._left)))
        content = ZipContent(raw, packed.entry, self._threads.member, self._threads.checksum)
        most = max(_RATIO_FLOOR, self._limits.ratio * packed.entry.packed)
        summary = read_image_tar(
            content.pieces(), min(most, self._left), self._limits, self._threads.blobs
        )
        sha256 = content.finish()
        self._left -= max(size, summary.unpacked)
        summary.flaw = content.flaw or summary.flaw
        return self._archive(member, sha256, summary)

    def _archive(self, member: Member, sha256: str, summary: ArchiveSummary) -> ImageArchive:
        return ImageArchive(
            name=member.name.rpartition("/")[2],
            address=self._package.upload.address(member.name),
            size=member.size,
            sha256=sha256,
            form=summary.form,
            compression=summary.compression,
            images=tuple(summary.images),
            has_index=summary.has_index,
            flaw=summary.flaw.flaw if summary.flaw else None,
            words=summary.flaw.words if summary.flaw else None,
        )


def _located(table: tuple[Packed, ...], wanted: dict[str, Member]) -> Iterator[tuple[Packed, str]]:
    for packed in table:
        name = normalise(decode_name(packed.entry.name))
        if name in wanted:
            yield packed, name


def _too_much(left: int) -> UnusableArchive:
    return UnusableArchive(
        Flaw.FOREIGN,
        _(
            "It was not read: it unpacks to more than the %(left)s that are left for the image"
            " archives of one package. Ship fewer images.",
            left=amount(left),
        ),
    )
