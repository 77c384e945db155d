"""An upgrade keeps a version of the release that it replaces.

**What.** Where `lifecycle.yaml` has `upgrade`, the tags of each instance version definition share
at least one tag with those of the release before, as far as the portal knows it.

**Why.** With no tag in common there is no version in which an instance could be handed over from
the old operator to the new one, and the platform does not publish the release.

**How to fix it.** Add the tags of the release before that the new operator can still run.
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
from ..examples.osc_packages import OSC_CSD, OSC_LIFECYCLE, osc_package

ID = "OSC-FMT-023"
NAME = "upgradable-versions"
TITLE = _("An upgrade keeps no version of the release that it replaces")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0012.html"


def _upgrade(csd: str) -> Example:
    lifecycle = OSC_LIFECYCLE + "upgrade: {replaces: 0.9.0}\n"
    return replace(osc_package(csd=csd, lifecycle=lifecycle), before=osc_package().files)


GOOD: tuple[Example, ...] = (
    _upgrade(OSC_CSD),
    _upgrade(OSC_CSD.replace('"1.0.0"', '"0.9.0"')),
)
BAD: tuple[Example, ...] = (
    _upgrade(OSC_CSD.replace('"1.0.0"', '"2.0.0"').replace('"1.1.0"', '"2.1.0"')).expecting(
        Expected(
            "OSC-FMT-023",
            "error",
            "demo/manifests/demo_csd.yaml:25:7",
            message=Message(
                "None of the tags of the release before (%(tags)s) is left for %(crd)s.",
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
        if has_upgrade and conflict.is_disjoint:
            yield Problem(
                _(
                    "None of the tags of the release before (%(tags)s) is left for %(crd)s.",
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
