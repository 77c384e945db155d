"""``images/mapping.yaml``: which field of values.yaml holds which image.

Source: the provider guide's page on replacing image addresses. Its Helm form calls the
list ``instance``, its text on operators ``instances``; both are read. The section that an
operator's own containers have is known to us only by what its entries hold, so every other
section is kept as it is, and what looks like an entry there is read as one.

Nothing is reported here: whatever does not have the shape of the guide is kept as ``Part``, with
its place, for the checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..archive.members import Archive, Member
from ..core.address_parts import ADDRESS_KEYS
from ..core.findings import Place
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from ..manifests.references import is_host, is_valid_repository, is_valid_tag
from ..yaml.source import Path, YamlBroken, YamlSource, YamlTooDeep, dotted
from .parts import Part, parts_at
from .value_paths import value_path

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


@dataclass(frozen=True, eq=False)
class MappingEntry:
    """One image: the name and tag it is pushed under, the fields it fills, its archives.

    ``item`` is the whole entry, ``parts`` what is behind its keys, ``address_parts`` and
    ``package_parts`` what is below ``address`` and ``package``, where these are maps. The
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
        """``image``, under which the platform keeps it in its organisation; "" if invalid."""
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
        """The paths of ``paths`` that decide an image's name, and so distinguish images.

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
    ``strays`` what else is there; ``others`` are what looks like an entry in the lists of
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
        """The entry for the image that the fields ``paths`` decide.

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
    sections = tuple(parts_at(source, ()))
    entries: list[MappingEntry] = []
    others: list[MappingEntry] = []
    strays: list[Part] = []
    for section in sections:
        is_instance = section.name in INSTANCE_KEYS
        for part in parts_at(source, section.path) if section.kind == "list" else ():
            if is_instance:
                if part.kind == "map":
                    entries.append(_entry(source, part))
                else:
                    strays.append(part)
            elif part.kind == "map" and not _ENTRY_KEYS.isdisjoint(part.value):
                others.append(_entry(source, part))
    return ImageMapping(source, sections, tuple(entries), tuple(others), tuple(strays))


def last_segment(image: str) -> str:
    """The part of a name behind the last slash."""
    return image.rpartition("/")[2]


def _entry(source: YamlSource, item: Part) -> MappingEntry:
    parts = {part.name: part for part in parts_at(source, item.path)}
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
    return {each.name: each for each in parts_at(source, part.path)}


def _texts(parts: dict[str, Part]) -> dict[str, str]:
    return {key: part.value for key, part in parts.items() if isinstance(part.value, str)}
