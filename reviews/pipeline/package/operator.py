"""An operator package: its ClusterServiceVersions (CSVs), its CRDs and the list of packages.

Sources: the package-manifest layout that the provider guide asks for (``xxx.package.yaml`` and
one folder a version) and the newer bundle layout (``manifests/`` and
``metadata/annotations.yaml``) of the Operator Lifecycle Manager. What a file is, its kind says,
not its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from ..archive.members import Archive, Member
from ..core.findings import Place
from ..core.policy import Limits
from ..core.refusal import PackageRefused
from ..yaml.nodes import target_of
from ..yaml.source import Path, YamlBroken, YamlSource, YamlTooDeep
from .layout import is_junk

ANNOTATIONS: Path = ("metadata", "annotations")
SOURCE_ANNOTATION: Path = (*ANNOTATIONS, "source")
ALM_EXAMPLES: Path = (*ANNOTATIONS, "alm-examples")
DEPLOYMENTS: Path = ("spec", "install", "spec", "deployments")
BUNDLE_PACKAGE = "operators.operatorframework.io.bundle.package.v1"
CSV_KIND = "ClusterServiceVersion"
CRD_KIND = "CustomResourceDefinition"

_IS_YAML = re.compile(r".*\.(?:ya?ml|json)", re.IGNORECASE)


class OperatorLayout(StrEnum):
    """How the files of an operator are arranged."""

    PACKAGE_MANIFEST = "package-manifest"
    BUNDLE = "bundle"


@dataclass(frozen=True)
class Manifest:
    """One YAML document of the operator; ``index`` counts the documents of its file.

    ``name`` is the file's name in the archive.
    """

    name: str
    index: int
    source: YamlSource

    @property
    def file(self) -> str:
        """The address of the file."""
        return self.source.file

    @property
    def folder(self) -> str:
        """The folder of the file in the archive, "" for its root."""
        folder = str(PurePosixPath(self.name).parent)
        return "" if folder == "." else folder

    @property
    def kind(self) -> str:
        return self.text(("kind",))

    @property
    def title(self) -> str:
        """``metadata.name``, "" where it is missing."""
        return self.text(("metadata", "name"))

    def text(self, path: Path) -> str:
        """The scalar at ``path`` as it is written, "" where there is none."""
        leaf = self.source.leaf_at(path)
        return "" if leaf is None or leaf.value is None else leaf.text

    def at(self, path: Path) -> Any:
        """The data at ``path``, None where there is none."""
        return self.source.data_at(path)

    def items(self, path: Path) -> list[Any]:
        """The list at ``path``, empty where there is none."""
        found = self.at(path)
        return found if isinstance(found, list) else []

    def place(self, path: Path = ()) -> Place:
        """Where ``path`` is written, or the deepest part of it that is."""
        nodes = self.source.nodes_along(path)
        node = target_of(nodes[-1]) if nodes else None
        return Place(self.file, node.line, node.column) if node else Place(self.file, 1, 1)


@dataclass(frozen=True)
class Channel:
    """A channel of ``*.package.yaml`` and the CSV that it offers."""

    name: str
    current_csv: str
    path: Path


@dataclass(frozen=True)
class Operator:
    """One operator package.

    ``csvs`` begin with the one that the default channel offers, then come those of other
    channels, then the others. ``manifests`` are all documents, those included. ``lists`` are
    the documents of ``*.package.yaml`` files. ``broken`` are files that do not parse.
    """

    archive: Archive
    layout: OperatorLayout
    lists: tuple[Manifest, ...]
    csvs: tuple[Manifest, ...]
    manifests: tuple[Manifest, ...]
    broken: tuple[tuple[str, YamlBroken], ...] = ()

    @property
    def csv(self) -> Manifest | None:
        """The CSV that a customer gets."""
        return self.csvs[0] if self.csvs else None

    @property
    def service(self) -> str | None:
        """The name of the package, else the first part of the CSV's."""
        for each in self.lists:
            if name := each.text(("packageName",)):
                return name
        for each in self.manifests:
            if name := each.text(("annotations", BUNDLE_PACKAGE)):
                return name
        return (self.csv.title.partition(".")[0] or None) if self.csv else None

    @property
    def version(self) -> str | None:
        """``spec.version`` of the CSV that a customer gets."""
        return (self.csv.text(("spec", "version")) or None) if self.csv else None

    @property
    def crds(self) -> tuple[Manifest, ...]:
        return tuple(each for each in self.manifests if each.kind == CRD_KIND)

    def beside(self, csv: Manifest) -> tuple[Manifest, ...]:
        """The documents in the folder of ``csv``."""
        return tuple(each for each in self.manifests if each.folder == csv.folder)


def channels(package: Manifest) -> Iterator[Channel]:
    """The channels of one ``*.package.yaml``, also incomplete ones."""
    for index, item in enumerate(package.items(("channels",))):
        path: Path = ("channels", index)
        if isinstance(item, dict):
            yield Channel(package.text((*path, "name")), package.text((*path, "currentCSV")), path)


def offered(package: Manifest) -> Iterator[str]:
    """The CSVs that the channels offer, the default channel's first."""
    default = package.text(("defaultChannel",))
    found = list(channels(package))
    for each in sorted(found, key=lambda channel: channel.name != default):
        yield each.current_csv


def variables(csv: Manifest) -> Iterator[tuple[Path, str]]:
    """Every environment variable of the containers that ``csv`` installs: its path and name."""
    for leaf in csv.source.leaves:
        path = leaf.path
        in_install = path[: len(DEPLOYMENTS)] == DEPLOYMENTS
        if in_install and path[-1] == "name" and path[-3:-2] == ("env",):
            yield path[:-1], leaf.text


def read_operator(archive: Archive, limits: Limits) -> Operator:
    """The operator in ``archive``.

    A file that does not parse is no refusal: it is listed in ``Operator.broken``. Raises
    PackageRefused for YAML past the limits.
    """
    broken: list[tuple[str, YamlBroken]] = []
    manifests = [
        manifest
        for member in archive.files()
        if _IS_YAML.fullmatch(member.name) and not is_junk(member.name)
        for manifest in _documents(archive, member, limits, broken)
    ]
    lists = [each for each in manifests if _is_list(each)]
    csvs = [each for each in manifests if each.kind == CSV_KIND]
    names = [name for each in lists for name in offered(each)]
    ranks = {name: rank for rank, name in reversed(list(enumerate(names)))}
    csvs.sort(key=lambda each: ranks.get(each.title, len(names)))
    return Operator(
        archive=archive,
        layout=_layout(archive, lists),
        lists=tuple(lists),
        csvs=tuple(csvs),
        manifests=tuple(manifests),
        broken=tuple(broken),
    )


def _documents(
    archive: Archive, member: Member, limits: Limits, broken: list[tuple[str, YamlBroken]]
) -> Iterator[Manifest]:
    address = archive.address(member.name)
    try:
        source = YamlSource.parse(member.content or b"", address, limits)
        documents = source.each_document(limits)
    except YamlTooDeep as error:
        raise PackageRefused("OSC-YAML-001", error.message, address) from error
    except YamlBroken as error:
        broken.append((address, error))
        return
    for index, document in enumerate(documents):
        if isinstance(document.tree, dict):
            yield Manifest(member.name, index, document)


def _is_list(manifest: Manifest) -> bool:
    """Whether it is the list of packages, by its name or by what it holds."""
    if manifest.kind:
        return False
    named_so = manifest.name.lower().endswith((".package.yaml", ".package.yml"))
    return named_so or bool(manifest.text(("packageName",)))


def _layout(archive: Archive, lists: Iterable[Manifest]) -> OperatorLayout:
    names = {member.name.lower() for member in archive.files()}
    is_bundle = any(
        name == "metadata/annotations.yaml" or name.endswith("/metadata/annotations.yaml")
        for name in names
    ) or any("manifests" in PurePosixPath(name).parts[:-1] for name in names)
    return (
        OperatorLayout.BUNDLE if is_bundle and not list(lists) else OperatorLayout.PACKAGE_MANIFEST
    )
