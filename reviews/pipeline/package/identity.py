"""What a package calls itself: its service and its version, and where they are written.

Sources: the chart's Chart.yaml, an operator's list of packages and ClusterServiceVersion, the
OSC format's metadata.yaml; the provider guide's pattern ``{ServiceName}-{Version}`` for files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..core.findings import Place
from ..yaml.source import YamlSource
from .helm import Chart
from .operator import Operator
from .osc import OscPackage

_EXTENSION = re.compile(r"\.(?:zip|tgz|tar\.gz|tar)$", re.IGNORECASE)
_VERSIONED = re.compile(r"(?P<name>.+?)-(?P<version>v?[0-9]+(?:\.[0-9]+)+.*)")


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it is spelled in a file."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Identity:
    """The service's name and version; None where the package does not say."""

    name: Written | None = None
    version: Written | None = None


def identity_of(chart: Chart | None, operator: Operator | None, osc: OscPackage | None) -> Identity:
    """What the package calls itself; of an operator with several CSVs, what a customer gets."""
    if osc is not None:
        return Identity(_written(osc.metadata, "name"), _written(osc.metadata, "version"))
    if chart is not None:
        return Identity(_written(chart.metadata, "name"), _written(chart.metadata, "version"))
    if operator is not None:
        names = (_written(each.source, "packageName") for each in operator.lists)
        csv = operator.csv.source if operator.csv is not None else None
        return Identity(next(filter(None, names), None), _written(csv, "spec", "version"))
    return Identity()


def _written(source: YamlSource | None, *path: str) -> Written | None:
    leaf = source.leaf_at(path) if source is not None else None
    if source is None or leaf is None or not leaf.text:
        return None
    return Written(leaf.text, Place(source.file, leaf.line, leaf.column))


def named_after(file: str) -> tuple[str, str]:
    """The service and the version that the name of an archive says; "" for no version.

    ``etcd-helm-6.7.0.tgz`` is ``etcd-helm`` in ``6.7.0``.
    """
    stem = _EXTENSION.sub("", PurePosixPath(file).name)
    found = _VERSIONED.fullmatch(stem)
    return (found["name"], found["version"]) if found else (stem, "")


def is_named_for(name: str, service: str) -> bool:
    """Whether ``name`` is a name of ``service``: the guide packs its ``etcd`` as ``etcd-helm``."""
    return name == service or name.startswith(f"{service}-")
