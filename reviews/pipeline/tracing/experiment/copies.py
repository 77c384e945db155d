"""The copies of a chart that experiments render, each loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from ...archive.members import Archive, Form, Member, sniff
from ...archive.reading import read_inner
from ...archive.writing import pack_tgz
from ...core.policy import Limits
from ...package.helm import Chart, packed_chart
from ...rendering import Engine
from .cheap import without_keys
from .separate import members_of, separate_templates
from .silent import Silent

# To leave out fewer saves less than another copy costs.
_FEWEST_LEFT_OUT = 20

Changed = Mapping[str, Mapping[str, bytes]]
NOTHING: Changed = {}
# A copy that renders more than is asked for serves as well, up to this many times as many.
_MOST_TIMES, _FEW = 4, 20


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy lacks; by default nothing: it is the chart as it is.

    ``is_bare``: notes and schemas, which may refuse values. ``is_keyless``: generated keys.
    ``is_quiet``: templates that name no image. ``is_lean``: files that nothing reads. ``only``:
    all templates but these that can be left out; None leaves out none.
    """

    is_bare: bool = False
    is_keyless: bool = False
    is_quiet: bool = False
    is_lean: bool = False
    only: frozenset[str] | None = None

    @property
    def bare(self) -> Copy:
        """The same without notes and schemas."""
        return replace(self, is_bare=True)


@dataclass
class Copies:
    """The copies of ``chart``, whose own archive is ``archive``, in ``engine``.

    ``silent`` are the templates that a quiet copy lacks, ``unread`` what a lean one lacks.
    ``packed`` are the packed sub-charts of copies that were made, by their place, copy and content,
    and may be those of another archive.
    """

    engine: Engine
    chart: Chart
    archive: bytes
    silent: Silent = field(default_factory=dict)
    unread: Silent = field(default_factory=dict)
    packed: dict[tuple[object, ...], bytes] = field(default_factory=dict)
    _handles: dict[Copy, int] = field(default_factory=dict)
    _members_of: dict[frozenset[str], Silent] = field(default_factory=dict)
    _narrow: Copy | None = None

    def is_silent(self, template: str) -> bool:
        """Whether a quiet copy lacks the template that the engine calls so."""
        chart, name = self.chart.source_of(template)
        return chart.root + name in self.silent.get(chart.archive.where, frozenset())

    def handle(self, copy: Copy) -> int:
        """The number that the engine knows the copy by. Raises ChartRejected."""
        if copy not in self._handles:
            self._handles[copy] = self.load(self.archive, copy)
        return self._handles[copy]

    def narrowed(self, copy: Copy, templates: Collection[str]) -> Copy:
        """The copy that renders only ``templates`` of those that can be left out.

        These are the engine's names. It is the one known last where that has them, too; ``copy``
        itself where hardly anything would be left out.
        """
        known = self._narrow
        if known is not None and known.only is not None and replace(known, only=None) == copy:
            most = max(_FEW, _MOST_TIMES * len(templates))
            if known.only.issuperset(templates) and len(known.only) <= most:
                return known
        count = sum(map(len, self._separate.values()))
        if count - len(templates) < _FEWEST_LEFT_OUT:
            return copy
        if known in self._handles:
            self.engine.unload(self._handles.pop(known))
        self._narrow = replace(copy, only=frozenset(templates))
        return self._narrow

    @cached_property
    def _separate(self) -> Silent:
        return separate_templates(self.chart)

    def _members(self, templates: frozenset[str]) -> Silent:
        if templates not in self._members_of:
            self._members_of[templates] = members_of(self.chart, templates)
        return self._members_of[templates]

    def _wanted_below(self, where: str, copy: Copy) -> object:
        """What a copy has of the templates at ``where`` that can be left out; None for all."""
        if copy.only is None:
            return None
        found = self._members(copy.only).items()
        return frozenset(each for each in found if each[0].startswith(where))

    def load(self, archive: bytes, copy: Copy) -> int:
        """Register a changed archive, as such a copy. Raises ChartRejected."""
        # A copy is not compressed: it is made again rather than kept.
        return self.engine.load(self.made(archive, copy), partial(self.made, archive, copy))

    def load_changed(self, changed: Changed, copy: Copy) -> int:
        """Register such a copy of the chart with some files changed. Raises ChartRejected."""
        return self.engine.load(self.changed(changed, copy), partial(self.changed, changed, copy))

    def forget(self) -> None:
        """Have the engine forget the copies: none is rendered any more, or it is loaded again."""
        while self._handles:
            self.engine.unload(self._handles.popitem()[1])

    def made(self, archive: bytes, copy: Copy) -> bytes:
        """The copy of a changed archive."""
        if copy == Copy():
            return archive
        box = self._own if archive is self.archive else self._read(archive)
        return pack_tgz(self._reduced(box, copy), {}, level=0)

    def changed(self, changed: Changed, copy: Copy) -> bytes:
        """The copy of the chart with some files changed: by the ``where`` of their archive."""
        root = self.chart.root
        if not root:
            # The archive for the engine has a folder in front of every name.
            return self.made(packed_chart(self.chart, changed, level=0), copy)
        return pack_tgz(self._reduced(self._own, copy, changed), {}, level=0)

    @cached_property
    def _own(self) -> Archive:
        return self._read(self.archive)

    def _read(self, archive: bytes) -> Archive:
        return read_inner(archive, self.chart.archive.where, Limits())

    def _reduced(self, archive: Archive, copy: Copy, changed: Changed = NOTHING) -> Archive:
        """The archive without what a copy lacks, and with what is changed, also in packed ones."""
        left_out: frozenset[str] = frozenset()
        for each, is_lacking in ((self.silent, copy.is_quiet), (self.unread, copy.is_lean)):
            left_out |= each.get(archive.where, frozenset()) if is_lacking else frozenset()
        if copy.only is not None:
            wanted = self._members(copy.only).get(archive.where, frozenset())
            left_out |= self._separate.get(archive.where, frozenset()) - wanted
        members = (
            self._reduced_member(archive, member, copy, changed)
            for member in archive.members
            if member.name not in left_out and not (copy.is_bare and refuses_values(member.name))
        )
        return replace(archive, members=tuple(members))

    def _reduced_member(
        self, archive: Archive, member: Member, copy: Copy, changed: Changed
    ) -> Member:
        content = fresh = changed.get(archive.where, {}).get(member.name, member.content)
        if content and "/charts/" in member.name and sniff(content[:512]) is Form.TGZ:
            fresh = self._packed_again(archive, member.name, content, copy, changed)
        elif content and copy.is_keyless and "/templates/" in member.name:
            fresh = without_keys(content)
        if fresh is None or fresh is member.content:
            return member
        return replace(member, content=fresh, size=len(fresh))

    def _packed_again(
        self, archive: Archive, name: str, content: bytes, copy: Copy, changed: Changed
    ) -> bytes:
        """A packed sub-chart without what a copy lacks; most are the same in every archive."""
        where = f"{archive.address(name)}!/"
        if any(each.startswith(where) for each in changed):
            inner = read_inner(content, where, Limits())
            return pack_tgz(self._reduced(inner, copy, changed), {}, level=1)
        key = (where, replace(copy, only=None), self._wanted_below(where, copy), content)
        if key not in self.packed:
            inner = read_inner(content, where, Limits())
            self.packed[key] = pack_tgz(self._reduced(inner, copy), {}, level=1)
        return self.packed[key]


def refuses_values(name: str) -> bool:
    """Whether a member is a schema or the notes of a chart."""
    base = name.rsplit("/", 1)[-1]
    return base == "values.schema.json" or (base == "NOTES.txt" and "templates/" in name)
