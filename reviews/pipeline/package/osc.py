"""An OSC-format package: metadata.yaml, lifecycle.yaml, manifests/ with CRDs and csd files.

Sources: the developer guide's pages on the package, metadata.yaml, the csd file, vendor/, raw/
and lifecycle.yaml (osc_ss_0004, 0005, 0009, 0010, 0011, 0012), and the packaging guide's last
section for the instance version definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from ..archive.members import Archive, Form, Member, sniff
from ..archive.reading import read_inner
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from ..yaml.source import YamlBroken, YamlSource, YamlTooDeep, place_of
from .csd import (
    Csd,
    Definition,
    SampleValue,
    definition_in,
    is_csd_name,
    map_of,
    text_of,
    value_in_sample,
)
from .helm import Chart, read_chart
from .osc_schema import Violation, violations_in
from .version_definition import VersionDefinition, steps_of

METADATA, LIFECYCLE, README = "metadata.yaml", "lifecycle.yaml", "README.md"
MANIFESTS, VENDOR, RAW = "manifests/", "manifests/vendor/", "raw/"
_IN_RAW = re.compile(rf"{RAW}(?:(?:[^/]+/)?Chart\.yaml|[^/]+\.(?:tgz|tar\.gz|zip))")
HELM_GROUP = "helm.osc.huawei.com"
"""The API group of the custom resource that represents a chart."""


@dataclass(frozen=True)
class OscPackage:
    """One OSC-format package.

    ``root`` is its folder in ``archive`` with a trailing slash, or "". ``sources`` are its YAML
    files outside raw/ by their names in that folder, ``broken`` those that do not parse, with
    their addresses. ``chart`` is the chart in raw/ of a Helm-type package, ``charts`` counts
    those that are there.
    """

    archive: Archive
    root: str
    sources: Mapping[str, YamlSource]
    broken: tuple[tuple[str, YamlBroken], ...] = field(default=(), compare=False)
    chart: Chart | None = None
    charts: int = 0

    def member(self, name: str) -> Member | None:
        """The member of this name, relative to the package's folder."""
        return self.archive.get(self.root + name)

    def address(self, name: str) -> str:
        """The address of a file by its name relative to the package's folder."""
        return self.archive.address(self.root + name)

    @property
    def path(self) -> str:
        """The address of the package's folder."""
        return self.address("").rstrip("/").removesuffix("!")

    def names(self) -> Iterator[str]:
        """The names of all files, relative to the package's folder."""
        for member in self.archive.files():
            if member.name.startswith(self.root):
                yield member.name.removeprefix(self.root)

    @property
    def metadata(self) -> YamlSource | None:
        """``metadata.yaml``, where it is there and parses."""
        return self.sources.get(METADATA)

    @property
    def lifecycle(self) -> YamlSource | None:
        """``lifecycle.yaml``, where it is there and parses."""
        return self.sources.get(LIFECYCLE)

    def written(self, key: str) -> str:
        """A text of metadata.yaml as it is spelled, "" where there is none."""
        leaf = self.metadata.leaf_at((key,)) if self.metadata is not None else None
        return leaf.text if leaf is not None else ""

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The CustomResourceDefinitions in manifests/, in stored order."""
        return tuple(
            definition_in(source.file, map_of(root.data))
            for name, source in self.sources.items()
            if name.startswith(MANIFESTS) and not name.startswith(VENDOR)
            for root in source.roots
            if _kind(root.data) == "CustomResourceDefinition"
        )

    def definition_of(self, csd: Csd) -> Definition | None:
        """The CRD that ``csd`` is for, when it is in the package."""
        found = (each for each in self.definitions if each.name and each.name == csd.crd_name)
        return next(found, None)

    @cached_property
    def csds(self) -> tuple[Csd, ...]:
        """The csd files in manifests/, found by their name or their kind, in stored order."""
        return tuple(
            Csd(source)
            for name, source in self.sources.items()
            if name.startswith(MANIFESTS) and not name.startswith(VENDOR)
            if is_csd_name(name) or _kind(source.tree) == "CustomServiceDefinition"
        )

    @cached_property
    def vendor(self) -> Mapping[str, YamlSource]:
        """The files of vendor/ by their names in manifests/, as ``defaultPath`` names them."""
        return {
            name.removeprefix(MANIFESTS): source
            for name, source in self.sources.items()
            if name.startswith(VENDOR)
        }

    @property
    def vendor_kinds(self) -> Mapping[str, str]:
        """The kind of each file of vendor/, "" where it says none."""
        return {name: _kind(source.tree) for name, source in self.vendor.items()}

    def configs(self, kind: str) -> list[YamlSource]:
        """The files of vendor/ of this kind (``LogConfig``, ``MonitorConfig``)."""
        return [source for source in self.vendor.values() if _kind(source.tree) == kind]

    @cached_property
    def is_helm(self) -> bool:
        """Whether it installs the chart in raw/: ``type: helm``, or without a type what shows it.

        That is a CRD of Helm's group, or a chart in raw/ beside a lifecycle.yaml that deploys
        no operator.
        """
        declared = self.written("type")
        if declared:
            return declared.lower() == "helm"
        if any(each.group == HELM_GROUP for each in self.definitions):
            return True
        lifecycle = self.lifecycle
        deploys = lifecycle is not None and bool(lifecycle.data_at(("install", "deployments")))
        return not deploys and any(_IN_RAW.fullmatch(name) for name in self.names())

    def value_at(self, csd: Csd, path: str) -> SampleValue | None:
        """What is at the dotted ``path`` of the instances of ``csd``; None for nothing.

        The path begins at the root of the custom resource in ``defaultConfiguration``. For a
        package of Helm type it may begin at the chart's values: those of the custom resource
        (its ``spec``) win, for the platform installs the chart with them.
        """
        steps = steps_of(path)
        if steps is None:
            return None
        for each in (steps, ("spec", *steps)) if self.is_helm else (steps,):
            found = value_in_sample(csd, each)
            if found is not None:
                return found
        values = self.chart.values if self.chart is not None else None
        if values is None or len(values.nodes_along(steps)) <= len(steps):
            return None
        leaf = values.leaf_at(steps)
        text = leaf.text if leaf is not None and leaf.value is not None else None
        return SampleValue(text, place_of(values, steps))

    @cached_property
    def sample_values(self) -> Mapping[str, Mapping[str, Any]]:
        """The values with which each csd file's sample installs the chart, by the file's address.

        They are the ``spec`` of the custom resource.
        """
        samples = {csd.file: map_of(csd.sample).get("spec") for csd in self.csds}
        return {file: spec for file, spec in samples.items() if isinstance(spec, dict)}

    @cached_property
    def version_definitions(self) -> tuple[VersionDefinition, ...]:
        """All instance version definitions that have a mode."""
        found = (csd.version_definition for csd in self.csds)
        return tuple(each for each in found if each is not None)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Where the files break the format's schemas."""
        found = [*_violations(self.metadata, "metadata"), *_violations(self.lifecycle, "lifecycle")]
        for csd in self.csds:
            found += violations_in(csd.source, "csd")
        for kind, schema in (("LogConfig", "log_config"), ("MonitorConfig", "monitor_config")):
            for source in self.configs(kind):
                found += violations_in(source, schema)
        return tuple(found)

    def violations_of(self, rule: str) -> Iterator[Violation]:
        """Those that the rule of this id reports."""
        return (each for each in self.violations if each.rule == rule)


def osc_root(archive: Archive) -> str | None:
    """The folder of the OSC-format package in ``archive`` ("" or a top folder), None without one.

    It holds ``metadata.yaml`` and ``lifecycle.yaml``, or one of the two beside ``manifests/``, or
    a csd file in ``manifests/``; and no Chart.yaml, for a chart may have files of these names.
    """
    inside: dict[str, list[str]] = {"": []}
    for member in archive.files():
        top, slash, below = member.name.partition("/")
        inside[""].append(member.name)
        if slash:
            inside.setdefault(f"{top}/", []).append(below)
    for folder, names in sorted(inside.items()):
        if "Chart.yaml" in names:
            return None
        main = len({METADATA, LIFECYCLE}.intersection(names))
        manifests = [name for name in names if name.startswith(MANIFESTS)]
        if main == 2 or (main and manifests) or any(map(is_csd_name, manifests)):
            return folder
    return None


def read_osc(archive: Archive, limits: Limits) -> OscPackage:
    """The OSC-format package in ``archive``, with the chart of a Helm-type one.

    A file that does not parse is no refusal: it is listed in ``broken``. Raises PackageRefused
    for YAML past the limits and for a packed chart in raw/ that is unsafe.
    """
    root = osc_root(archive) or ""
    sources: dict[str, YamlSource] = {}
    broken: list[tuple[str, YamlBroken]] = []
    for member in archive.files():
        name = member.name.removeprefix(root)
        if not member.name.startswith(root) or name.startswith(RAW) or not _is_yaml(name):
            continue
        address = archive.address(member.name)
        try:
            sources[name] = YamlSource.parse(member.content or b"", address, limits)
        except YamlTooDeep as error:
            raise PackageRefused("OSC-YAML-001", error.message, address) from error
        except YamlBroken as error:
            broken.append((address, error))
    package = OscPackage(archive, root, sources, tuple(broken))
    if not package.is_helm:
        return package
    boxes = list(_charts(archive, f"{root}{RAW}", limits))
    chart = read_chart(boxes[0], limits) if boxes else None
    return replace(package, chart=chart, charts=len(boxes))


def _charts(archive: Archive, raw: str, limits: Limits) -> Iterator[Archive]:
    """Each chart in raw/ as an archive of its own: the folder itself, one in it, or a packed one.

    A folder is given as a view of ``archive``: its members alone, with the chart's folder at the
    top, under the addresses that they have.
    """
    if archive.get(f"{raw}Chart.yaml") is not None:
        yield _view(archive, raw)
        return
    inside = [name for name in (each.name for each in archive.files()) if name.startswith(raw)]
    for folder in sorted({name.removeprefix(raw).partition("/")[0] for name in inside}):
        if archive.get(f"{raw}{folder}/Chart.yaml") is not None:
            yield _view(archive, f"{raw}{folder}/")
    for name in inside:
        member = archive.get(name)
        content = (member.content or b"") if member is not None else b""
        if "/" not in name.removeprefix(raw) and sniff(content[:512]) in {Form.TGZ, Form.ZIP}:
            inner = read_inner(content, f"{archive.address(name)}!/", limits)
            if any(PurePosixPath(each.name).name == "Chart.yaml" for each in inner.files()):
                yield inner


def _view(archive: Archive, folder: str) -> Archive:
    above = f"{folder.rstrip('/').rpartition('/')[0]}/".removeprefix("/")
    members = tuple(
        replace(member, name=member.name.removeprefix(above))
        for member in archive.members
        if member.name.startswith(folder)
    )
    return Archive(archive.form, archive.address(above), members)


def _violations(source: YamlSource | None, schema: str) -> Iterator[Violation]:
    """None in a file that is empty: what must be in it is asked by other rules."""
    if source is not None and source.tree is not None:
        yield from violations_in(source, schema)


def _is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def _kind(data: object) -> str:
    return text_of(map_of(data).get("kind"))
