"""A release keeps the versions that customers may be running.

**What.** The tags of each instance version definition hold all tags of the release before, as far
as the portal knows it.

**Why.** The operator cannot be upgraded in a cluster where an instance runs a version that the new
release does not list: the customer must delete the instance first.

**How to fix it.** Keep the tags, or inform customers which versions they must leave before the
upgrade.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import MANIFESTS, OscPackage
from ...package.version_definition import version_definition_conflicts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-024"
NAME = "dropped-versions"
TITLE = _("A version that customers may be running is dropped")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0012.html"


def _next(csd: str) -> Example:
    return replace(osc_package(csd=csd), before=osc_package().files)


GOOD: tuple[Example, ...] = (
    _next(OSC_CSD),
    _next(OSC_CSD.replace('      - "1.0.0"\n', '      - "1.0.0"\n      - "2.0.0"\n')),
)
BAD: tuple[Example, ...] = (
    _next(OSC_CSD.replace('"1.0.0"', '"2.0.0"')).expecting(
        Expected(
            "OSC-FMT-024",
            "warning",
            "demo/manifests/demo_csd.yaml:25:7",
            message=Message(
                "Tags of the release before are not listed any more for %(crd)s: %(tags)s.",
                {"tags": Listed(("1.0.0",)), "crd": "demos.demo.example"},
            ),
            help="Add the missing tags to versionDefinition.tags.",
        )
    ),
    _next(OSC_CSD.replace('"1.0.0"', '"2.0.0"').replace('"1.1.0"', '"2.1.0"')).expecting(
        Expected(
            "OSC-FMT-024",
            "warning",
            "demo/manifests/demo_csd.yaml:25:7",
            message=Message(
                "Tags of the release before are not listed any more for %(crd)s: %(tags)s.",
                {
                    "tags": Listed(
                        (
                            "1.0.0",
                            "1.1.0",
                        )
                    ),
                    "crd": "demos.demo.example",
                },
            ),
            help="Add the missing tags to versionDefinition.tags.",
        )
    ),
    _next(OSC_CSD.replace("versionDefinition", "noDefinition")).expecting(
        Expected(
            "OSC-FMT-024",
            "warning",
            "demo/manifests/demo_csd.yaml:6:3",
            message=Message(
                "Tags of the release before are not listed any more for %(crd)s: %(tags)s.",
                {
                    "tags": Listed(
                        (
                            "1.0.0",
                            "1.1.0",
                        )
                    ),
                    "crd": "demos.demo.example",
                },
            ),
            help="Add the missing tags to versionDefinition.tags.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Definitions that lost tags of the release before."""
    osc = facts.osc
    lifecycle = osc.lifecycle if osc is not None else None
    has_upgrade = lifecycle is not None and bool(lifecycle.data_at(("upgrade",)))
    if osc is None:
        return
    for conflict in version_definition_conflicts(facts.previous_versions, osc.version_definitions):
        if not (has_upgrade and conflict.is_disjoint):
            yield Problem(
                _(
                    "Tags of the release before are not listed any more for %(crd)s: %(tags)s.",
                    tags=listed(conflict.missing),
                    crd=conflict.crd,
                ),
                _("Add the missing tags to versionDefinition.tags."),
                _place(osc, conflict.crd),
            )


def _place(osc: OscPackage, crd: str) -> Place:
    for csd in osc.csds:
        if csd.crd_name == crd:
            return csd.definition_place("tags")
    return Place(osc.address(MANIFESTS).rstrip("/"))
