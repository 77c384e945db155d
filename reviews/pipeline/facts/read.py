"""Read what was in the box: the facts before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..archive.reading import read_upload
from ..core.policy import Limits
from ..manifests.image_pieces import ImagePlaces
from ..mapping.entries import ImageMapping, read_mapping
from ..package.helm import Chart, read_chart
from ..package.layout import Kind, Package, is_read, read_layout
from ..package.operator import Operator, read_operator
from ..package.osc import OscPackage, read_osc
from ..package.version_definition import VersionDefinition
from ..tracing.redirect.operator_places import operator_places
from ..tracing.redirect.osc_places import osc_places
from ..yaml.source import YamlBroken
from .model import Facts


def open_package(path: Path, limits: Limits) -> Package:
    """The package at ``path``; of a bare one everything is read, for it has no image archives.

    Raises PackageRefused when it is none, FileNotFoundError when nothing is there.
    """
    package = read_layout(read_upload(path, limits, is_read), limits)
    unread = any(member.content is None for member in package.upload.files())
    if package.is_service_package or not unread:
        return package
    return read_layout(read_upload(path, limits, lambda _name: True), limits)


def read_facts(
    package: Package,
    limits: Limits,
    *,
    file: str,
    previous_versions: tuple[VersionDefinition, ...] = (),
    published_versions: tuple[VersionDefinition, ...] = (),
) -> Facts:
    """The facts of ``package`` as its files have them; ``file`` is the upload's name.

    Raises PackageRefused for YAML past the limits and for unsafe inner archives.
    """
    osc = read_osc(package.deploy, limits) if package.kind is Kind.OSC else None
    operator = read_operator(package.deploy, limits) if package.kind is Kind.OPERATOR else None
    chart = read_chart(package.deploy, limits) if package.kind is Kind.HELM else None
    if osc is not None:
        chart = osc.chart
    if chart is not None and osc is not None and chart.archive.where.endswith("!/"):
        package = replace(package, opened=(chart.archive,))
    mapping = read_mapping(package.upload, package.mapping, limits)
    broken = (
        *(osc.broken if osc else ()),
        *(operator.broken if operator else ()),
        *_broken(package, chart, mapping),
    )
    return Facts(
        package,
        chart,
        mapping if isinstance(mapping, ImageMapping) else None,
        broken,
        operator=operator,
        places=_places(operator, osc, limits),
        osc=osc,
        previous_versions=previous_versions,
        published_versions=published_versions,
        file=file,
    )


def _places(
    operator: Operator | None, osc: OscPackage | None, limits: Limits
) -> ImagePlaces | None:
    """Where files that no engine renders name images; None where a chart is all there is."""
    if osc is not None:
        return osc_places(osc, limits)
    return operator_places(operator) if operator is not None else None


def _broken(
    package: Package, chart: Chart | None, mapping: ImageMapping | YamlBroken | None
) -> Iterator[tuple[str, YamlBroken]]:
    """Every YAML file that people wrote and that does not parse, templates left out."""
    charts = [] if chart is None else list(chart.walk())
    seen: set[str] = set()
    for each in charts:
        for file, error in each.broken:
            if file not in seen:
                seen.add(file)
                yield file, error
    if isinstance(mapping, YamlBroken) and package.mapping is not None:
        yield package.upload.address(package.mapping.name), mapping
