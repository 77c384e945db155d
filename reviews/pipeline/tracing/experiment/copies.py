"""The copies of a chart that experiments render, each loaded when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ...archive.members import Archive, Form, sniff
from ...archive.reading import read_inner
from ...archive.writing import pack_tgz
from ...core.policy import Limits
from ...package.helm import Chart
from ...rendering import Engine
from .cheap import without_keys
from .silent import Silent, without_silent


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy lacks; by default nothing: it is the chart as it is.

    ``is_bare``: notes and schemas, which may refuse values. ``is_keyless``: generated keys.
    ``is_quiet``: templates that name no image.
    """

    is_bare: bool = False
    is_keyless: bool = False
    is_quiet: bool = False

    @property
    def bare(self) -> Copy:
        """The same without notes and schemas."""
        return replace(self, is_bare=True)


@dataclass
class Copies:
    """The copies of ``chart``, whose own archive is ``archive``, in ``engine``.

    ``silent`` are the templates that a quiet copy lacks.
    """

    engine: Engine
    chart: Chart
    archive: bytes
    silent: Silent = field(default_factory=dict)
    _handles: dict[Copy, int] = field(default_factory=dict)

    def is_silent(self, template: str) -> bool:
        """Whether a quiet copy lacks the template that the engine calls so."""
        chart, name = self.chart.source_of(template)
        return chart.root + name in self.silent.get(chart.archive.where, frozenset())

    def handle(self, copy: Copy) -> int:
        """The number that the engine knows the copy by. Raises ChartRejected."""
        if copy not in self._handles:
            self._handles[copy] = self.load(self.archive, copy)
        return self._handles[copy]

    def load(self, archive: bytes, copy: Copy) -> int:
        """Register a changed archive, as such a copy. Raises ChartRejected."""
        return self.engine.load(self.made(archive, copy))

    def made(self, archive: bytes, copy: Copy) -> bytes:
        """The copy of a changed archive."""
        if copy == Copy():
            return archive
        box = read_inner(archive, self.chart.archive.where, Limits())
        if copy.is_bare:
            box = stripped(box)
        if copy.is_quiet:
            box = without_silent(box, self.silent)
        if copy.is_keyless:
            box = without_keys(box)
        return pack_tgz(box, {}, level=0)


def stripped(archive: Archive) -> Archive:
    """The archive without notes and schemas, also in packed sub-charts."""
    members = []
    for member in archive.members:
        base = member.name.rsplit("/", 1)[-1]
        if base == "values.schema.json" or (base == "NOTES.txt" and "templates/" in member.name):
            continue
        content = member.content
        if content and "/charts/" in member.name and sniff(content[:512]) is Form.TGZ:
            inner = read_inner(content, archive.address(member.name), Limits())
            content = pack_tgz(stripped(inner), {}, level=1)
            members.append(replace(member, content=content, size=len(content)))
        else:
            members.append(member)
    return replace(archive, members=tuple(members))
