"""Custom resources as an OSC-format package has them: the definition (CRD) and its csd file.

Source: the developer guide's page on the csd file (osc_ss_0009).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from ..core.findings import Place
from ..yaml.embedded_json import JsonBroken, JsonInYaml
from ..yaml.source import Path, YamlSource, place_of
from .version_definition import VersionDefinition, read_version_definition


@dataclass(frozen=True)
class Definition:
    """One CustomResourceDefinition. ``schemas`` maps a version to its openAPIV3Schema or None."""

    file: str
    name: str
    group: str
    kind: str
    schemas: Mapping[str, Any]


@dataclass(frozen=True)
class Csd:
    """One CustomServiceDefinition: how the platform shows and upgrades a custom resource."""

    source: YamlSource

    @property
    def file(self) -> str:
        """The address of its file."""
        return self.source.file

    def text(self, *path: str) -> str:
        """The text at ``path``, "" where there is none or something else."""
        value = self.source.data_at(path)
        return value if isinstance(value, str) else ""

    def maps(self, *path: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """The maps in the list at ``path``, each with its own path."""
        items = self.source.data_at(path)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield (*path, index), item

    def place(self, path: Path) -> Place:
        """Where ``path`` is written, or the innermost of its parents that is."""
        return place_of(self.source, path)

    @property
    def crd_name(self) -> str:
        """The name of the CRD it is for."""
        return self.text("spec", "CRDRef", "metadata", "name")

    @property
    def role(self) -> str:
        """``serviceEntity`` (also where it is left out) or what is written."""
        value = self.source.data_at(("spec", "role"))
        return "serviceEntity" if value is None else str(value)

    @cached_property
    def version_definition(self) -> VersionDefinition | None:
        """The instance version definition; None where there is none or it has no mode."""
        return read_version_definition(self.crd_name, self.source.data_at(self.definition_path))

    @cached_property
    def definition_path(self) -> Path:
        """Where the instance version definition is, or would be.

        That is below ``spec``; where there is none, at the top, as the packaging guide prints it.
        """
        below, top = ("spec", "versionDefinition"), ("versionDefinition",)
        is_at_top = self.source.data_at(below) is None and isinstance(
            self.source.data_at(top), dict
        )
        return top if is_at_top else below

    def definition_place(self, key: str) -> Place:
        """Where ``key`` of the instance version definition is, or the definition."""
        return self.place((*self.definition_path, key))

    @cached_property
    def configuration(self) -> JsonInYaml | JsonBroken | None:
        """The JSON of ``defaultConfiguration``; why it is none; None without such a text."""
        leaf = self.source.leaf_at(("spec", "defaultConfiguration"))
        if leaf is None or not isinstance(leaf.value, str):
            return None
        try:
            return JsonInYaml.parse(self.source, leaf)
        except JsonBroken as error:
            return error

    @cached_property
    def sample(self) -> Any:
        """The custom resource in ``defaultConfiguration`` as plain data, None without one.

        Texts are better taken from ``configuration``, which knows where they are written.
        """
        found = self.configuration
        if not isinstance(found, JsonInYaml):
            return None
        # Every number as a float: Python refuses to convert very long whole ones.
        return json.loads(found.text, parse_int=float)


@dataclass(frozen=True, slots=True)
class SampleValue:
    """What is at one path of a sample instance; ``text`` is None where it is no text."""

    text: str | None
    place: Place


def is_csd_name(name: str) -> bool:
    """Whether a file's name is a csd file's: ``xxx_csd.yaml`` or ``csd.yaml``."""
    stem = PurePosixPath(name).name.lower()
    return stem.endswith(("_csd.yaml", "_csd.yml", "-csd.yaml")) or stem == "csd.yaml"


def value_in_sample(csd: Csd, steps: Path) -> SampleValue | None:
    """What is at ``steps`` of the custom resource in ``defaultConfiguration``."""
    configuration, node = csd.configuration, csd.sample
    for step in steps:
        inside = isinstance(node, dict) and step in node
        if not inside and not (isinstance(node, list) and step in range(len(node))):
            return None
        node = node[step]
    place = csd.place(("spec", "defaultConfiguration"))
    leaf = configuration.leaf_at(steps) if isinstance(configuration, JsonInYaml) else None
    if leaf is None:
        return SampleValue(None, place)
    text = leaf.value if isinstance(leaf.value, str) else None
    return SampleValue(text, Place(csd.file, leaf.line, leaf.column))


def definition_in(file: str, data: Mapping[str, Any]) -> Definition:
    """The definition that a document holds; ``data`` is its plain data."""
    spec = map_of(data.get("spec"))
    names = map_of(spec.get("names"))
    shared = map_of(spec.get("validation")).get("openAPIV3Schema")
    versions = spec.get("versions")
    schemas = {
        str(each.get("name")): map_of(each.get("schema")).get("openAPIV3Schema", shared)
        for each in (versions if isinstance(versions, list) else ())
        if isinstance(each, dict)
    }
    if isinstance(spec.get("version"), str):
        schemas.setdefault(spec["version"], shared)
    return Definition(
        file=file,
        name=text_of(map_of(data.get("metadata")).get("name")),
        group=text_of(spec.get("group")),
        kind=text_of(names.get("kind")),
        schemas=schemas,
    )


def map_of(value: object) -> Mapping[str, Any]:
    """``value`` where it is a map, else an empty one."""
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """``value`` where it is a text, else ""."""
    return value if isinstance(value, str) else ""
