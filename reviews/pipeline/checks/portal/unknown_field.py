"""Manifests have the fields that their kinds have, and no others.

**What.** Every rendered manifest is compared with the strict schemas of the Kubernetes versions
that the service is sold for. A field that none of them knows is an error, one that only some of
them do not know is a warning, and so is one in a deployment of a ClusterServiceVersion, which the
operator manager makes of the fields that it knows.

**Why.** Mostly it is a misspelled name, or a field in the wrong place. `kubectl apply` and Helm 4
refuse the manifest. Helm 3 installs it without the field, so that what it should do (a limit, a
probe, a permission) silently does not happen.

**How to fix it.** Correct the name, or move the field to where it belongs. `kubectl explain
deployment.spec.template.spec` lists what there is. A field that only some of the versions do not
know is written only where the version knows it, with `semverCompare` in the template.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...cluster_schemas.faults import FaultKind
from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.fault_words import problems_of
from ...facts.model import Facts
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "PORTAL-021"
NAME = "unknown-field"
TITLE = _("A manifest has a field that its kind does not have")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation"

_CONTAINER = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\nspec:\n  containers:\n"
_POD = _CONTAINER + "    - name: main\n      image: busybox\n"
GOOD: tuple[Example, ...] = (
    bare_chart(template=_POD + "      resources: {}\n"),
    bare_chart(template=_POD + "      resources:\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_POD + "      resorces: {}\n").expecting(
        Expected(
            "PORTAL-021",
            "error",
            "demo/templates/pod.yaml:9:7",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(kind)s has no field %(field)s",
                        {"kind": "Pod", "field": "spec.containers[].resorces"},
                    ),
                    "kind": "Pod",
                    "name": "demo",
                },
            ),
            help=(
                "Correct the name of the field, or move it to where it belongs; see"
                " “kubectl explain”."
            ),
        )
    ),
    bare_chart(
        "debug: {enabled: false}\n",
        _POD + "    {{ if .Values.debug.enabled }}\n    - name: debug\n      image: alpine\n"
        "      comand: [sh]\n    {{ end }}\n",
    ).expecting(
        Expected(
            "PORTAL-021",
            "warning",
            "demo/templates/pod.yaml:12:7",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. With %(settings)s, none of the"
                " Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(kind)s has no field %(field)s",
                        {"kind": "Pod", "field": "spec.containers[].comand"},
                    ),
                    "kind": "Pod",
                    "name": "demo",
                    "settings": ("debug.enabled=true",),
                },
            ),
            help=(
                "Correct the name of the field, or move it to where it belongs; see"
                " “kubectl explain”."
            ),
        )
    ),
    operator_package(csv=CSV + "                resorces: {}\n").expecting(
        Expected(
            "PORTAL-021",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:62:27",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s.",
                {
                    "what": Message(
                        "%(kind)s has no field %(field)s",
                        {"kind": "Deployment", "field": "spec.template.spec.containers[].resorces"},
                    ),
                    "kind": "Deployment",
                    "name": "demo-operator",
                },
            ),
            help=(
                "Correct the name of the field, or move it to where it belongs; see"
                " “kubectl explain”."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every field that the schema of a listed version does not have."""
    yield from problems_of(facts, FaultKind.UNKNOWN_FIELD)
