"""Every pod of the chart pulls its images with the secret `default-secret`.

**What.** Each pod that the chart renders has `imagePullSecrets: [{name: default-secret}]` in its
spec, or in its ServiceAccount where the pod itself names no secret. Listed here are pods that pull
with no secret at all, also where the chart has a value for it that is empty. It is an error where
the package brings image archives, otherwise for information. Pods that pull with another secret
are reported by `OSC-HELM-016`. A secret that a container names is none of the pod's: the field is
not there, and Kubernetes refuses the manifest, which is an error.

**Why.** The platform's registry asks who pulls. In the customer's cluster the secret
`default-secret` answers; without it the kubelet may be refused.

**How to fix it.** Where the chart has a value for it, set this value in the root `values.yaml`:
the portal has rendered the chart with each such value, and names a few that reach the pods.
Elsewhere add two lines to the pod's `spec` in the template, beside `containers`, or take them from
a value, so that customers can name their own secret:

    imagePullSecrets:
      - name: default-secret
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core.findings import Problem, Severity
from ...core.messages import Listed, Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ...tracing.pull_secrets.experiment import (
    PulledPod,
    fewest,
    listed_places,
    places,
    settings,
    titles,
)
from ...tracing.pull_secrets.values import SecretValue
from ..examples.charts import Example, bare_chart, below, pod, service_package
from ..examples.expected import Expected

ID = "OSC-HELM-015"
NAME = "chart-pull-secret"
TITLE = _("Pods of the chart pull without a secret")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0020.md"

_PLAIN = pod("demo.example/demo:1")
_SECRETS = "  imagePullSecrets:\n"
_ASKING = (
    _PLAIN
    + "  {{- with .Values.imagePullSecrets }}\n"
    + _SECRETS
    + "    {{- toYaml . | nindent 4 }}"
    "\n  {{- end }}\n"
)
_BY_ACCOUNT = (
    "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default\n"
    "imagePullSecrets:\n  - name: default-secret\n---\n" + _PLAIN
)
GOOD: tuple[Example, ...] = (
    bare_chart(template=_PLAIN + _SECRETS + "    - name: default-secret\n"),
    bare_chart(template=pod()),
    bare_chart("imagePullSecrets: [{name: default-secret}]\n", _ASKING),
    bare_chart(template=_BY_ACCOUNT),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_PLAIN + "      imagePullSecrets: [{name: default-secret}]\n").expecting(
        Expected(
            "OSC-HELM-015",
            "error",
            "demo/templates/pod.yaml:9:7",
            message=Message(
                "In these pods “imagePullSecrets” is in a container, where"
                " Kubernetes has no such field and refuses it: %(pods)s.",
                {"pods": Listed(("Pod demo",))},
            ),
            help="Move it to the pod's spec, beside “containers”.",
        ),
        Expected(
            "OSC-HELM-015",
            "info",
            "demo/templates/pod.yaml:6:3",
            message=Message(
                "These pods pull without the secret default-secret, and no value"
                " was found that gives them one: %(pods)s.",
                {"pods": Listed(("Pod demo",))},
            ),
            help=Message(
                "Add “imagePullSecrets: [{name: default-secret}]” to the pod's"
                " spec, beside “containers”, in: %(places)s.",
                {"places": Listed(("templates/pod.yaml:6",))},
            ),
        ),
    ),
    bare_chart(template=_PLAIN).expecting(
        Expected(
            "OSC-HELM-015",
            "info",
            "demo/templates/pod.yaml:6:3",
            message=Message(
                "These pods pull without the secret default-secret, and no value"
                " was found that gives them one: %(pods)s.",
                {"pods": Listed(("Pod demo",))},
            ),
            help=Message(
                "Add “imagePullSecrets: [{name: default-secret}]” to the pod's"
                " spec, beside “containers”, in: %(places)s.",
                {"places": Listed(("templates/pod.yaml:6",))},
            ),
        )
    ),
    bare_chart("imagePullSecrets: []\n", _ASKING).expecting(
        Expected(
            "OSC-HELM-015",
            "info",
            "demo/values.yaml:1:19",
            message=Message(
                "These pods pull without the secret default-secret, for the values"
                " of the chart that would name it are empty: %(pods)s.",
                {"pods": Listed(("Pod demo",))},
            ),
            help=Message(
                "Set in the root values.yaml: %(values)s. The portal has rendered"
                " the chart so: each of them then pulls with the secret.",
                {"values": Listed(("imagePullSecrets: [{name: default-secret}]",))},
            ),
        )
    ),
    Example(
        {
            **service_package(more={"images/demo-1.0.0-x86_64.tar": ""}).files,
            **below("demo/package/demo-1.0.0.tgz!/demo/", {"templates/pod.yaml": _PLAIN}),
        }
    ).expecting(
        Expected(
            "OSC-HELM-015",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/templates/pod.yaml:6:3",
            message=Message(
                "These pods pull without the secret default-secret, and no value"
                " was found that gives them one: %(pods)s.",
                {"pods": Listed(("Pod demo",))},
            ),
            help=Message(
                "Add “imagePullSecrets: [{name: default-secret}]” to the pod's"
                " spec, beside “containers”, in: %(places)s.",
                {"places": Listed(("templates/pod.yaml:6",))},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Pods without a secret: those that a value reaches, and those that none does.

    These are two causes, but where no images are shipped one finding reports both.
    """
    chart, untried = facts.chart, facts.pull_secrets.untried
    misplaced = [each for each in facts.pull_secrets.pods if each.pod.has_misplaced]
    if chart is not None and misplaced:
        yield _move(misplaced, chart)
    pods = [each for each in facts.pull_secrets.pods if not each.pod.secrets]
    if chart is None or not pods:
        return
    by_value = [each for each in pods if each.values]
    by_template = [each for each in pods if not each.values]
    if facts.package.image_archives:
        causes = [_set_values(by_value)] if by_value else []
        if by_template:
            causes.append(
                _try_values(by_template, untried) if untried else _add_lines(by_template, chart)
            )
        yield from (replace(each, severity=Severity.ERROR) for each in causes)
    elif not by_template:
        yield _set_values(by_value)
    elif untried:
        known = {each.path: each for each in fewest(by_value)}
        yield _try_values(pods, (*known.values(), *(u for u in untried if u.path not in known)))
    elif not by_value:
        yield _add_lines(by_template, chart)
    else:
        yield _both(by_value, by_template, chart)


def _move(pods: list[PulledPod], chart: Chart) -> Problem:
    return Problem(
        _(
            "In these pods “imagePullSecrets” is in a container, where Kubernetes has no such"
            " field and refuses it: %(pods)s.",
            pods=titles(pods),
        ),
        _("Move it to the pod's spec, beside “containers”."),
        places(chart, pods, "imagePullSecrets")[0],
        severity=Severity.ERROR,
    )


def _set_values(pods: list[PulledPod]) -> Problem:
    values = fewest(pods)
    return Problem(
        _(
            "These pods pull without the secret default-secret, for the values of the chart that"
            " would name it are empty: %(pods)s.",
            pods=titles(pods),
        ),
        _(
            "Set in the root values.yaml: %(values)s. The portal has rendered the chart so: each"
            " of them then pulls with the secret.",
            values=settings(values),
        ),
        values[0].place,
    )


def _try_values(pods: list[PulledPod], values: tuple[SecretValue, ...]) -> Problem:
    return Problem(
        _("These pods pull without the secret default-secret: %(pods)s.", pods=titles(pods)),
        _(
            "Probably some of these values of the root values.yaml fix it; the portal could not"
            " try them all: %(values)s.",
            values=settings(values),
        ),
        values[0].place,
    )


def _add_lines(pods: list[PulledPod], chart: Chart) -> Problem:
    found = places(chart, pods, "containers")
    return Problem(
        _(
            "These pods pull without the secret default-secret, and no value was found that"
            " gives them one: %(pods)s.",
            pods=titles(pods),
        ),
        _(
            "Add “imagePullSecrets: [{name: default-secret}]” to the pod's spec, beside"
            " “containers”, in: %(places)s.",
            places=listed_places(chart, found),
        ),
        found[0],
    )


def _both(by_value: list[PulledPod], by_template: list[PulledPod], chart: Chart) -> Problem:
    values = fewest(by_value)
    return Problem(
        _(
            "These pods pull without the secret default-secret: %(pods)s.",
            pods=titles([*by_value, *by_template]),
        ),
        _(
            "Set in the root values.yaml: %(values)s. This was seen to reach some of them:"
            " for the others add “imagePullSecrets: [{name: default-secret}]” beside “containers”"
            " in %(places)s.",
            values=settings(values),
            places=listed_places(chart, places(chart, by_template, "containers")),
        ),
        values[0].place,
    )
