"""The fields of the platform's form exist in the custom resource.

**What.** `path` of a descriptor leads to a field below `spec` (or `status`) in the schema of the
CRD that the csd file is for.

**Why.** A control whose path leads nowhere has no effect: the customer sets a value, and nothing
happens.

**How to fix it.** Correct the path; it begins below `spec` or `status` and has dots between its
steps. Or add the field to the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.version_definition import steps_of
from ...yaml.source import Path
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-015"
NAME = "descriptor-path"
TITLE = _("A field of the platform's form is not in the custom resource")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0081.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("path: size", "path: members")).expecting(
        Expected(
            "OSC-FMT-015",
            "warning",
            "demo/manifests/demo_csd.yaml:18:15",
            message=Message(
                "The CRD “%(crd)s” has no field %(path)s below %(part)s.",
                {"crd": "demos.demo.example", "path": "members", "part": "spec"},
            ),
            help="Correct the path, or add the field to the CRD's schema.",
        )
    ),
    osc_package(csd=OSC_CSD.replace("path: size", "path: spec.size")).expecting(
        Expected(
            "OSC-FMT-015",
            "warning",
            "demo/manifests/demo_csd.yaml:18:15",
            message=Message(
                "The CRD “%(crd)s” has no field %(path)s below %(part)s.",
                {"crd": "demos.demo.example", "path": "spec.size", "part": "spec"},
            ),
            help="Correct the path, or add the field to the CRD's schema.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Paths that no version of the CRD has."""
    for csd in facts.osc.csds if facts.osc is not None else ():
        definition = facts.osc.definition_of(csd) if facts.osc is not None else None
        for part in ("spec", "status") if definition is not None else ():
            schemas = [
                _below(each, part) for each in (definition.schemas if definition else {}).values()
            ]
            for path, item in csd.maps("spec", "descriptors", part):
                text = item.get("path")
                steps = steps_of(text) if isinstance(text, str) else None
                if not text or any(_has(schema, steps) for schema in schemas):
                    continue
                yield Problem(
                    _(
                        "The CRD “%(crd)s” has no field %(path)s below %(part)s.",
                        crd=csd.crd_name,
                        path=str(text),
                        part=part,
                    ),
                    _("Correct the path, or add the field to the CRD's schema."),
                    csd.place((*path, "path")),
                )


def _below(schema: Any, name: str) -> Any:
    """The schema of a property; True where anything is allowed, None where nothing is."""
    if not isinstance(schema, dict) or schema.get("x-kubernetes-preserve-unknown-fields"):
        return True
    properties = schema.get("properties")
    if isinstance(properties, dict) and name in properties:
        return properties[name]
    more = schema.get("additionalProperties")
    return (more or None) if more is not None or properties else True


def _has(schema: Any, steps: Path | None) -> bool:
    if steps is None:
        return False
    for step in steps:
        if isinstance(step, int) or step.isdigit():
            schema = schema.get("items", True) if isinstance(schema, dict) else schema
        else:
            schema = _below(schema, step)
        if schema is None:
            return False
    return True
