"""Every cluster version that the service is sold for serves the resources that it installs.

**What.** Of every rendered manifest, and of the files of an operator, `apiVersion` and `kind` are
looked up in what each of these Kubernetes versions serves. Kinds that a CRD in the package defines
are left out, and so are kinds that a template writes only after it has asked the cluster for them
(`.Capabilities.APIVersions.Has`).

**Why.** A cluster that does not serve a resource refuses it, and with it the whole installation:
“no matches for kind”. What an older version served may be removed since.

**How to fix it.** Write the version of the API that all these clusters serve. Where there is none,
ask for it in the template: `{{ if .Capabilities.APIVersions.Has "policy/v1" }}`.
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

ID = "PORTAL-020"
NAME = "removed-api"
TITLE = _("A cluster version does not serve a resource")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"

_BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: demo
spec:
  minAvailable: 1
  selector:
    matchLabels: {app: demo}
"""
_ASKING = (
    '{{ if .Capabilities.APIVersions.Has "policy/v1beta1" }}\n'
    + _BUDGET.replace("policy/v1", "policy/v1beta1")
    + "{{ end }}\n"
)
GOOD: tuple[Example, ...] = (
    bare_chart(template=_BUDGET),
    bare_chart(template=_ASKING),
    bare_chart(template=_BUDGET.replace("policy/v1", "policy.example/v1beta1")),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_BUDGET.replace("policy/v1", "policy/v1beta1")).expecting(
        Expected(
            "PORTAL-020",
            "error",
            "demo/templates/pod.yaml:1:1",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "Kubernetes 1.%(minor)s removed %(kind)s of %(api)s",
                        {"minor": 25, "kind": "PodDisruptionBudget", "api": "policy/v1beta1"},
                    ),
                    "kind": "PodDisruptionBudget",
                    "name": "demo",
                },
            ),
            help=Message(
                "Write “apiVersion: %(api)s”, and the fields of that version.", {"api": "policy/v1"}
            ),
        )
    ),
    bare_chart(
        template="apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\n"
        "metadata:\n  name: demo\nspec:\n  maxReplicas: 2\n"
        "  scaleTargetRef:\n    kind: Deployment\n    name: demo\n"
    ).expecting(
        Expected(
            "PORTAL-020",
            "error",
            "demo/templates/pod.yaml:1:1",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. Not taken by Kubernetes %(versions)s.",
                {
                    "what": Message(
                        "Kubernetes 1.%(minor)s removed %(kind)s of %(api)s",
                        {
                            "minor": 26,
                            "kind": "HorizontalPodAutoscaler",
                            "api": "autoscaling/v2beta2",
                        },
                    ),
                    "kind": "HorizontalPodAutoscaler",
                    "name": "demo",
                    "versions": (
                        "1.27",
                        "1.28",
                        "1.29",
                        "1.30",
                        "1.31",
                        "1.32",
                        "1.33",
                        "1.34",
                    ),
                },
            ),
            help=Message(
                "Write “apiVersion: %(api)s”, and the fields of that version.",
                {"api": "autoscaling/v2"},
            ),
        )
    ),
    bare_chart(
        template="apiVersion: resource.k8s.io/v1\nkind: DeviceClass\n"
        "metadata:\n  name: demo\nspec: {}\n"
    ).expecting(
        Expected(
            "PORTAL-020",
            "error",
            "demo/templates/pod.yaml:1:1",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. Not taken by Kubernetes %(versions)s.",
                {
                    "what": Message(
                        "Kubernetes has %(kind)s of %(api)s from 1.%(minor)s on",
                        {"minor": 34, "kind": "DeviceClass", "api": "resource.k8s.io/v1"},
                    ),
                    "kind": "DeviceClass",
                    "name": "demo",
                    "versions": (
                        "1.25",
                        "1.27",
                        "1.28",
                        "1.29",
                        "1.30",
                        "1.31",
                        "1.32",
                        "1.33",
                    ),
                },
            ),
            help=Message(
                "Write “apiVersion: %(api)s”, and the fields of that version.",
                {"api": "resource.k8s.io/v1beta1"},
            ),
        )
    ),
    bare_chart(template=_BUDGET.replace("kind: PodDisruptionBudget", "kind: PodBudget")).expecting(
        Expected(
            "PORTAL-020",
            "error",
            "demo/templates/pod.yaml:1:1",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "Kubernetes has no %(kind)s of %(api)s",
                        {"kind": "PodBudget", "api": "policy/v1"},
                    ),
                    "kind": "PodBudget",
                    "name": "demo",
                },
            ),
            help=("Correct apiVersion and kind, or write it only where the cluster has it."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every kind of resource that a listed version does not serve."""
    yield from problems_of(facts, FaultKind.UNSERVED)
