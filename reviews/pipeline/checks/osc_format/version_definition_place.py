"""The instance version definition is in a csd file.

**What.** No other file than a csd file in `manifests` has `versionDefinition` with `mode`, `path`
or `tags`: not `values.yaml`, not `Chart.yaml`, not `metadata.yaml`, not a csd file beside a plain
chart. In the csd file it is below `spec`; the packaging guide prints an excerpt without it.

**Why.** The platform reads it from there only. Elsewhere it has no effect, and the service has no
instance upgrade. At the top of the csd file, as the guide prints it, the portal reads it all the
same, to know which images it needs.

**How to fix it.** Move it into the csd file, below `spec`. A plain chart has none: convert the
package into the OSC format with `oscctl convert`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.csd import is_csd_name
from ...yaml.source import Path, YamlBroken, YamlSource, place_of
from ..examples.charts import Example, bare_chart, service_package
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, OSC_METADATA, osc_package

ID = "OSC-FMT-025"
NAME = "version-definition-place"
TITLE = _("The instance version definition is outside a csd file")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_KEYS = {"mode", "path", "tags"}
GOOD: tuple[Example, ...] = (
    osc_package(),
    bare_chart("versionDefinition: none\n"),
)
_DEFINITION = "versionDefinition:\n  mode: tag\n  path: image.tag\n  tags: [0.0.1]\n"
_WRITTEN = OSC_CSD[OSC_CSD.index("  versionDefinition") : OSC_CSD.index("  defaultConf")]
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace(_WRITTEN, "") + "\n" + _DEFINITION).expecting(
        Expected(
            "OSC-FMT-025",
            "warning",
            "demo/manifests/demo_csd.yaml:27:3",
            message=(
                "The instance version definition is outside of “spec”, where the platform reads it."
            ),
            help="Move it below “spec”, which the guide's excerpt leaves out.",
        )
    ),
    bare_chart(more={"csd.yaml": _DEFINITION}).expecting(
        Expected(
            "OSC-FMT-025",
            "warning",
            "demo/csd.yaml:2:3",
            message=("A csd file beside a plain chart has no effect, nor has its definition."),
            help=(
                "Convert the package into the OSC format (oscctl convert):"
                " metadata.yaml with “type: helm”, the csd file in manifests, the"
                " chart in raw."
            ),
        )
    ),
    service_package(more={"package/csd.yaml": _DEFINITION}).expecting(
        Expected(
            "OSC-FMT-025",
            "warning",
            "demo/package/csd.yaml:2:3",
            message=("A csd file beside a plain chart has no effect, nor has its definition."),
            help=(
                "Convert the package into the OSC format (oscctl convert):"
                " metadata.yaml with “type: helm”, the csd file in manifests, the"
                " chart in raw."
            ),
        )
    ),
    osc_package(metadata=OSC_METADATA + "versionDefinition: {mode: tag}\n").expecting(
        Expected(
            "OSC-FMT-025",
            "warning",
            "demo/metadata.yaml:16:20",
            message=("An instance version definition has no effect here, only in a csd file."),
            help="Move it below “spec” of the csd file in manifests.",
        )
    ),
    bare_chart("demo:\n  versionDefinition:\n    mode: tag\n    path: tag\n").expecting(
        Expected(
            "OSC-FMT-025",
            "warning",
            "demo/values.yaml:3:5",
            message=("An instance version definition has no effect here, only in a csd file."),
            help="Move it below “spec” of the csd file in manifests.",
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """Definitions in other files, and beside ``spec`` of a csd file."""
    for csd in facts.osc.csds if facts.osc is not None else ():
        for path in _definitions(csd.source.tree):
            if path != ("spec", "versionDefinition"):
                yield Problem(
                    _(
                        "The instance version definition is outside of “spec”, where the platform"
                        " reads it."
                    ),
                    _("Move it below “spec”, which the guide's excerpt leaves out."),
                    csd.place(path),
                )
    for source in _others(facts):
        for path in _definitions(source.tree):
            yield Problem(
                _("An instance version definition has no effect here, only in a csd file."),
                _("Move it below “spec” of the csd file in manifests."),
                place_of(source, path),
            )
    for source in _beside_charts(facts, policy):
        for path in _definitions(source.tree):
            yield Problem(
                _("A csd file beside a plain chart has no effect, nor has its definition."),
                _(
                    "Convert the package into the OSC format (oscctl convert): metadata.yaml with"
                    " “type: helm”, the csd file in manifests, the chart in raw."
                ),
                place_of(source, path),
            )


def _others(facts: Facts) -> Iterator[YamlSource]:
    if facts.osc is not None:
        csds = {csd.file for csd in facts.osc.csds}
        yield from (each for each in facts.osc.sources.values() if each.file not in csds)
    for each in (facts.chart.metadata, facts.chart.values) if facts.chart is not None else ():
        if each is not None:
            yield each


def _beside_charts(facts: Facts, policy: Policy) -> Iterator[YamlSource]:
    """The csd files in a chart, or in the service package around it."""
    if facts.osc is not None or facts.chart is None:
        return
    found = [(facts.chart.address(name), member) for name, member in facts.chart.files()]
    upload = facts.package.upload
    if upload is not facts.package.deploy:
        found += [(upload.address(member.name), member) for member in upload.files()]
    for address, member in found:
        if is_csd_name(address) and member.content is not None:
            try:
                yield YamlSource.parse(member.content, address, policy.limits)
            except YamlBroken:  # nothing reads the file
                continue


def _definitions(tree: Any) -> Iterator[Path]:
    """The paths of all maps called versionDefinition that look like one."""
    stack: list[tuple[Path, Any]] = [((), tree)]
    while stack:
        path, node = stack.pop()
        if path[-1:] == ("versionDefinition",) and isinstance(node, dict) and _KEYS & node.keys():
            yield path
        elif isinstance(node, dict):
            stack.extend(((*path, key), child) for key, child in node.items())
        elif isinstance(node, list):
            stack.extend(((*path, index), child) for index, child in enumerate(node))
