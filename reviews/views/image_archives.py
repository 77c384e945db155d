"""What is needed against what is shipped: one row for an image, one column for an architecture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..pipeline import (
    ARCHITECTURES,
    ImageArchive,
    Report,
    ReportedImage,
    Supply,
    SupplyState,
    pull_commands,
)
from ..pipeline.core.messages import Message, _
from .stages import in_bytes

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """What there is of one image for one architecture.

    ``supply`` is None where nothing is promised and nothing shipped, ``archive`` where no archive
    is known.
    """

    architecture: str
    supply: Supply | None
    archive: ImageArchive | None

    @property
    def size(self) -> str:
        return in_bytes(self.archive.size) if self.archive else ""

    @property
    def digest(self) -> str:
        """The first digits of the archive's hash."""
        return self.archive.sha256[:_DIGITS] if self.archive else ""

    @property
    def words(self) -> Message | None:
        """What is wrong with the archive."""
        if self.archive is None or self.supply is None:
            return None
        if self.supply.state is SupplyState.UNREADABLE:
            return self.archive.words
        if self.supply.state is SupplyState.WRONG_ARCHITECTURE:
            held = sorted({image.architecture for image in self.archive.images})
            return _("It holds %(architectures)s.", architectures=tuple(held) or "?")
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """An image that has to be shipped, with a cell for each column."""

    image: ReportedImage
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """An architecture: whether the package promises it, and how much of it is there.

    ``missing`` counts images without an archive, ``unusable`` those whose archive cannot be read
    or holds another architecture. ``lines`` pull and save both.
    """

    architecture: str
    is_declared: bool
    shipped: int
    missing: int
    unusable: int
    lines: tuple[str, ...]

    @property
    def wanted(self) -> int:
        """How many images there are for it, shipped or not."""
        return self.shipped + self.missing + self.unusable


@dataclass(frozen=True, slots=True)
class Idle:
    """An archive that no image needs, with the names that it gives its images.

    ``is_published``: an earlier release has published one of them.
    """

    archive: ImageArchive
    references: tuple[str, ...]
    is_published: bool = False

    @property
    def size(self) -> str:
        return in_bytes(self.archive.size)


@dataclass(frozen=True)
class ArchiveTable:
    """The images of a report that have to be shipped, and its archives."""

    report: Report

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The architectures that are promised, or shipped nevertheless."""
        supplies = self._supplies
        named = {each.architecture for each in supplies}
        return tuple(_column(each, supplies) for each in ARCHITECTURES if each in named)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The images, each original once, in the order of the report."""
        images = {image.original: image for image in reversed(self.report.images)}
        return tuple(
            Row(image, tuple(self._cell(image, each.architecture) for each in self.columns))
            for image in reversed(images.values())
            if image.supplies
        )

    @cached_property
    def idle(self) -> tuple[Idle, ...]:
        """The archives that nothing needs."""
        used = {each.archive for each in self._supplies}
        published = {image.original for image in self.report.images if image.is_published}
        found = (
            (archive, tuple(name for image in archive.images for name in image.references))
            for archive in self._archives
            if archive.name not in used
        )
        return tuple(Idle(each, names, not published.isdisjoint(names)) for each, names in found)

    @property
    def shipped(self) -> int:
        """How many archives are there of those that are promised."""
        return sum(each.shipped for each in self.columns if each.is_declared)

    @property
    def wanted(self) -> int:
        """How many archives are promised."""
        return sum(each.wanted for each in self.columns if each.is_declared)

    @property
    def incomplete(self) -> tuple[Column, ...]:
        """The architectures for which something is missing or cannot be used."""
        return tuple(each for each in self.columns if each.lines)

    @property
    def _archives(self) -> Sequence[ImageArchive]:
        return self.report.archives or ()

    @cached_property
    def _supplies(self) -> tuple[Supply, ...]:
        found = (supply for image in self.report.images for supply in image.supplies)
        return tuple(dict.fromkeys(found))

    @cached_property
    def _by_name(self) -> dict[str, ImageArchive]:
        return {archive.name: archive for archive in reversed(self._archives)}

    def _cell(self, image: ReportedImage, architecture: str) -> Cell:
        supply = next((each for each in image.supplies if each.architecture == architecture), None)
        name = supply.archive if supply is not None else None
        return Cell(architecture, supply, self._by_name.get(name or ""))


def _column(architecture: str, supplies: Sequence[Supply]) -> Column:
    mine = [each for each in supplies if each.architecture == architecture]
    states = Counter(each.state for each in mine)
    shipped, missing = states[SupplyState.SHIPPED], states[SupplyState.MISSING]
    return Column(
        architecture,
        is_declared=any(each.is_declared for each in mine),
        shipped=shipped,
        missing=missing,
        unusable=len(mine) - shipped - missing,
        lines=pull_commands(mine, architecture),
    )
