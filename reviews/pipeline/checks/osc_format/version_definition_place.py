"""The instance version definition is in a csd file.

**What.** No other file than a csd file in `manifests` has `versionDefinition` with `mode`, `path`
or `tags`: not `values.yaml`, not `Chart.yaml`, not `metadata.yaml`.

**Why.** The platform reads it from csd files only. Elsewhere it has no effect, and the service has
no instance upgrade.

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
from ...yaml.source import Path, YamlSource, place_of
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

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
BAD: tuple[Example, ...] = (
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


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Definitions in other files."""
    for source in _others(facts):
        for path in _definitions(source.tree):
            yield Problem(
                _("An instance version definition has no effect here, only in a csd file."),
                _("Move it below “spec” of the csd file in manifests."),
                place_of(source, path),
            )


def _others(facts: Facts) -> Iterator[YamlSource]:
    if facts.osc is not None:
        csds = {csd.file for csd in facts.osc.csds}
        yield from (each for each in facts.osc.sources.values() if each.file not in csds)
    for each in (facts.chart.metadata, facts.chart.values) if facts.chart is not None else ():
        if each is not None:
            yield each


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
