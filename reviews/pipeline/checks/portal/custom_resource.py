"""Custom resources fit the definitions that the package brings for them.

**What.** Custom resources that a chart renders, the entries of `alm-examples` and the
`defaultConfiguration` of csd files are compared with the schema of their CRD, where the package
has it. A wrong value or a missing field is an error; a field that the schema does not have is a
warning, because the API server only drops it. Where the package has no CRD for a kind, its
resources are listed as not validated.

**Why.** The customer's first instance begins with the sample: if the API server refuses it, the
service cannot be created as it is offered. What is dropped has no effect.

**How to fix it.** Correct the resource, or the schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...cluster_schemas.faults import FaultKind
from ...core.findings import Problem, Severity
from ...core.messages import Message, OneOf, _
from ...core.policy import Policy
from ...facts.fault_words import problems_of
from ...facts.model import Facts
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CRD, CSV, operator_package
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "PORTAL-026"
NAME = "custom-resource"
TITLE = _("A custom resource does not fit its definition")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation"
)

_CRD = {"crds/demos.yaml": CRD.replace("type: string", "type: integer")}
_RESOURCE = "apiVersion: demo.example/v1\nkind: Demo\nmetadata:\n  name: demo\nspec:\n  image: "
GOOD: tuple[Example, ...] = (
    bare_chart(template=_RESOURCE + "1\n", more=_CRD),
    bare_chart(template=_RESOURCE + "demo\n"),
    operator_package(),
    osc_package(),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_RESOURCE + "demo\n", more=_CRD).expecting(
        Expected(
            "PORTAL-026",
            "error",
            "demo/templates/pod.yaml:6:3",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(field)s of %(kind)s is %(value)s, which is no %(wanted)s",
                        {
                            "field": "spec.image",
                            "kind": "Demo",
                            "value": "“demo”",
                            "wanted": OneOf(("integer",)),
                        },
                    ),
                    "kind": "Demo",
                    "name": "demo",
                },
            ),
            help="Write a value of the type that the field has.",
        )
    ),
    operator_package(crd=CRD.replace("type: string", "type: integer")).expecting(
        Expected(
            "PORTAL-026",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:12:29",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s.",
                {
                    "what": Message(
                        "%(field)s of %(kind)s is %(value)s, which is no %(wanted)s",
                        {
                            "field": "spec.image",
                            "kind": "Demo",
                            "value": "“swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0”",
                            "wanted": OneOf(("integer",)),
                        },
                    ),
                    "kind": "Demo",
                    "name": "demo",
                },
            ),
            help="Write a value of the type that the field has.",
        )
    ),
    operator_package(csv=CSV.replace('"spec": {"image"', '"spec": {"imag"')).expecting(
        Expected(
            "PORTAL-026",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:12:28",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s.",
                {
                    "what": Message(
                        "%(kind)s has no field %(field)s", {"kind": "Demo", "field": "spec.imag"}
                    ),
                    "kind": "Demo",
                    "name": "demo",
                },
            ),
            help=(
                "Correct the name of the field, or move it to where it belongs; see"
                " “kubectl explain”."
            ),
        )
    ),
    osc_package(csd=OSC_CSD.replace('"size": 3', '"size": "3"')).expecting(
        Expected(
            "PORTAL-026",
            "error",
            "demo/manifests/demo_csd.yaml:30:93",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s.",
                {
                    "what": Message(
                        "%(field)s of %(kind)s is %(value)s, which is no %(wanted)s",
                        {
                            "field": "spec.size",
                            "kind": "Demo",
                            "value": "“3”",
                            "wanted": OneOf(("integer",)),
                        },
                    ),
                    "kind": "Demo",
                    "name": "demo",
                },
            ),
            help="Write the value without quotes; in a template, leave out “quote”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every value that the definitions in the package do not take, and every field they drop."""
    yield from problems_of(facts, FaultKind.CUSTOM_RESOURCE, FaultKind.CUSTOM_FIELD)
