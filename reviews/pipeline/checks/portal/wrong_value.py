"""Fields of manifests have values of their types, and required fields are there.

**What.** Every rendered manifest is compared with the schemas of the Kubernetes versions that the
service is sold for: types, required fields, and the encoding of what a Secret holds.

**Why.** The API server refuses the manifest, and the installation fails. Most of all it is a number
or a truth value where a text is wanted: variables of containers, labels and annotations are texts.

**How to fix it.** Write the value in quotes (in a template: `{{ .Values.port | quote }}`), or
without them, and write the fields that are missing.
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

ID = "PORTAL-022"
NAME = "wrong-value"
TITLE = _("A field of a manifest has a value of the wrong type, or is missing")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://kubernetes.io/docs/reference/kubernetes-api/"

_CONTAINER = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\nspec:\n  containers:\n"
_POD = _CONTAINER + "    - name: main\n      image: busybox\n"
_ENCODED = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: demo\ndata:\n  password: "
_POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: demo\n"
    "spec:\n  podSelector: {}\n  ingress:\n    - ports:\n        - port:\n"
)
_CLASS = (
    "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata:\n  name: demo\nvalue: 1e+06\n"
)
GOOD: tuple[Example, ...] = (
    bare_chart(template=_POD + '      env:\n        - name: PORT\n          value: "80"\n'),
    bare_chart(template=_ENCODED + "cGFzc3dvcmQ=\n"),
    bare_chart(template=_POLICY),
    bare_chart(template=_CLASS),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_POD + "      env:\n        - name: PORT\n          value: 80\n").expecting(
        Expected(
            "PORTAL-022",
            "error",
            "demo/templates/pod.yaml:11:11",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(field)s of %(kind)s is %(value)s, which is no %(wanted)s",
                        {
                            "field": "spec.containers[].env[].value",
                            "kind": "Pod",
                            "value": "80",
                            "wanted": OneOf(("string",)),
                        },
                    ),
                    "kind": "Pod",
                    "name": "demo",
                },
            ),
            help="Put the value in quotes; in a template, pipe it through “quote”.",
        )
    ),
    bare_chart(template=_CONTAINER + "    - image: busybox\n").expecting(
        Expected(
            "PORTAL-022",
            "error",
            "demo/templates/pod.yaml:6:3",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(kind)s lacks %(field)s, which is required",
                        {"kind": "Pod", "field": "spec.containers[].name"},
                    ),
                    "kind": "Pod",
                    "name": "demo",
                },
            ),
            help="Write the field.",
        )
    ),
    bare_chart(template=_POD + '      ports:\n        - containerPort: "80"\n').expecting(
        Expected(
            "PORTAL-022",
            "error",
            "demo/templates/pod.yaml:10:11",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "%(field)s of %(kind)s is %(value)s, which is no %(wanted)s",
                        {
                            "field": "spec.containers[].ports[].containerPort",
                            "kind": "Pod",
                            "value": "“80”",
                            "wanted": OneOf(("integer",)),
                        },
                    ),
                    "kind": "Pod",
                    "name": "demo",
                },
            ),
            help="Write the value without quotes; in a template, leave out “quote”.",
        )
    ),
    bare_chart(template=_ENCODED + "pass word\n").expecting(
        Expected(
            "PORTAL-022",
            "error",
            "demo/templates/pod.yaml:6:3",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "data.%(key)s of the Secret is not encoded as base64", {"key": "password"}
                    ),
                    "kind": "Secret",
                    "name": "demo",
                },
            ),
            help="Pipe it through “b64enc”, or write it below stringData as it is.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every value of a wrong type, and every required field that is missing."""
    yield from problems_of(facts, FaultKind.WRONG_VALUE)
