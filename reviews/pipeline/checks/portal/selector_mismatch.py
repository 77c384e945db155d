"""The selector of a workload matches the labels of its own pods.

**What.** In every rendered Deployment, StatefulSet, DaemonSet and ReplicaSet, each label of
`spec.selector.matchLabels` is in `spec.template.metadata.labels`, with the same value.

**Why.** The API server refuses a workload that would not find its own pods.

**How to fix it.** Use one partial for both, as `helm create` does with `selectorLabels`.
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

ID = "PORTAL-024"
NAME = "selector-mismatch"
TITLE = _("A selector does not match the labels of its pods")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector"
)

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: demo
spec:
  selector:
    matchLabels:
      app: demo
  template:
    metadata:
      labels:
        app: demo
    spec:
      containers:
        - name: main
          image: busybox
"""
GOOD: tuple[Example, ...] = (bare_chart(template=_DEPLOYMENT),)
BAD: tuple[Example, ...] = (
    bare_chart(
        template=_DEPLOYMENT.replace("        app: demo\n", "        app: other\n")
    ).expecting(
        Expected(
            "PORTAL-024",
            "error",
            "demo/templates/pod.yaml:8:7",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "the selector asks for %(label)s “%(wanted)s”, and the pods have %(found)s",
                        {"label": "app", "wanted": "demo", "found": "“other”"},
                    ),
                    "kind": "Deployment",
                    "name": "demo",
                },
            ),
            help="Write the same label into spec.template.metadata.labels.",
        )
    ),
    bare_chart(
        template=_DEPLOYMENT.replace("        app: demo\n", "        role: main\n")
    ).expecting(
        Expected(
            "PORTAL-024",
            "error",
            "demo/templates/pod.yaml:8:7",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "the selector asks for %(label)s “%(wanted)s”, and the pods have %(found)s",
                        {"label": "app", "wanted": "demo", "found": Message("no such label", {})},
                    ),
                    "kind": "Deployment",
                    "name": "demo",
                },
            ),
            help="Write the same label into spec.template.metadata.labels.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every label that a workload asks for and its pods do not have."""
    yield from problems_of(facts, FaultKind.SELECTOR)
