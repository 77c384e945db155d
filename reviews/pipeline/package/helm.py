"""A Helm chart with its sub-charts: read from a deploy package, and packed for the engine.

Source: Helm's chart layout (Chart.yaml, values.yaml, templates/, charts/, crds/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from ..archive.members import Archive, Form, Member, sniff
from ..archive.reading import read_inner
from ..archive.writing import pack_tgz
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from ..yaml.source import Path, YamlBroken, YamlSource, YamlTooDeep, helm_text

# Files that templates cannot read with ``.Files``, or that hold nothing but text for people.
_NO_FILES = ("templates/", "crds/", "ci/", "Chart.", "values.", "requirements.", "LICENSE")
FOR_PEOPLE = (".md", ".txt.gotmpl", ".svg")
_LARGEST_READ = 500_000


@dataclass(frozen=True, slots=True)
class Dependency:
    """One declared dependency: what Chart.yaml (or Helm 2's requirements.yaml) asks for.

    ``imports`` are pairs of paths of maps: in the values of the sub-chart, and in those of this
    chart, where the engine lays a copy.
    """

    name: str
    version: str
    repository: str
    alias: str
    condition: str
    tags: tuple[str, ...]
    line: int
    column: int
    file: str
    imports: tuple[tuple[Path, Path], ...] = ()

    @property
    def key(self) -> str:
        """The key under which the parent's values address it."""
        return self.alias or self.name

    @property
    def may_be_off(self) -> bool:
        """Whether values can switch it off."""
        return bool(self.condition or self.tags)


@dataclass(frozen=True)
class Chart:
    """One chart in a deploy package: the root chart or a sub-chart.

    ``root`` is its folder inside ``archive`` with a trailing slash ("" when it has none).
    ``key`` is the path of its values as the engine sees them from the root chart: () for
    the root chart, ``("database", "common")`` for a sub-chart of a sub-chart, by alias.
    ``engine_path`` is the folder under which the engine names its templates.
    ``broken`` lists YAML files of this chart that do not parse, with the reason.
    """

    name: str
    version: str
    app_version: str
    archive: Archive
    root: str
    key: Path
    engine_path: str
    metadata: YamlSource | None
    values: YamlSource | None
    dependencies: tuple[Dependency, ...]
    subcharts: tuple[Chart, ...] = ()
    packed_subcharts: tuple[str, ...] = ()
    broken: tuple[tuple[str, YamlBroken], ...] = field(default=(), compare=False)

    @property
    def is_root(self) -> bool:
        """Whether this is the chart that the deploy package is for."""
        return not self.key

    @property
    def path(self) -> str:
        """The address of the chart's folder, without a trailing slash."""
        return self.archive.address(self.root).rstrip("/").removesuffix("!")

    def member(self, name: str) -> Member | None:
        """The member of this name, relative to the chart's folder."""
        return self.archive.get(self.root + name)

    def address(self, name: str) -> str:
        """The address of a file of this chart, by its name relative to the chart's folder."""
        return self.archive.address(self.root + name)

    def files(self) -> Iterator[tuple[str, Member]]:
        """The chart's own files with their names relative to its folder, sub-charts left out."""
        yield from self._own_files

    @cached_property
    def _own_files(self) -> tuple[tuple[str, Member], ...]:
        below = self.archive.files_below(self.root)
        named = ((member.name.removeprefix(self.root), member) for member in below)
        return tuple((name, member) for name, member in named if not name.startswith("charts/"))

    def walk(self) -> Iterator[Chart]:
        """This chart and every sub-chart below it, parents first."""
        yield self
        for subchart in self.subcharts:
            yield from subchart.walk()

    def templates(self) -> Iterator[tuple[str, str]]:
        """The chart's own templates: name relative to the chart's folder, and text."""
        yield from self._template_texts

    @cached_property
    def _template_texts(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, member.content.decode("utf-8", "replace"))
            for name, member in self.files()
            if name.startswith("templates/") and member.content is not None
        )

    def readable_files(self) -> Iterator[tuple[str, str]]:
        """The chart's other text files, which templates read with ``.Files``: name and text."""
        for name, member in self.files():
            content = member.content
            if content is None or name.startswith(_NO_FILES) or name.endswith(FOR_PEOPLE):
                continue
            if len(content) <= _LARGEST_READ and b"\0" not in content:
                yield name, content.decode("utf-8", "replace")

    @cached_property
    def reads_files(self) -> bool:
        """Whether a template of this chart or of a sub-chart reads other files of its chart."""
        return any(".Files" in text for chart in self.walk() for _name, text in chart.templates())

    @cached_property
    def by_engine_path(self) -> dict[str, Chart]:
        """Every chart below and this one, by the folder under which the engine names it."""
        return {chart.engine_path: chart for chart in self.walk()}

    def source_of(self, template: str) -> tuple[Chart, str]:
        """The chart and the name in it of a template that the engine names by alias."""
        best, path = self, template
        while len(path := path.rpartition("/")[0]) > len(self.engine_path):
            if path in self.by_engine_path:
                best = self.by_engine_path[path]
                break
        return best, template.removeprefix(f"{best.engine_path}/")


def read_chart(archive: Archive, limits: Limits) -> Chart:
    """The chart in ``archive`` with all its sub-charts, unpacked or packed.

    A file that does not parse is no refusal: it is listed in ``Chart.broken`` and its
    source is None. Raises PackageRefused for YAML past the limits and for a packed sub-chart
    that is unsafe.
    """
    return _Reader(limits).read(archive, chart_root(archive), (), None, None)


def chart_root(archive: Archive) -> str:
    """The folder of the chart in ``archive`` with a trailing slash, "" for the archive's root."""
    candidates = [
        member.name.removesuffix("Chart.yaml")
        for member in archive.files()
        if PurePosixPath(member.name).name == "Chart.yaml" and member.name.count("/") <= 1
    ]
    return min(candidates, key=lambda name: (name.count("/"), name), default="")


@dataclass
class _Reader:
    limits: Limits
    parsed: dict[str, YamlSource | None] = field(default_factory=dict)

    def read(
        self,
        archive: Archive,
        root: str,
        key: Path,
        parent: str | None,
        alias: str | None,
    ) -> Chart:
        broken: list[tuple[str, YamlBroken]] = []
        metadata = self._parse(archive, f"{root}Chart.yaml", broken)
        values = self._parse(archive, f"{root}values.yaml", broken)
        facts = _mapping(metadata)
        folder_name = PurePosixPath(root or archive.where.removesuffix("!/")).name
        name = _name_of(facts.get("name")) or folder_name
        engine_path = f"{parent}/charts/{alias or name}" if parent else name
        requirements = self._parse(archive, f"{root}requirements.yaml", broken)
        dependencies = tuple(_dependencies(metadata)) or tuple(_dependencies(requirements))
        subcharts, packed = self._subcharts(archive, root, key, engine_path, dependencies)
        return Chart(
            name=name,
            version=_text(facts.get("version")),
            app_version=_text(facts.get("appVersion")),
            archive=archive,
            root=root,
            key=key,
            engine_path=engine_path,
            metadata=metadata,
            values=values,
            dependencies=dependencies,
            subcharts=subcharts,
            packed_subcharts=packed,
            broken=tuple(broken),
        )

    def _parse(
        self, archive: Archive, name: str, broken: list[tuple[str, YamlBroken]]
    ) -> YamlSource | None:
        member = archive.get(name)
        if member is None or member.content is None:
            return None
        address = archive.address(name)
        try:
            if address not in self.parsed:
                merge = name.endswith("values.yaml")
                source = YamlSource.parse(member.content, address, self.limits, merge=merge)
                self.parsed[address] = source
        except YamlTooDeep as error:
            raise PackageRefused("OSC-YAML-001", error.message, address) from error
        except YamlBroken as error:
            broken.append((address, error))
            return None
        return self.parsed[address]

    def _subcharts(
        self,
        archive: Archive,
        root: str,
        key: Path,
        engine_path: str,
        dependencies: tuple[Dependency, ...],
    ) -> tuple[tuple[Chart, ...], tuple[str, ...]]:
        charts: list[Chart] = []
        packed: list[str] = []
        for holder, inner_root, packed_name in self._boxes(archive, root):
            if packed_name:
                packed.append(packed_name)
            own = _chart_name(holder, inner_root)
            keys = [item.key for item in dependencies if item.name == own] or [own]
            charts.extend(
                self.read(holder, inner_root, (*key, each), engine_path, each) for each in keys
            )
        return tuple(charts), tuple(packed)

    def _boxes(self, archive: Archive, root: str) -> Iterator[tuple[Archive, str, str]]:
        """Each sub-chart: the archive that holds it, its folder there, and its packed name."""
        folder = f"{root}charts/"
        seen: set[str] = set()
        for member in archive.files_below(folder):
            first, _, rest = member.name.removeprefix(folder).partition("/")
            if first.startswith(("_", ".")) or first in seen:
                continue
            if rest and archive.get(f"{folder}{first}/Chart.yaml") is not None:
                seen.add(first)
                yield archive, f"{folder}{first}/", ""
            elif not rest and sniff((member.content or b"")[:512]) is Form.TGZ:
                seen.add(first)
                where = f"{archive.address(member.name)}!/"
                inner = read_inner(member.content or b"", where, self.limits)
                yield inner, chart_root(inner), member.name


def _chart_name(archive: Archive, root: str) -> str:
    member = archive.get(f"{root}Chart.yaml")
    text = (member.content or b"").decode("utf-8", "replace") if member else ""
    for line in text.splitlines():
        if line.startswith("name:"):
            return line.removeprefix("name:").split(" #")[0].strip().strip("\"'")
    return PurePosixPath(root).name


def _mapping(source: YamlSource | None) -> dict[str, Any]:
    tree = source.tree if source is not None else None
    return tree if isinstance(tree, dict) else {}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _name_of(value: object) -> str:
    """The name of a chart as Helm reads it, which makes a string of what is none: no is false."""
    if isinstance(value, bool | int | float):
        return helm_text(value)
    return _text(value)


def _dependencies(source: YamlSource | None) -> Iterator[Dependency]:
    if source is None:
        return
    declared = _mapping(source).get("dependencies")
    for index, item in enumerate(declared if isinstance(declared, list) else ()):
        if not isinstance(item, dict) or not item.get("name"):
            continue
        leaf = source.leaf_at(("dependencies", index, "name"))
        tags = item.get("tags")
        yield Dependency(
            name=_text(item["name"]),
            version=_text(item.get("version")),
            repository=_text(item.get("repository")),
            alias=_text(item.get("alias")),
            condition=_text(item.get("condition")),
            tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
            line=leaf.line if leaf else 1,
            column=leaf.column if leaf else 1,
            file=source.file,
            imports=tuple(_imports(item.get("import-values"))),
        )


def _imports(declared: object) -> Iterator[tuple[Path, Path]]:
    """A word names a map below ``exports``, for the top of the parent; a map names both ends."""
    for item in declared if isinstance(declared, list) else ():
        if isinstance(item, str):
            yield ("exports", *item.split(".")), ()
        elif isinstance(item, dict) and item.keys() >= {"child", "parent"}:
            child, parent = str(item["child"]), str(item["parent"])
            yield tuple(child.split(".")), () if parent == "." else tuple(parent.split("."))


def packed_chart(
    root: Chart, changed: Mapping[str, Mapping[str, bytes]] | None = None, *, level: int = 1
) -> bytes:
    """The root chart as a tgz for the engine, with some files changed.

    ``changed`` maps an archive's ``where`` to changed members by name; a packed sub-chart
    that changed is packed again into the archive that holds it.
    """
    edits = {where: dict(files) for where, files in (changed or {}).items()}
    archives = {chart.archive.where: chart.archive for chart in root.walk()}
    own = root.archive.where
    for where in sorted((where for where in edits if where != own), key=len, reverse=True):
        inner = where.removesuffix("!/")
        parent = max((each for each in archives if inner.startswith(each)), key=len)
        packed = pack_tgz(archives[where], edits[where], level=level)
        edits.setdefault(parent, {})[inner.removeprefix(parent)] = packed
    archive, files = root.archive, edits.get(own, {})
    if not root.root:
        # Helm takes the first folder off every name, so a chart without one gets one here.
        folder = f"{root.name}/"
        members = (replace(member, name=folder + member.name) for member in archive.members)
        archive = replace(archive, members=tuple(members))
        files = {folder + name: content for name, content in files.items()}
    return pack_tgz(archive, files, level=level)
