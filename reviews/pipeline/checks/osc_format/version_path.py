"""The instance version definition points to a field of the sample instance.

**What.** `versionDefinition.path` leads to a text in `defaultConfiguration`, from the root of the
custom resource (`spec.image`). In a package that brings a chart it may also begin at the chart's
values (`clickhouse.imageVersion`).

**Why.** There the platform puts the new image or tag when a customer upgrades an instance. A path
that leads nowhere changes nothing: the instance keeps running the old version and is shown as
upgraded.

**How to fix it.** Correct the path, or add the field to `defaultConfiguration`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.csd import Csd
from ...package.osc import OscPackage
from ...package.version_definition import steps_of
from ...yaml.embedded_json import JsonBroken
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, OSC_HELM_CSD, osc_chart_package, osc_package

ID = "OSC-FMT-019"
NAME = "version-path"
TITLE = _("The instance version definition points to no field of the sample instance")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("path: spec.image", "path: image")).expecting(
        Expected(
            "OSC-FMT-019",
            "error",
            "demo/manifests/demo_csd.yaml:23:11",
            message=Message("defaultConfiguration has nothing at %(path)s.", {"path": "image"}),
            help=Message("Write %(near)s, which is there.", {"near": "spec.image"}),
        )
    ),
    osc_package(csd=OSC_CSD.replace("path: spec.image", "path: spec..image")).expecting(
        Expected(
            "OSC-FMT-019",
            "error",
            "demo/manifests/demo_csd.yaml:23:11",
            message=Message(
                "“%(path)s” is not a path: names with dots between them, as in spec.image.",
                {"path": "spec..image"},
            ),
            help="Correct the path, or add the field to defaultConfiguration.",
        )
    ),
    osc_package(csd=OSC_CSD.replace("path: spec.image", "path: spec")).expecting(
        Expected(
            "OSC-FMT-019",
            "error",
            "demo/manifests/demo_csd.yaml:23:11",
            message=Message("%(path)s is not a string.", {"path": "spec"}),
            help="Correct the path, or add the field to defaultConfiguration.",
        )
    ),
    osc_package(csd=OSC_CSD.split("  defaultConfiguration")[0]).expecting(
        Expected(
            "OSC-FMT-019",
            "error",
            "demo/manifests/demo_csd.yaml:23:11",
            message=Message(
                "defaultConfiguration has nothing at %(path)s.", {"path": "spec.image"}
            ),
            help="Correct the path, or add the field to defaultConfiguration.",
        )
    ),
    osc_chart_package(csd=OSC_HELM_CSD.replace("demo.imageVersion", "demo.version")).expecting(
        Expected(
            "OSC-FMT-019",
            "error",
            "demo/manifests/helmrelease_csd.yaml:13:11",
            message=Message(
                "Neither defaultConfiguration nor the chart's values.yaml has %(path)s.",
                {"path": "demo.version"},
            ),
            help="Correct the path, or add the field to defaultConfiguration.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Paths that are none, lead nowhere, or lead to something else than a text."""
    if facts.osc is None:
        return
    for csd in facts.osc.csds:
        definition = csd.version_definition
        if definition is None or not definition.path or isinstance(csd.configuration, JsonBroken):
            continue
        words = _objection(facts.osc, csd, definition.path)
        if words is not None:
            place = csd.definition_place("path")
            yield Problem(words, _help(facts.osc, csd, definition.path), place)


def _objection(osc: OscPackage, csd: Csd, path: str) -> Message | None:
    if steps_of(path) is None:
        return _(
            "“%(path)s” is not a path: names with dots between them, as in spec.image.", path=path
        )
    found = osc.value_at(csd, path)
    if found is not None:
        return None if found.text is not None else _("%(path)s is not a string.", path=path)
    if osc.is_helm:
        return _(
            "Neither defaultConfiguration nor the chart's values.yaml has %(path)s.", path=path
        )
    return _("defaultConfiguration has nothing at %(path)s.", path=path)


def _help(osc: OscPackage, csd: Csd, path: str) -> Message:
    """With the path that was probably meant, where there is one."""
    for near in (f"spec.{path}", path.removeprefix("spec.")):
        found = osc.value_at(csd, near) if near != path else None
        if found is not None and found.text is not None:
            return _("Write %(near)s, which is there.", near=near)
    return _("Correct the path, or add the field to defaultConfiguration.")
