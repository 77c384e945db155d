"""Single files of a stored upload, by address: what a page shows of a package."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from ..core.policy import Limits
from .members import Archive
from .reading import read_inner, read_upload

INSIDE = "!/"


class Contents:
    """The upload at ``path``, opened as far as needed for the files that are asked for.

    ``wanted`` are the addresses that will be asked for: of other files nothing is kept. Without
    them every file of an archive that was opened is.
    It was examined before under the same ``limits``, so that PackageRefused or OSError here
    mean a damaged store: an internal error.
    """

    def __init__(self, path: Path, limits: Limits, wanted: Collection[str] | None = None) -> None:
        self._path = path
        self._limits = limits
        self._wanted = None if wanted is None else {*wanted, *_holders(wanted)}
        self._opened: dict[str, Archive | None] = {}

    def get(self, address: str) -> bytes | None:
        """The bytes of the file at ``address``; None where there is no such file."""
        where, inside, name = address.rpartition(INSIDE)
        if not inside:
            return self._outermost(name)
        if where not in self._opened:
            packed = self.get(where)
            self._opened[where] = (
                None
                if packed is None
                else read_inner(packed, where + INSIDE, self._limits, self._is_wanted_in(where))
            )
        archive = self._opened[where]
        member = archive.get(name) if archive is not None else None
        return member.content if member is not None else None

    def _is_wanted_in(self, where: str) -> Callable[[str], bool]:
        wanted = self._wanted
        return lambda name: wanted is None or f"{where}{INSIDE}{name}" in wanted

    def _outermost(self, wanted: str) -> bytes | None:
        """Only this member is decompressed: others may hold many gigabytes."""
        archive = read_upload(self._path, self._limits, lambda name: name == wanted)
        member = archive.get(wanted)
        return member.content if member is not None else None


def _holders(addresses: Collection[str]) -> set[str]:
    """The addresses of the archives in which the files at ``addresses`` lie."""
    parts = (address.split(INSIDE) for address in addresses)
    return {INSIDE.join(each[:depth]) for each in parts for depth in range(1, len(each))}
