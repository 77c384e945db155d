"""The sample instance is JSON and belongs to the CRD.

**What.** `spec.defaultConfiguration` of a csd file is a text that holds one JSON map, and its
`apiVersion` and `kind` are those of the CRD that the csd file is for.

**Why.** The platform creates the first instance from it. The official sample itself lacks a comma:
whoever copied it has a text that no reader takes.

**How to fix it.** Correct the JSON where the line points. Write `defaultConfiguration: |-` and
indent the JSON below it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.csd import Csd, Definition
from ...yaml.embedded_json import JsonBroken, JsonInYaml
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-017"
NAME = "default-configuration"
TITLE = _("The sample instance is not JSON, or belongs to another CRD")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace('"size": 3}}', '"size" 3}}')).expecting(
        Expected(
            "OSC-FMT-017",
            "error",
            "demo/manifests/demo_csd.yaml:30:92",
            message=Message("This is not JSON: “%(token)s” is not expected here.", {"token": "3"}),
            help="Correct the JSON in defaultConfiguration here.",
        )
    ),
    osc_package(csd=OSC_CSD.replace('"kind": "Demo"', '"kind": "Demos"')).expecting(
        Expected(
            "OSC-FMT-017",
            "error",
            "demo/manifests/demo_csd.yaml:28:47",
            message=Message(
                "The sample's %(key)s is “%(found)s”; the CRD has %(allowed)s.",
                {"key": "kind", "found": "Demos", "allowed": ("Demo",)},
            ),
            help=Message("Write the %(key)s of the CRD.", {"key": "kind"}),
        )
    ),
    osc_package(csd=OSC_CSD.replace("demo.example/v1", "demo.example/v2")).expecting(
        Expected(
            "OSC-FMT-017",
            "error",
            "demo/manifests/demo_csd.yaml:28:20",
            message=Message(
                "The sample's %(key)s is “%(found)s”; the CRD has %(allowed)s.",
                {"key": "apiVersion", "found": "demo.example/v2", "allowed": ("demo.example/v1",)},
            ),
            help=Message("Write the %(key)s of the CRD.", {"key": "apiVersion"}),
        )
    ),
    osc_package(
        csd=OSC_CSD.split("  defaultConfiguration")[0] + "  defaultConfiguration: {}\n"
    ).expecting(
        Expected(
            "OSC-FMT-017",
            "error",
            "demo/manifests/demo_csd.yaml:27:25",
            message=Message("%(path)s must be a text.", {"path": "spec.defaultConfiguration"}),
            help="Write the custom resource as JSON text.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Texts that are no JSON map, and resources of another kind or version."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, _("Write the custom resource as JSON text."), each.place)
    for csd in facts.osc.csds:
        found = csd.configuration
        place = csd.place(("spec", "defaultConfiguration"))
        if isinstance(found, JsonBroken):
            words = _("Correct the JSON in defaultConfiguration here.")
            yield Problem(found.message, words, Place(csd.file, found.line, found.column))
        elif isinstance(found, JsonInYaml) and not isinstance(csd.sample, dict):
            yield Problem(
                _("defaultConfiguration holds no map but another kind of JSON."),
                _("Write one custom resource: {“apiVersion”: ..., “kind”: ..., “spec”: {...}}."),
                place,
            )
        elif isinstance(found, JsonInYaml):
            yield from _of_another_resource(csd, found, facts.osc.definition_of(csd))


def _of_another_resource(
    csd: Csd, sample: JsonInYaml, definition: Definition | None
) -> Iterator[Problem]:
    if definition is None:
        return
    versions = [f"{definition.group}/{version}" for version in definition.schemas]
    for key, allowed in (("apiVersion", versions), ("kind", [definition.kind])):
        leaf = sample.leaf_at((key,))
        found = leaf.value if leaf is not None else None
        if found in allowed or not any(allowed):
            continue
        place = csd.place(("spec", "defaultConfiguration"))
        yield Problem(
            _(
                "The sample's %(key)s is “%(found)s”; the CRD has %(allowed)s.",
                key=key,
                found=str(found or ""),
                allowed=tuple(allowed[:10]),
            ),
            _("Write the %(key)s of the CRD.", key=key),
            Place(csd.file, leaf.line, leaf.column) if leaf is not None else place,
        )
