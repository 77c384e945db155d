"""A pod that names secrets to pull with names `default-secret` among them.

**What.** Where a pod that the chart renders, or its ServiceAccount, has `imagePullSecrets`,
`default-secret` is one of them. Pods without any are reported by `OSC-HELM-015`, also where a value
that is empty switches the block off: setting this value fixes both.

**Why.** The kubelet tries every secret that the pod names, and no other. The platform's registry
answers only to `default-secret`; the secret of your own registry does not exist in the customer's
cluster unless the chart makes it. A ServiceAccount is of no help here, for its secrets count only
for pods that name none.

**How to fix it.** Add `- name: default-secret` to the list, beside the secret that is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Listed, Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.pod_secrets import DEFAULT_SECRET
from ...package.helm import Chart
from ...tracing.pull_secrets.experiment import PulledPod, fewest, listed_places, places, titles
from ...tracing.pull_secrets.values import Form, SecretValue
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-016"
NAME = "other-pull-secret"
TITLE = _("Pods of the chart pull with another secret only")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0020.md"

_LITERAL = pod("demo.example/demo:1") + "  imagePullSecrets:\n    - name: my-secret\n"
_OF_A_VALUE = _LITERAL.replace("my-secret", "{{ .Values.pullSecret }}")
GOOD: tuple[Example, ...] = (
    bare_chart(template=pod("demo.example/demo:1")),
    bare_chart(template=_LITERAL + "    - name: default-secret\n"),
    bare_chart("pullSecret: default-secret\n", _OF_A_VALUE),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_LITERAL).expecting(
        Expected(
            "OSC-HELM-016",
            "warning",
            "demo/templates/pod.yaml:9:3",
            message=Message(
                "These pods pull with %(secrets)s and not with the secret"
                " default-secret: %(pods)s.",
                {"secrets": ("my-secret",), "pods": Listed(("Pod demo",))},
            ),
            help=Message(
                "Add “- name: %(secret)s” to the list “imagePullSecrets” in: %(places)s.",
                {"secret": "default-secret", "places": Listed(("templates/pod.yaml:9",))},
            ),
        )
    ),
    bare_chart("pullSecret: my-secret\n", _OF_A_VALUE).expecting(
        Expected(
            "OSC-HELM-016",
            "warning",
            "demo/values.yaml:1:13",
            message=Message(
                "These pods pull with %(secrets)s and not with the secret"
                " default-secret: %(pods)s.",
                {"secrets": ("my-secret",), "pods": Listed(("Pod demo",))},
            ),
            help=Message(
                "Set in the root values.yaml: %(setting)s.",
                {"setting": "pullSecret: default-secret"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Pods with other secrets only: those that a value gives them, and those of templates."""
    pods = [each for each in facts.pull_secrets.pods if each.pod.secrets and not each.pod.is_served]
    if facts.chart is None or not pods:
        return
    by_value = [each for each in pods if each.values]
    by_template = [each for each in pods if not each.values]
    for value in fewest(by_value):
        reached = [each for each in by_value if value in each.values]
        by_value = [each for each in by_value if value not in each.values]
        yield _of_value(reached, value)
    if by_template:
        yield _of_template(by_template, facts.chart)


def _of_value(pods: list[PulledPod], value: SecretValue) -> Problem:
    remedy = _("Set in the root values.yaml: %(setting)s.", setting=value.setting)
    if not value.is_empty and value.form is not Form.NAME:
        remedy = _(
            "Add %(item)s to the list %(path)s.",
            item=value.form.written(DEFAULT_SECRET).strip("[]"),
            path=dotted(value.path),
        )
    return Problem(_words(pods), remedy, value.place)


def _of_template(pods: list[PulledPod], chart: Chart) -> Problem:
    found = places(chart, pods, "imagePullSecrets")
    return Problem(
        _words(pods),
        _(
            "Add “- name: %(secret)s” to the list “imagePullSecrets” in: %(places)s.",
            secret=DEFAULT_SECRET,
            places=listed_places(chart, found),
        ),
        found[0],
    )


def _words(pods: list[PulledPod]) -> Message:
    return _(
        "These pods pull with %(secrets)s and not with the secret default-secret: %(pods)s.",
        secrets=tuple(dict.fromkeys(name for each in pods for name in each.pod.secrets)),
        pods=titles(pods),
    )
