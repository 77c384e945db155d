"""Names, labels and annotations of manifests are legal.

**What.** The names of all rendered manifests, their labels, those of their pods, and the keys of
annotations are compared with what the API server takes: labels have at most 63 characters, names
253 (of services and jobs 63, of cron jobs 52), and both only some characters.

**Why.** The API server refuses the manifest, and the installation fails. A label that is made of a
version (`1.2.0+build`) or of a long name is the usual case.

**How to fix it.** In a template, cut what may be long and replace what is not allowed:
`{{ .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}`.
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

ID = "PORTAL-023"
NAME = "illegal-name"
TITLE = _("A name, label or annotation is not legal")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set"
)

_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\n"
GOOD: tuple[Example, ...] = (
    bare_chart(template=_MAP + '  labels:\n    app: {{ repeat 63 "x" }}\n'),
    bare_chart(template=_MAP + "  labels:\n    example.com/app: Demo_1.0\n"),
    bare_chart(
        template="apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
        "metadata:\n  name: system:demo\nrules: []\n"
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_MAP + '  labels:\n    app: {{ repeat 64 "x" }}\n').expecting(
        Expected(
            "PORTAL-023",
            "error",
            "demo/templates/pod.yaml:6:5",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "the label %(label)s has %(count)s characters, and 63 are allowed",
                        {"label": "metadata.labels.app", "count": 64},
                    ),
                    "kind": "ConfigMap",
                    "name": "demo",
                },
            ),
            help=('Write a shorter text; in a template, “trunc 63 | trimSuffix "-"” cuts it.'),
        )
    ),
    bare_chart(template=_MAP + "  labels:\n    version: 1.0.0+build\n").expecting(
        Expected(
            "PORTAL-023",
            "error",
            "demo/templates/pod.yaml:6:5",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "“%(value)s” is no text that the label %(label)s may have",
                        {"value": "1.0.0+build", "label": "metadata.labels.version"},
                    ),
                    "kind": "ConfigMap",
                    "name": "demo",
                },
            ),
            help=(
                "Write letters, digits, “-”, “_” and “.”, beginning and ending with"
                " a letter or digit; in a template, replace what is not allowed, as"
                " “+” in versions."
            ),
        )
    ),
    bare_chart(template=_MAP + "  annotations:\n    a/b/c: demo\n").expecting(
        Expected(
            "PORTAL-023",
            "error",
            "demo/templates/pod.yaml:6:5",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "“%(key)s” is no key of a label or annotation", {"key": "a/b/c"}
                    ),
                    "kind": "ConfigMap",
                    "name": "demo",
                },
            ),
            help=(
                "Write at most 63 letters, digits, “-”, “_” and “.”; before them"
                " may stand a domain and “/”."
            ),
        )
    ),
    bare_chart(template=_MAP.replace("name: demo", "name: Demo_Config")).expecting(
        Expected(
            "PORTAL-023",
            "error",
            "demo/templates/pod.yaml:4:3",
            message=Message(
                "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
                {
                    "what": Message(
                        "“%(name)s” is no name that %(kind)s may have",
                        {"name": "Demo_Config", "kind": "ConfigMap"},
                    ),
                    "kind": "ConfigMap",
                    "name": "Demo_Config",
                },
            ),
            help=(
                "Write lower-case letters, digits, “-” and “.”, beginning and"
                " ending with a letter or digit; in a template, “trunc 63 |"
                ' trimSuffix "-"” keeps names short.'
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every name, label and annotation that the API server refuses."""
    yield from problems_of(facts, FaultKind.NAME)
