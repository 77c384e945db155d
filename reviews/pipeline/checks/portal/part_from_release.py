"""No part of an image comes from the release or from the cluster.

**What.** A part of an image's address (its tag, as a rule) is the name, the namespace or the
revision of the release (`.Release`), the version of the cluster (`.Capabilities.KubeVersion`), or
something that `lookup` finds in the cluster, also by way of a variable or of another template.

**Why.** What is pulled then depends on who installs the chart, and where. The package ships one
image for each address, and the portal renders one release in one cluster: another name, another
version of Kubernetes, and the image that is asked for is neither shipped nor redirected.

**How to fix it.** Let a value decide the part, with a default in `values.yaml`. Where a tool must
fit the cluster's version, name the one version that is shipped and works with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.release_parts import Origin, ReleasePart, release_parts
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-014"
NAME = "part-from-release"
TITLE = _("A part of an image comes from the release or the cluster")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_VALUES = "image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl\ntag: ''\n"
GOOD: tuple[Example, ...] = (
    bare_chart(_VALUES.replace("''", "1.30"), pod('"{{ .Values.image }}:{{ .Values.tag }}"')),
    bare_chart(
        _VALUES.replace("''", "1.30"),
        pod('"{{ .Values.image }}:{{ .Values.tag | default .Capabilities.KubeVersion.Version }}"'),
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        _VALUES,
        pod('"{{ .Values.image }}:{{ .Values.tag | default .Capabilities.KubeVersion.Version }}"'),
    ).expecting(
        Expected(
            "PORTAL-014",
            "warning",
            "demo/templates/pod.yaml:8:38",
            message=Message(
                "A part of the image is the cluster's version: on Kubernetes"
                " %(versions)s it is %(images)s. No list of archives can know what"
                " the next version asks for.",
                {
                    "versions": (
                        "1.34",
                        "1.33",
                        "1.32",
                        "1.31",
                        "1.30",
                        "1.29",
                        "1.28",
                        "1.27",
                        "1.25",
                    ),
                    "images": (
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.34.0",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.33.0",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.32.0",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.31.4",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.30.0",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.29.0",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.28.8",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.27.0",
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.25.0",
                    ),
                },
            ),
            help="Let a value decide this part, with a default in values.yaml.",
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.34.0",
            images=(
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.34.0",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.33.0",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.32.0",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.31.4",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.30.0",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.29.0",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.28.8",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.27.0",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.25.0",
            ),
        )
    ),
    bare_chart(
        "job: {enabled: false}\n" + _VALUES,
        "{{- if .Values.job.enabled }}\n"
        + pod('"{{ .Values.image }}:{{ .Values.tag | default .Capabilities.KubeVersion.Version }}"')
        + "{{- end }}\n",
    ).expecting(
        Expected(
            "PORTAL-014",
            "warning",
            "demo/templates/pod.yaml:9:38",
            message=Message(
                "A part of the image is the cluster's version: on Kubernetes"
                " %(versions)s it is %(images)s, on each other version another. No"
                " list of archives can know what the next version asks for.",
                {
                    "versions": ("1.34",),
                    "images": ("swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.34.0",),
                },
            ),
            help="Let a value decide this part, with a default in values.yaml.",
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.34.0",
            images=("swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:v1.34.0",),
        )
    ),
    bare_chart(
        _VALUES,
        '{{ $tag := printf "for-%s" .Release.Name }}\n' + pod('"{{ .Values.image }}:{{ $tag }}"'),
    ).expecting(
        Expected(
            "PORTAL-014",
            "warning",
            "demo/templates/pod.yaml:9:38",
            message=Message(
                "A part of %(images)s comes from the release. Each installation"
                " asks for another image, and the package can ship none of them.",
                {
                    "images": (
                        ("swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:for-release-name"),
                    )
                },
            ),
            help="Let a value decide this part, with a default in values.yaml.",
            image=("swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:for-release-name"),
            images=(("swr.cn-east-3.myhuaweicloud.com/osc-opensource/kubectl:for-release-name"),),
        )
    ),
    bare_chart(
        _VALUES.replace("''", "1.30"),
        '{{ $old := lookup "v1" "ConfigMap" .Release.Namespace "old" }}\n'
        + pod('"{{ .Values.image }}:{{ dig "data" "tag" .Values.tag $old }}"'),
    ).expecting(
        Expected(
            "PORTAL-014",
            "warning",
            "demo/templates/pod.yaml:9:38",
            message=Message(
                "“%(action)s” takes a part of an image from what it looks up in the"
                " cluster. No render shows what is pulled then, so it is neither"
                " redirected nor proven.",
                {"action": 'dig "data" "tag" .Values.tag $old'},
            ),
            help="Let a value decide this part, with a default in values.yaml.",
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """Every place of a template that takes such a part."""
    if facts.chart is None:
        return
    for each in release_parts(facts.chart, facts.trace.images, policy.clusters[0]):
        yield Problem(
            _message(each, policy),
            _("Let a value decide this part, with a default in values.yaml."),
            each.place,
            image=each.images[0] if each.images else None,
            images=each.images,
        )


def _message(part: ReleasePart, policy: Policy) -> Message:
    if part.origin is Origin.LOOKUP:
        return _(
            "“%(action)s” takes a part of an image from what it looks up in the cluster. No render"
            " shows what is pulled then, so it is neither redirected nor proven.",
            action=part.action,
        )
    if part.origin is Origin.CLUSTER:
        versions = tuple(each.short for each in part.versions)
        if {each.short for each in policy.clusters} <= {*versions}:
            return _(
                "A part of the image is the cluster's version: on Kubernetes %(versions)s it is"
                " %(images)s. No list of archives can know what the next version asks for.",
                versions=versions,
                images=part.images,
            )
        return _(
            "A part of the image is the cluster's version: on Kubernetes %(versions)s it is"
            " %(images)s, on each other version another. No list of archives can know what the"
            " next version asks for.",
            versions=versions,
            images=part.images,
        )
    return _(
        "A part of %(images)s comes from the release. Each installation asks for another image,"
        " and the package can ship none of them.",
        images=part.images,
    )
