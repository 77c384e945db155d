"""A chart defines each resource once.

**What.** In the default render, no two manifests have the same kind, namespace and name. Hooks are
left out, for they come and go.

**Why.** Helm creates the first one, and the second creation fails: “already exists”.

**How to fix it.** Give one of them another name, or remove it. Copies of one sub-chart usually
differ by their alias: use `.Chart.Name` or the full name of the sub-chart in names.
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

ID = "PORTAL-025"
NAME = "duplicate-resource"
TITLE = _("A resource is defined twice")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"

_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\n"
_HOOK = _MAP + "  annotations:\n    helm.sh/hook: pre-install\n"
GOOD: tuple[Example, ...] = (
    bare_chart(template=_MAP + "---\n" + _MAP.replace("demo", "other")),
    bare_chart(template=_MAP + "---\n" + _HOOK),
    bare_chart(template=_MAP + "---\n" + _MAP + "  namespace: other\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_MAP, more={"templates/twice.yaml": _MAP + "data: {}\n"}).expecting(
        Expected(
            "PORTAL-025",
            "error",
            "demo/templates/twice.yaml:4:3",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(kind)s “%(name)s” is defined by %(file)s already",
                        {"kind": "ConfigMap", "name": "demo", "file": "demo/templates/pod.yaml"},
                    ),
                    "kind": "ConfigMap",
                    "name": "demo",
                },
            ),
            help="Give one of them another name, or remove it.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every resource that the default render has a second time."""
    yield from problems_of(facts, FaultKind.DUPLICATE)
