"""The members of an image archive's tar, read as container tools read it.

More is taken here than where a chart is unpacked: layers that several images share are links, and
nothing is ever written to a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..archive import tar_reader
from ..archive.tar_reader import TarError, TarFault, TarHeader, TarReader, until_nul
from ..core.messages import _
from .errors import UnusableArchive
from .model import Flaw

_LONGEST_NAME = 4096
_FILES = frozenset({tar_reader.FILE, tar_reader.OLD_FILE, b"7", tar_reader.OLD_SPARSE})
_SYMBOLIC_LINK = b"2"
_LINKS = frozenset({b"1", _SYMBOLIC_LINK})
_WITHOUT_DATA = frozenset({b"1", b"2", b"3", b"4", b"5", b"6"})


@dataclass(frozen=True, slots=True)
class TarMember:
    """A member's header. ``link`` is what a link points to, None for what is no link.

    ``size`` is how many bytes of it lie in the tar; of a ``sparse`` file that is not all. They
    begin at byte ``offset`` of the tar. ``is_file`` is False for folders, links and devices.
    """

    name: str
    size: int
    is_file: bool
    link: str | None = None
    is_symbolic: bool = False
    sparse: bool = False
    offset: int = field(default=0, compare=False)


class TarMembers:
    """The members of the tar that ``chunks`` (none of them empty) make up, at most ``most``.

    ``is_closed`` is known at the end: whether the tar had its end mark. ``jump`` is that of
    ``TarReader``.
    """

    def __init__(
        self, chunks: Iterator[bytes], most: int, jump: Callable[[int], int] | None = None
    ) -> None:
        self._reader = TarReader(chunks, jump)
        self._most = most

    @property
    def is_closed(self) -> bool:
        return self._reader.is_closed

    def __iter__(self) -> Iterator[tuple[TarMember, Iterator[memoryview]]]:
        """Each member with its content, which is passed over where nobody takes it.

        Raises ``UnusableArchive``.
        """
        count = 0
        while (member := self._next()) is not None:
            count += 1
            if count > self._most:
                raise _too_many(self._most)
            start = self._reader.at
            yield member, self._content(member)
            end = start + member.size + tar_reader.padding(member.size)
            try:
                self._reader.skip(end - self._reader.at)
            except TarError as error:
                raise _unusable(error) from None

    def drain(self) -> None:
        """Pass over all that is left."""
        for _chunk in self._reader.rest():
            pass

    def _content(self, member: TarMember) -> Iterator[memoryview]:
        try:
            yield from self._reader.content(member.size)
        except TarError as error:
            raise _unusable(error) from None

    def _next(self) -> TarMember | None:
        try:
            return self._read_next()
        except TarError as error:
            if error.fault is TarFault.ONLY_ZEROS:
                return None
            raise _unusable(error) from None

    def _read_next(self) -> TarMember | None:
        """The next member with its extended headers applied; None at the end."""
        extension = _Extension()
        while (header := self._reader.next_header()) is not None:
            if header.kind in tar_reader.EXTENSIONS:
                extension.add(header.kind, self._reader.extension(header))
                continue
            if header.kind == tar_reader.OLD_SPARSE:
                self._skip_sparse_map(header)
            return _member(header, extension, self._reader.at)
        if extension.used:
            raise TarError(TarFault.CUT_OFF, self._reader.at)
        return None

    def _skip_sparse_map(self, header: TarHeader) -> None:
        """GNU's old form puts more blocks of its map between header and data."""
        more = header.block[482]
        while more:
            more = self._reader.block()[504]


class _Extension:
    """What extended headers say about the member that follows them; pax goes before GNU."""

    def __init__(self) -> None:
        self.used = False
        self._pax: dict[bytes, bytes] = {}
        self._long: dict[bytes, bytes] = {}

    def add(self, kind: bytes, body: bytes) -> None:
        if kind == tar_reader.PAX_GLOBAL:
            return  # Go, in which container tools are written, applies it to nothing
        self.used = True
        if kind == tar_reader.PAX:
            self._pax = tar_reader.pax_records(body)
        else:
            keyword = b"path" if kind == tar_reader.LONG_NAME else b"linkpath"
            self._long[keyword] = until_nul(body)

    def name(self, short: bytes) -> bytes:
        own = self._pax.get(b"GNU.sparse.name") or self._pax.get(b"path")
        return own or self._long.get(b"path") or short

    def link(self, short: bytes) -> bytes:
        return self._pax.get(b"linkpath") or self._long.get(b"linkpath") or short

    def size(self, short: int) -> int:
        own = tar_reader.pax_size(self._pax)
        return short if own is None else own

    @property
    def is_sparse(self) -> bool:
        return tar_reader.is_sparse(self._pax)


def _member(header: TarHeader, extension: _Extension, offset: int) -> TarMember:
    kind = header.kind
    name, link = extension.name(header.name), extension.link(header.link)
    if max(len(name), len(link)) > _LONGEST_NAME:
        raise TarError(TarFault.MALFORMED)
    is_folder = kind == tar_reader.OLD_FILE and name.endswith(b"/")
    return TarMember(
        name=_text(name),
        size=0 if kind in _WITHOUT_DATA else extension.size(header.size),
        is_file=kind in _FILES and not is_folder,
        link=_text(link) if kind in _LINKS else None,
        is_symbolic=kind == _SYMBOLIC_LINK,
        sparse=kind == tar_reader.OLD_SPARSE or extension.is_sparse,
        offset=offset,
    )


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "backslashreplace")


def _too_many(most: int) -> UnusableArchive:
    return UnusableArchive(
        Flaw.FOREIGN,
        _(
            "It has more than %(most)d members, which no image archive needs. Save"
            " fewer images into one archive.",
            most=most,
        ),
    )


def _unusable(error: TarError) -> UnusableArchive:
    """What a fault of the tar means here; one in the first block means that it is no tar."""
    if error.fault is TarFault.MALFORMED:
        return UnusableArchive(
            Flaw.DAMAGED,
            _(
                "A header of the tar contradicts itself. Save the image again with an ordinary"
                " tool."
            ),
        )
    if not error.at:
        return UnusableArchive(
            Flaw.FOREIGN,
            _(
                "It is no tar. Put a tar in its place that “docker save” or “skopeo copy” writes,"
                " or remove it from images/."
            ),
        )
    if error.fault is TarFault.CUT_OFF:
        return UnusableArchive(
            Flaw.CUT_OFF,
            _(
                "The tar ends in the middle of a member. Save the image again and copy it"
                " completely."
            ),
        )
    return UnusableArchive(
        Flaw.DAMAGED,
        _("The header of the tar at byte %(at)d is damaged. Save the image again.", at=error.at),
    )
