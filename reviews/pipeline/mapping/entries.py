"""``images/mapping.yaml``: which field of values.yaml holds which image.

Source: the provider guide's page on replacing image addresses. Its Helm form calls the
list ``instance``, its text on operators ``instances``; both are read. The section that an
operator's own containers have is known to us only by what its entries hold, so every other
section is kept as it is, and what looks like an entry there is read as one.

Nothing here judges: whatever does not have the shape of the guide is kept as ``Part``, with its
place, for the checks to tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..archive.members import Archive, Member
from ..core.address_parts import ADDRESS_KEYS
from ..core.findings import Place
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from ..manifests.references import is_host, is_valid_repository, is_valid_tag
from ..yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, target_of
from ..yaml.scalars import key_text
from ..yaml.source import Path, YamlBroken, YamlSource, YamlTooDeep, dotted

__all__ = [
    "ADDRESS_KEYS",
    "CONTAINER_KEYS",
    "CONTAINER_TYPES",
    "DEPLOYMENT_KEYS",
    "INSTANCE_KEYS",
    "ImageMapping",
    "MappingEntry",
    "Part",
    "Span",
    "last_segment",
    "parse_mapping",
    "plain_path",
    "read_mapping",
    "value_path",
]

INSTANCE_KEYS = ("instance", "instances")
"""The two names of the list of images."""

CONTAINER_TYPES = ("container", "initContainer", "ephemeralContainer")
"""What ``type`` of an operator's entry says: in which list of a pod the container stands."""
# How an operator's entry names its Deployment and its container is not public: these are guesses.
DEPLOYMENT_KEYS = ("name", "deployment", "deploymentName")
CONTAINER_KEYS = ("container", "containerName")

_ENTRY_KEYS = frozenset({"image", "package", "type"})
# What decides the name of an image, the surest first. ``prefixAddress`` may be shared by many.
_NAMING_KEYS = ("fullAddress", "repo", "repository")
_STEP = re.compile(r"((?:[^.\\\[\]]|\\.)+)|\[([0-9]{1,6})\]")


@dataclass(frozen=True, slots=True)
class Span:
    """Where something is written: bytes of the file (end exclusive), line and column (1-based)."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Part:
    """One value of the mapping, of whatever shape, and where it is written.

    ``path`` leads to it from the root. ``value`` is the plain data, ``text`` the scalar as it is
    spelled (without quotes), None for a map or a list. ``key`` is where its key is written, None
    for an item of a list and for what a merge key (``<<``) brings in. ``is_shared`` says that the
    value is written elsewhere and stands here by an alias or a merge key.
    """

    file: str
    path: Path
    value: Any
    text: str | None
    span: Span
    key: Span | None
    is_shared: bool

    @property
    def place(self) -> Place:
        """Where the value is written."""
        return Place(self.file, self.span.line, self.span.column)

    @property
    def key_place(self) -> Place:
        """Where the key is written, else the value."""
        return Place(self.file, self.key.line, self.key.column) if self.key else self.place

    @property
    def name(self) -> str:
        """The key, or the number of the item."""
        return str(self.path[-1]) if self.path else ""

    @property
    def is_missing(self) -> bool:
        """Whether nothing is written behind the key."""
        return self.value is None or self.value == ""

    @property
    def kind(self) -> str:
        """What it is, in YAML's words: ``map``, ``list``, ``null``, ``text``, ``number``, ..."""
        for kind, word in _KINDS:
            if isinstance(self.value, kind):
                return word
        return "null"


_KINDS: tuple[tuple[type, str], ...] = (
    (dict, "map"),
    (list, "list"),
    (str, "text"),
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
)


@dataclass(frozen=True, eq=False)
class MappingEntry:
    """One image: the name and tag it is pushed under, the fields it fills, its archives.

    ``item`` is the whole entry, ``parts`` what stands behind its keys, ``address_parts`` and
    ``package_parts`` what stands below ``address`` and ``package``, where these are maps. The
    other attributes are the same in plain, with everything left out that has another shape.
    """

    section: str
    item: Part
    parts: dict[str, Part]
    address_parts: dict[str, Part]
    package_parts: dict[str, Part]

    @property
    def is_instance(self) -> bool:
        """Whether it stands in the list of images; else it is an operator's, as far as we know."""
        return self.section in INSTANCE_KEYS

    @property
    def line(self) -> int:
        """The line in which the entry begins."""
        return self.item.span.line

    @property
    def place(self) -> Place:
        """Where the entry begins."""
        return self.item.place

    @property
    def image(self) -> str:
        """The name as written, "" where there is none."""
        return self.text("image")

    @property
    def name(self) -> str:
        """The last segment of ``image``, by which it is compared with other images."""
        return last_segment(self.image)

    @property
    def pushed_name(self) -> str:
        """``image``, under which the platform keeps it in its organisation; "" where illegal."""
        first, slash, _rest = self.image.partition("/")
        has_host = bool(slash) and is_host(first)
        return "" if has_host or not is_valid_repository(self.image) else self.image

    @property
    def pushed_tag(self) -> str:
        """``tag``, under which the platform keeps it; "" where no registry takes it."""
        return self.tag if is_valid_tag(self.tag) else ""

    @property
    def tag(self) -> str:
        """The tag as it is spelled, "" where there is none."""
        return self.text("tag")

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Every key below ``address``, also unknown ones, with the path that it names."""
        return _texts(self.address_parts)

    @cached_property
    def archives(self) -> dict[str, str]:
        """Every key below ``package``, an architecture, with the file name in ``images/``."""
        return _texts(self.package_parts)

    @cached_property
    def value_paths(self) -> dict[str, Path]:
        """Every known key below ``address`` that names a path, with the path."""
        known = ((key, self.addresses.get(key)) for key in ADDRESS_KEYS)
        return {key: path for key, text in known if text and (path := value_path(text))}

    @cached_property
    def paths(self) -> dict[str, str]:
        """As ``value_paths``, in the one spelling in which paths are compared."""
        return {key: dotted(path) for key, path in self.value_paths.items()}

    @cached_property
    def naming_paths(self) -> tuple[str, ...]:
        """The paths of ``paths`` that decide an image's name, and so tell images apart.

        A registry or a tag may be shared by many images, and so may a prefix of the address,
        unless the entry has nothing better.
        """
        found = [self.paths[key] for key in _NAMING_KEYS if key in self.paths]
        prefix = self.paths.get("prefixAddress")
        return tuple(found) or ((prefix,) if prefix else ())

    def text(self, key: str) -> str:
        """The scalar behind ``key`` as it is spelled, "" where there is none."""
        part = self.parts.get(key)
        return "" if part is None or part.value is None else part.text or ""


@dataclass(frozen=True, eq=False)
class ImageMapping:
    """The whole mapping, with where it was written.

    ``sections`` are the top-level keys. ``entries`` are the maps in the list of images and
    ``strays`` what else stands there; ``others`` are what looks like an entry in the lists of
    other sections.
    """

    source: YamlSource
    sections: tuple[Part, ...]
    entries: tuple[MappingEntry, ...]
    others: tuple[MappingEntry, ...]
    strays: tuple[Part, ...]

    @property
    def file(self) -> str:
        """The address of the file."""
        return self.source.file

    @property
    def all_entries(self) -> tuple[MappingEntry, ...]:
        """Those of the list of images, then those of other sections."""
        return (*self.entries, *self.others)

    @property
    def instances(self) -> tuple[Part, ...]:
        """The list of images, of whatever shape; two where both of its names are there."""
        return tuple(each for each in self.sections if each.name in INSTANCE_KEYS)

    @property
    def unknown(self) -> tuple[Part, ...]:
        """The sections that the guide does not name."""
        return tuple(each for each in self.sections if each.name not in INSTANCE_KEYS)

    def entry_for(self, paths: Collection[str], name: str) -> MappingEntry | None:
        """The entry that speaks of the image that the fields ``paths`` decide.

        That is one which names the field of the image's name; failing that, one that names any
        of the fields and is called ``name``, the last segment of the image as it is now; failing
        that, the only one of that name that gives no address at all.
        """
        found = [entry for path in paths for entry in self._candidates(path, name)]
        if found:
            return min(found, key=lambda entry: self._fit(entry, paths, name))
        named = self._without_address.get(name, ())
        return named[0] if len(named) == 1 else None

    def _candidates(self, path: str, name: str) -> Iterator[MappingEntry]:
        naming, called = self._by_path
        for found in (naming.get((path, name)), naming.get((path, None)), called.get((path, name))):
            if found is not None:
                yield found

    def _fit(
        self, entry: MappingEntry, paths: Collection[str], name: str
    ) -> tuple[bool, int, bool, int]:
        """Less is better: the name's field, then more fields, then the name, then the first."""
        return (
            not any(path in paths for path in entry.naming_paths),
            -sum(path in paths for path in entry.paths.values()),
            entry.name != name,
            entry.item.span.start,
        )

    @cached_property
    def _by_path(
        self,
    ) -> tuple[dict[tuple[str, str | None], MappingEntry], dict[tuple[str, str], MappingEntry]]:
        """The first entry for each path that decides a name, and for each path and own name."""
        naming: dict[tuple[str, str | None], MappingEntry] = {}
        called: dict[tuple[str, str], MappingEntry] = {}
        for entry in self.entries:
            name = entry.name
            for path in entry.naming_paths:
                naming.setdefault((path, name), entry)
                naming.setdefault((path, None), entry)
            for path in entry.paths.values():
                called.setdefault((path, name), entry)
        return naming, called

    @cached_property
    def _without_address(self) -> dict[str, list[MappingEntry]]:
        found: dict[str, list[MappingEntry]] = {}
        for entry in self.all_entries:
            if not entry.addresses:
                found.setdefault(entry.name, []).append(entry)
        return found


def read_mapping(
    archive: Archive, member: Member | None, limits: Limits
) -> ImageMapping | YamlBroken | None:
    """The mapping in ``member``; why it does not parse; None when there is none.

    Raises PackageRefused for YAML past the limits.
    """
    if member is None or member.content is None:
        return None
    address = archive.address(member.name)
    try:
        return parse_mapping(member.content, address, limits)
    except YamlTooDeep as error:
        raise PackageRefused("OSC-YAML-001", error.message, address) from error
    except YamlBroken as error:
        return error


def parse_mapping(data: bytes, file: str, limits: Limits) -> ImageMapping:
    """The mapping in ``data``, whose address is ``file``.

    Raises YamlBroken, and YamlTooDeep past the limits.
    """
    source = YamlSource.parse(data, file, limits)
    sections = tuple(_below(source, (), source.root))
    entries: list[MappingEntry] = []
    others: list[MappingEntry] = []
    strays: list[Part] = []
    for section in sections:
        is_instance = section.name in INSTANCE_KEYS
        node = _node_at(source, section.path)
        for part in _below(source, section.path, node) if isinstance(node, Sequence) else ():
            if is_instance:
                if part.kind == "map":
                    entries.append(_entry(source, part))
                else:
                    strays.append(part)
            elif part.kind == "map" and not _ENTRY_KEYS.isdisjoint(part.value):
                others.append(_entry(source, part))
    return ImageMapping(source, sections, tuple(entries), tuple(others), tuple(strays))


def value_path(text: str) -> Path:
    r"""The path that ``text`` names: ``image.tag``, ``list[0].image``, ``a\.b`` with a dot in it.

    A leading dot and ``.Values`` are left out here; that they stand there is told by a check.
    """
    text = text.strip().removeprefix(".").removeprefix("Values.")
    path: list[str | int] = []
    end = 0
    for match in _STEP.finditer(text):
        between = text[end : match.start()]
        if between not in {"", "."}:
            return tuple(text.split("."))
        path.append(int(match[2]) if match[2] is not None else re.sub(r"\\(.)", r"\1", match[1]))
        end = match.end()
    return tuple(path) if end == len(text) else tuple(text.split("."))


def plain_path(text: str) -> str:
    """``text`` in the one spelling in which paths are compared: that of ``dotted``."""
    return dotted(value_path(text))


def last_segment(image: str) -> str:
    """The part of a name behind the last slash."""
    return image.rpartition("/")[2]


def _entry(source: YamlSource, item: Part) -> MappingEntry:
    parts = {part.name: part for part in _below(source, item.path, _node_at(source, item.path))}
    return MappingEntry(
        section=str(item.path[0]),
        item=item,
        parts=parts,
        address_parts=_parts(source, parts.get("address")),
        package_parts=_parts(source, parts.get("package")),
    )


def _parts(source: YamlSource, part: Part | None) -> dict[str, Part]:
    if part is None or part.kind != "map":
        return {}
    return {each.name: each for each in _below(source, part.path, _node_at(source, part.path))}


def _texts(parts: dict[str, Part]) -> dict[str, str]:
    return {key: part.value for key, part in parts.items() if isinstance(part.value, str)}


def _node_at(source: YamlSource, path: Path) -> Node | None:
    nodes = source.nodes_along(path)
    return target_of(nodes[-1]) if len(nodes) == len(path) + 1 else None


def _below(source: YamlSource, path: Path, node: Node | None) -> Iterator[Part]:
    """What stands directly in a map or a list, in the order of the file."""
    if isinstance(node, Mapping):
        keys = {key_text(key.data): key for key, _value in node.pairs}
        for name, child in node.effective.items():
            key = keys.get(name)
            yield _part(source.file, (*path, name), child, key)
    elif isinstance(node, Sequence):
        for index, child in enumerate(node.items):
            yield _part(source.file, (*path, index), child, None)


def _part(file: str, path: Path, node: Node, key: Scalar | None) -> Part:
    target = target_of(node)
    return Part(
        file=file,
        path=path,
        value=target.data,
        text=target.text if isinstance(target, Scalar) else None,
        span=_span(target),
        key=_span(key) if key is not None else None,
        is_shared=isinstance(node, Alias),
    )


def _span(node: Scalar | Sequence | Mapping) -> Span:
    return Span(node.start, node.end, node.line, node.column)
