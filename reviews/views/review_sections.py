"""The findings of a review in the order in which they want attention, and in pieces to draw.

Errors come first, then warnings, then what is rewritten, then notes. Findings of one rule in one
file form a section, and so do all rewrites: a section is decided at once where a reviewer wants
it. List, document and keys have this one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..queries.review import Review, Unit
from .diff_page import DiffPage, FindingHere, Reading, diff_of
from .review_rows import waiting_piece

PIECE = 10
"""Units that are drawn together; more of a section follow when somebody gets there."""

_LISTED = 12  # a list of more units than this says how many there are
REWRITES = "rewrites"


@dataclass(frozen=True)
class Piece:
    """Some units of a section that are drawn together; ``address`` is where they are asked for."""

    units: tuple[Unit, ...]
    review: Review
    reading: Reading
    address: str

    @property
    def name(self) -> str:
        """Its name in ids and addresses: the place of its first finding."""
        return f"p{self.units[0].first.row.position}"

    @property
    def at(self) -> str:
        """The anchor of its first finding."""
        return self.units[0].first.anchor

    @property
    def is_open(self) -> bool:
        """Whether one of its units waits for a decision."""
        return any(each.is_undecided for each in self.units)

    @property
    def waiting(self) -> SafeString:
        """The link that is drawn instead of it until somebody gets there."""
        return waiting_piece(
            self.name, self.at, len(self.units), self.address, is_open=self.is_open
        )

    @cached_property
    def diff(self) -> DiffPage:
        return diff_of(self.review, self.units, self.reading, self.name)

    @property
    def leads(self) -> tuple[FindingHere, ...]:
        """What is decided, in the order of the document."""
        return self.diff.leads


@dataclass(frozen=True)
class Section:
    """Units that are decided alike; ``address`` is where their pieces are asked for."""

    name: str
    units: tuple[Unit, ...]
    review: Review
    reading: Reading
    address: str

    @property
    def is_rewrites(self) -> bool:
        return self.name == REWRITES

    @property
    def first(self) -> Unit:
        return self.units[0]

    @property
    def severity(self) -> Severity:
        return self.first.severity

    @property
    def file(self) -> str | None:
        """The file that all of it is about."""
        return self.first.file

    @property
    def is_one(self) -> bool:
        return len(self.units) == 1

    @property
    def is_many(self) -> bool:
        return not self.is_one

    @cached_property
    def undecided(self) -> tuple[Unit, ...]:
        """The units that wait for a decision, the mapping only where it can be decided with them.

        Its text follows from all other edits.
        """
        return tuple(each for each in self.units if each.is_undecided)

    @property
    def fixes(self) -> int:
        """How many of the undecided ones are edits, which an approval applies."""
        return sum(each.has_edit for each in self.undecided)

    @property
    def needs_reason(self) -> bool:
        """Whether rejecting all that is undecided asks for a reason."""
        return any(each.needs_reason for each in self.undecided)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(
            Piece(self.units[at : at + PIECE], self.review, self.reading, self.address)
            for at in range(0, len(self.units), PIECE)
        )

    @cached_property
    def listed(self) -> tuple[FindingHere, ...]:
        """The units as the list shows them one by one; none where there are too many."""
        if len(self.units) > _LISTED:
            return ()
        return tuple(each for piece in self.pieces for each in piece.leads)


@dataclass(frozen=True, slots=True)
class Group:
    """Sections under one heading of the list."""

    name: str
    words: Message
    sections: Sequence[Section]

    @property
    def count(self) -> int:
        return sum(len(each.units) for each in self.sections)


_HEADINGS = (
    ("errors", _("Errors")),
    ("warnings", _("Warnings")),
    (REWRITES, _("Rewrites")),
    ("notes", _("For information")),
)


def groups_of(review: Review, reading: Reading) -> tuple[Group, ...]:
    """All units of a review, in sections."""
    address = reverse("piece", args=[review.revision.submission_id])
    found: dict[str, dict[object, list[Unit]]] = {name: {} for name, _words in _HEADINGS}
    for unit in review.units:
        name = _heading(unit)
        alike = name if name == REWRITES else (unit.first.finding.rule, unit.file)
        found[name].setdefault(alike, []).append(unit)
    return tuple(
        Group(name, words, tuple(_sections(name, found[name].values(), review, reading, address)))
        for name, words in _HEADINGS
        if found[name]
    )


def _sections(
    heading: str, alike: Iterable[list[Unit]], review: Review, reading: Reading, address: str
) -> Iterator[Section]:
    for units in alike:
        name = heading if heading == REWRITES else f"g{units[0].first.row.position}"
        yield Section(name, tuple(_in_order(units)), review, reading, address)


def _in_order(units: list[Unit]) -> list[Unit]:
    """The file with most units first, each from top to bottom; the mapping, decided last, last."""
    sizes: dict[str | None, int] = {}
    for unit in units:
        sizes[unit.file] = sizes.get(unit.file, 0) + 1

    def order(unit: Unit) -> tuple[bool, int, str, int, int]:
        first = unit.first
        line = first.finding.place.line or 0
        return unit.is_mapping, -sizes[unit.file], unit.file or "", line, first.row.position

    return sorted(units, key=order)


def _heading(unit: Unit) -> str:
    if unit.is_mapping:
        return REWRITES  # it follows from the others, and is decided after them
    if unit.severity is Severity.ERROR:
        return "errors"
    if unit.severity is Severity.WARNING:
        return "warnings"
    return REWRITES if unit.has_edit else "notes"
