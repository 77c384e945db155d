"""No part of an image is a fall-back that a template holds ready.

**What.** `{{ .Values.image.registry | default "docker.io" }}` decides the registry whenever
`values.yaml` leaves it open. Such a literal is found where it is in force. A tag that falls back
to the chart's `appVersion` is no finding.

**Why.** What values leave open, the platform does not see, and so does not rewrite. Where the
fall-back decides a part that must change, the image stays at its old address (error). Where it
decides the tag, the image is found, but the tag cannot be set from outside (warning).

**How to fix it.** Write the text of the fall-back into `values.yaml`, where the template asks
for it; the template itself may stay as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, Series, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.redirect.hard_coded import Extent, HardCoded
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-010"
NAME = "literal-fallback"
TITLE = _("A fall-back in a template decides a part of an image")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd"
GOOD: tuple[Example, ...] = (
    bare_chart(
        f"repository: {_OURS}\ntag: '3.5'\n",
        pod('{{ .Values.repository }}:{{ .Values.tag | default "3.4" }}'),
    ),
    bare_chart(
        f"repository: {_OURS}\n",
        pod("{{ .Values.repository }}:{{ .Values.tag | default .Chart.AppVersion }}"),
        metadata=(
            "apiVersion: v2\nname: demo\nversion: 1.0.0\nappVersion: '3.5'\n"
            "annotations:\n  source: ISV\n"
        ),
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        f"repository: {_OURS}\n",
        pod('{{ .Values.repository }}:{{ .Values.tag | default "3.5" }}'),
    ).expecting(
        Expected(
            "OSC-HELM-010",
            "warning",
            "demo/templates/pod.yaml:8:65",
            message=Message(
                "The fall-back %(text)s in the template decides a part of"
                " %(images)s, for values.yaml leaves it open.",
                {
                    "text": "3.5",
                    "images": ("swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5",),
                },
            ),
            help=Message(
                "Write %(values)s into %(file)s.",
                {"values": Series(('tag: "3.5"',)), "file": "demo/values.yaml"},
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5",
            images=("swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5",),
        )
    ),
    bare_chart(
        "image:\n  repository: bitnami/etcd\n",
        pod('{{ .Values.image.registry | default "docker.io" }}/{{ .Values.image.repository }}:3'),
    ).expecting(
        Expected(
            "OSC-HELM-010",
            "error",
            "demo/templates/pod.yaml:8:51",
            message=Message(
                "The fall-back %(text)s in the template decides the address of"
                " %(images)s, for values.yaml leaves it open. What is not in"
                " values.yaml is not rewritten, so the image cannot be pulled.",
                {"text": "docker.io", "images": ("docker.io/bitnami/etcd:3",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s.",
                {"values": Series(("image.registry: docker.io",)), "file": "demo/values.yaml"},
            ),
            image="docker.io/bitnami/etcd:3",
            images=("docker.io/bitnami/etcd:3",),
        )
    ),
    bare_chart(
        template=pod('{{ .Values.image | default "docker.io/bitnami/etcd:3.5" }}')
    ).expecting(
        Expected(
            "OSC-HELM-010",
            "error",
            "demo/templates/pod.yaml:8:42",
            message=Message(
                "The fall-back %(text)s in the template decides the address of"
                " %(images)s, for values.yaml leaves it open. What is not in"
                " values.yaml is not rewritten, so the image cannot be pulled.",
                {"text": "docker.io/bitnami/etcd:3.5", "images": ("docker.io/bitnami/etcd:3.5",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s.",
                {
                    "values": Series(("image: docker.io/bitnami/etcd:3.5",)),
                    "file": "demo/values.yaml",
                },
            ),
            image="docker.io/bitnami/etcd:3.5",
            images=("docker.io/bitnami/etcd:3.5",),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every fall-back in force, with more weight where it decides what must change."""
    if facts.chart is None:
        return
    for each in facts.hard_coded:
        if each.extent is Extent.FALLBACK:
            yield Problem(
                _message(each),
                each.remedy,
                each.place,
                image=each.images[0],
                images=each.images,
                severity=Severity.ERROR if each.decides and each.is_pulled else None,
                by_hand=each.by_hand,
            )


def _message(each: HardCoded) -> Message:
    images = tuple(each.images)
    if each.decides:
        return _(
            "The fall-back %(text)s in the template decides the address of %(images)s, for"
            " values.yaml leaves it open. What is not in values.yaml is not rewritten, so the"
            " image cannot be pulled.",
            text=each.text,
            images=images,
        )
    return _(
        "The fall-back %(text)s in the template decides a part of %(images)s, for values.yaml"
        " leaves it open.",
        text=each.text,
        images=images,
    )
