"""The files of a revision as they are read: what changes, with the findings at their lines.

On the right stands what would be released: every proposed edit but those that were rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import get_language

from ..pipeline import CONTEXT_LINES, INSIDE, MOST_DIFF_LINES, ReportedImage
from ..pipeline.core.findings import Edit, Severity
from ..queries.conversation import Thread
from ..queries.review import DecidedFinding, Review, Unit
from ..states import FindingState
from .diff_drawing import DrawnFile, DrawnStretch, Sheet, draw

Cluster: TypeAlias = tuple[DecidedFinding, ...]


@dataclass(frozen=True, slots=True)
class FindingHere:
    """Findings of one unit that stand together: at the first place of the unit, all of it.

    Elsewhere they only point to ``lead``, the anchor of that place. ``decided`` is the last of
    ``together``, ``image`` the one that the unit redirects, None where it does not.
    """

    together: Cluster
    unit: Unit
    lead: str
    image: ReportedImage | None

    @property
    def decided(self) -> DecidedFinding:
        return self.together[-1]

    @property
    def is_lead(self) -> bool:
        return self.lead == self.decided.anchor

    @property
    def image_name(self) -> str:
        """The last part of the image it speaks of, empty where it speaks of none."""
        return (self.unit.first.finding.image or "").rpartition("/")[2]

    @property
    def is_rewrite(self) -> bool:
        """Whether it is no more than an image that gets its new address."""
        return self.image is not None and self.unit.severity is Severity.INFO


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file, None above the first one, and the findings and threads below it."""

    stretch: DrawnStretch | None
    findings: tuple[FindingHere, ...]
    threads: tuple[Thread, ...] = ()


@dataclass(frozen=True)
class FilePage:
    """One file: ``number`` counts the files of the page from 1, ``suffix`` ends its lines' ids."""

    number: int
    suffix: str
    address: str
    drawn: DrawnFile
    parts: tuple[Part, ...]

    @property
    def anchor(self) -> str:
        return f"file{self.suffix or '-1'}"

    @property
    def name(self) -> str:
        """The path within the chart or archive that it lies in."""
        inner = self.address.rpartition(INSIDE)[2]
        return inner.partition("/")[2] or inner

    @property
    def folder(self) -> str:
        """What of the address stands before the name."""
        return self.address.removesuffix(self.name)

    @property
    def is_new(self) -> bool:
        """Whether the package does not have it, and it is proposed."""
        edits = (each.finding.edit for here in self.findings for each in here.together)
        return any(edit is not None and edit.before is None for edit in edits)

    @property
    def findings(self) -> tuple[FindingHere, ...]:
        """The findings in the order of the page."""
        return tuple(each for part in self.parts for each in part.findings)

    @property
    def errors(self) -> int:
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        return self._count(Severity.WARNING)

    @property
    def infos(self) -> int:
        return self._count(Severity.INFO)

    def _count(self, severity: Severity) -> int:
        together = (each for here in self.findings for each in here.together)
        return sum(each.finding.severity is severity for each in together)


@dataclass(frozen=True)
class DiffPage:
    """Everything that the tab of changes shows: ``package`` are findings of no file."""

    package: tuple[FindingHere, ...]
    files: tuple[FilePage, ...]

    @property
    def leads(self) -> tuple[FindingHere, ...]:
        """What is decided, in the order of the page."""
        everything = [*self.package, *(each for file in self.files for each in file.findings)]
        return tuple(each for each in everything if each.is_lead)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a diff is read: in two columns, and whether unchanged lines are drawn, too."""

    side_by_side: bool = True
    is_whole: bool = False


def diff_page(review: Review, reading: Reading, threads: Sequence[Thread] = ()) -> DiffPage:
    """The files of a review that have edits, findings or threads, the one with most edits first.

    ``threads`` on lines of other revisions are left out. On the right stands what would be
    released: rejected edits are no changes.
    """
    rejected = [unit.key for unit in review.units if unit.state is FindingState.REJECTED]
    composer = Composer(review, review.units, reading, refused=frozenset(rejected), threads=threads)
    return DiffPage(composer.of_package(), tuple(composer.files()))


def diff_of(review: Review, units: Sequence[Unit], reading: Reading, name: str) -> DiffPage:
    """The places of some units, all their edits as they are proposed.

    ``name`` keeps the lines of several such diffs on a page apart.
    """
    composer = Composer(review, units, reading, suffix=f"-{name}")
    return DiffPage(composer.of_package(), tuple(composer.files()))


class Composer:
    """Puts findings of one review below the lines that they speak of."""

    def __init__(
        self,
        review: Review,
        units: Sequence[Unit],
        reading: Reading,
        *,
        refused: frozenset[str] = frozenset(),
        suffix: str = "",
        threads: Sequence[Thread] = (),
    ) -> None:
        self._revision = review.revision
        self._limits = review.limits
        self._reading = reading
        self._refused = refused
        self._suffix = suffix
        self._units = {each.row.position: unit for unit in units for each in unit.members}
        self._leads: dict[str, str] = {}
        self._images = review.redirected
        by_file: dict[str | None, list[DecidedFinding]] = {}
        for each in sorted(
            (each for unit in units for each in unit.members), key=lambda each: each.row.position
        ):
            edit = each.finding.edit
            file = edit.file if edit is not None else each.finding.place.file
            by_file.setdefault(file, []).append(each)
        self._clusters = {file: list(_clusters(found)) for file, found in by_file.items()}
        self._threads: dict[str, list[Thread]] = {}
        for thread in threads:
            if thread.is_of(review.revision) and thread.first.line is not None:
                self._threads.setdefault(thread.first.file, []).append(thread)
                self._clusters.setdefault(thread.first.file, [])

    def of_package(self) -> tuple[FindingHere, ...]:
        """The findings that belong to no file."""
        return tuple(map(self._here, self._clusters.get(None, ())))

    def files(self) -> Iterator[FilePage]:
        """The files in the order of the page; when it is full, only changes are drawn."""
        room = MOST_DIFF_LINES
        addresses = [address for address in self._clusters if address is not None]
        addresses.sort(key=lambda address: (-self._edits_in(address), address))
        for number, address in enumerate(addresses, 1):
            drawn = draw(self._sheet(address, number, room))
            room = max(room - drawn.lines, 0)
            parts = tuple(self._parts(address, drawn))
            yield FilePage(number, self._suffix_of(number), address, drawn, parts)

    def _edits_in(self, address: str) -> int:
        together = (each for cluster in self._clusters[address] for each in cluster)
        return sum(each.finding.edit is not None for each in together)

    def _sheet(self, address: str, number: int, room: int) -> Sheet:
        edits: dict[Edit, tuple[int, ...]] = {}
        refused: dict[Edit, tuple[int, ...]] = {}
        lines: list[tuple[int, tuple[int, ...]]] = []
        for cluster in self._clusters[address]:
            is_refused = self._unit(cluster).key in self._refused
            for each in cluster:
                keys = (each.row.position,) if each is cluster[-1] else ()
                edit, line = each.finding.edit, each.finding.place.line
                if edit is not None:
                    applied = refused if is_refused else edits
                    applied[edit] = applied.get(edit, ()) + keys
                elif line is not None:
                    lines.append((line, keys))
        talked = self._threads.get(address, ())
        lines += [(each.first.line or 1, (_key_of(each),)) for each in talked]
        return Sheet(
            original=self._revision.original,
            address=address,
            limits=self._limits,
            edits=tuple(edits.items()),
            refused=tuple(refused.items()),
            lines=tuple(lines),
            side_by_side=self._reading.side_by_side,
            suffix=self._suffix_of(number),
            room=room,
            language=get_language() or "",
            page=frozenset(address for address in self._clusters if address is not None),
            is_whole=self._reading.is_whole,
        )

    def _suffix_of(self, number: int) -> str:
        return self._suffix if number == 1 else f"{self._suffix}-{number}"

    def _parts(self, address: str, drawn: DrawnFile) -> Iterator[Part]:
        """The stretches with their findings; those without a line to stand at come first."""
        clusters = {cluster[-1].row.position: cluster for cluster in self._clusters[address]}
        placed = {key for stretch in drawn.stretches for key in stretch.notes}
        threads = {_key_of(thread): thread for thread in self._threads.get(address, ())}
        first = [cluster for key, cluster in clusters.items() if key not in placed]
        unplaced = tuple(thread for key, thread in threads.items() if key not in placed)
        if first or unplaced:
            yield Part(None, tuple(map(self._here, first)), unplaced)
        for stretch in drawn.stretches:
            here = tuple(self._here(clusters[key]) for key in stretch.notes if key in clusters)
            yield Part(
                stretch, here, tuple(threads[key] for key in stretch.notes if key in threads)
            )

    def _unit(self, cluster: Cluster) -> Unit:
        return self._units[cluster[-1].row.position]

    def _here(self, cluster: Cluster) -> FindingHere:
        unit = self._unit(cluster)
        lead = self._leads.setdefault(unit.key, cluster[-1].anchor)
        moved = (
            self._images.get(each.finding.image or "")
            for each in unit.members
            if each.finding.edit is not None
        )
        image = None if unit.is_mapping else next(filter(None, moved), None)
        return FindingHere(cluster, unit, lead, image)


def _clusters(found: Iterable[DecidedFinding]) -> Iterator[Cluster]:
    """Findings of one file that are of one unit and stand close to each other, by line.

    Those that share an edit stand where it is, wherever their own lines are.
    """
    growing: dict[str, list[DecidedFinding]] = {}
    for each in sorted(found, key=_line):
        near = growing.get(each.row.unit)
        if near is not None and _are_near(near[-1], each):
            near.append(each)
            continue
        if near is not None:
            yield tuple(near)
        growing[each.row.unit] = [each]
    yield from map(tuple, growing.values())


def _are_near(above: DecidedFinding, below: DecidedFinding) -> bool:
    edit = above.finding.edit
    is_shared = edit is not None and edit == below.finding.edit
    return is_shared or _line(below) - _line(above) <= CONTEXT_LINES


def _key_of(thread: Thread) -> int:
    """A number for the drawing, which no position of a finding is."""
    return -thread.first.pk


def _line(each: DecidedFinding) -> int:
    return each.finding.place.line or 0
