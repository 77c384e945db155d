"""Manifests use no API that a coming version of Kubernetes removes.

**What.** Of every rendered manifest, and of the files of an operator, `apiVersion` and `kind` are
looked up in the versions of Kubernetes behind those that the service is sold for, and among what
its documentation calls deprecated. Kinds that one of the listed versions has removed already are
reported as errors by another rule.

**Why.** All listed versions take the resource, so nothing fails today. A customer who upgrades the
cluster can no longer install or update the service.

**How to fix it.** Use the API that takes its place as soon as all listed versions serve it.
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

ID = "PORTAL-028"
NAME = "deprecated-api"
TITLE = _("A resource uses a deprecated API")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"

_SLICE = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: demo
addressType: IPv4
endpoints: []
"""
_OLD = "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: demo\n"
GOOD: tuple[Example, ...] = (bare_chart(template=_SLICE),)
BAD: tuple[Example, ...] = (
    bare_chart(template=_OLD).expecting(
        Expected(
            "PORTAL-028",
            "info",
            "demo/templates/pod.yaml:1:1",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s.",
                {
                    "what": Message(
                        "Kubernetes 1.%(minor)s deprecates %(kind)s of %(api)s",
                        {"kind": "Endpoints", "api": "v1", "minor": 33},
                    ),
                    "kind": "Endpoints",
                    "name": "demo",
                },
            ),
            help=Message(
                "Use %(api)s instead, once all these versions serve it.",
                {"api": "discovery.k8s.io/v1"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every resource that all versions serve and that should not be used any more."""
    yield from problems_of(facts, FaultKind.DEPRECATED)
