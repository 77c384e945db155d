"""``images/mapping.yaml``: which field of values.yaml holds which image.

Source: the provider guide's page on replacing image addresses. Its Helm form calls the
list ``instance``, its operator form ``instances``; both are read. Unknown sections are
left alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..policy import Limits
from ..refusal import PackageRefused
from ..unpack import Archive, Member
from ..yaml_source import YamlBroken, YamlSource, YamlTooDeep

ADDRESS_KEYS = ("fullAddress", "repository", "prefixAddress", "repo", "endpoint", "tag")


@dataclass(frozen=True, slots=True)
class MappingEntry:
    """One image: the name and tag it is pushed under, the fields it fills, its archives.

    ``addresses`` maps an address key to a dotted path into values.yaml, ``archives`` an
    architecture (``x86_64``, ``aarch64``) to a file name in ``images/``.
    """

    image: str
    tag: str
    addresses: dict[str, str]
    archives: dict[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class ImageMapping:
    """The whole mapping, with where it was written."""

    source: YamlSource
    entries: tuple[MappingEntry, ...]

    def entry_for(self, paths: Collection[str], name: str) -> MappingEntry | None:
        """The entry that speaks of the fields ``paths``, else the only one of that ``name``."""
        for entry in self.entries:
            if any(_plain(address) in paths for address in entry.addresses.values()):
                return entry
        named = [entry for entry in self.entries if entry.image == name and not entry.addresses]
        return named[0] if len(named) == 1 else None


def read_mapping(
    archive: Archive, member: Member | None, limits: Limits
) -> ImageMapping | YamlBroken | None:
    """The mapping in ``member``; why it does not parse; None when there is none.

    Raises PackageRefused for YAML past the limits.
    """
    if member is None or member.content is None:
        return None
    try:
        source = YamlSource.parse(member.content, archive.address(member.name), limits)
    except YamlTooDeep as error:
        address = archive.address(member.name)
        raise PackageRefused("OSC-YAML-001", error.message, address) from error
    except YamlBroken as error:
        return error
    tree = source.tree
    items: Any = None
    key = ""
    if isinstance(tree, dict):
        key = "instance" if "instance" in tree else "instances"
        items = tree.get(key)
    entries = [
        _entry(source, key, index, item)
        for index, item in enumerate(items if isinstance(items, list) else ())
        if isinstance(item, dict)
    ]
    return ImageMapping(source, tuple(entries))


def _entry(source: YamlSource, key: str, index: int, item: dict[str, Any]) -> MappingEntry:
    image_leaf = source.leaf_at((key, index, "image"))
    tag_leaf = source.leaf_at((key, index, "tag"))
    return MappingEntry(
        image=image_leaf.text if image_leaf else "",
        tag=tag_leaf.text if tag_leaf else "",
        addresses=_strings(item.get("address")),
        archives=_strings(item.get("package")),
        line=image_leaf.line if image_leaf else 1,
    )


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): text for key, text in value.items() if isinstance(text, str)}


def _plain(address: str) -> str:
    return address.removeprefix(".").removeprefix("Values.")
