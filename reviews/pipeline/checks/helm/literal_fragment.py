"""No template hard-codes the registry or organisation of an image that values complete.

**What.** An image that is put together from values takes all of its address from them. A template
that writes `docker.io/bitnami/` before `{{ .Values.image.repository }}` is found, with file, line
and column.

**Why.** The platform can replace the value, but not the text before it: the image would be
looked for in half the old place and half the new one.

**How to fix it.** Make the fragment a value beside the others and let the template read it. The
finding says which lines to write. A literal name or tag alone is no fault: the platform keeps both.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, Parameter, Series, _
from ...core.policy import Policy
from ...facts.helm_tests import is_only_in_tests
from ...facts.model import Facts
from ...tracing.redirect.hard_coded import Extent
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-009"
NAME = "literal-fragment"
TITLE = _("A part of an image's address is hard-coded in a template")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_VALUES = "image:\n  repository: etcd\n  tag: '3.5'\n"
_REST = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
GOOD: tuple[Example, ...] = (
    bare_chart(
        "registry: swr.cn-east-3.myhuaweicloud.com/osc-opensource\n",
        pod('"{{ .Values.registry }}/etcd:3.5"'),
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(_VALUES, pod(f'"docker.io/bitnami/{_REST}"')).expecting(
        Expected(
            "OSC-HELM-009",
            "error",
            "demo/templates/pod.yaml:8:15",
            message=Message(
                "The template hard-codes %(text)s as a part of %(images)s. The"
                " platform rewrites values.yaml only, so this part stays as it is"
                " and the image cannot be pulled.",
                {"text": "docker.io/bitnami", "images": ("docker.io/bitnami/etcd:3.5",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(("image.registry: docker.io/bitnami",)),
                    "file": "demo/values.yaml",
                    "line": (
                        'image: "{{ .Values.image.registry }}/{{ .Values.image.repository'
                        ' }}:{{ .Values.image.tag }}"'
                    ),
                },
            ),
            image="docker.io/bitnami/etcd:3.5",
            images=("docker.io/bitnami/etcd:3.5",),
        )
    ),
    bare_chart(
        _VALUES,
        pod('{{ printf "%s/%s:%s" "docker.io/bitnami" .Values.image.repository "3.5" }}'),
    ).expecting(
        Expected(
            "OSC-HELM-009",
            "error",
            "demo/templates/pod.yaml:8:36",
            message=Message(
                "The template hard-codes %(text)s as a part of %(images)s. The"
                " platform rewrites values.yaml only, so this part stays as it is"
                " and the image cannot be pulled.",
                {"text": "docker.io/bitnami", "images": ("docker.io/bitnami/etcd:3.5",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(("image.registry: docker.io/bitnami",)),
                    "file": "demo/values.yaml",
                    "line": (
                        'image: {{ printf "%s/%s:%s" .Values.image.registry'
                        ' .Values.image.repository "3.5" }}'
                    ),
                },
            ),
            image="docker.io/bitnami/etcd:3.5",
            images=("docker.io/bitnami/etcd:3.5",),
        )
    ),
    bare_chart(
        _VALUES, pod('{{ printf "docker.io/bitnami/%s:3.5" .Values.image.repository }}')
    ).expecting(
        Expected(
            "OSC-HELM-009",
            "error",
            "demo/templates/pod.yaml:8:25",
            message=Message(
                "The template hard-codes %(text)s as a part of %(images)s. The"
                " platform rewrites values.yaml only, so this part stays as it is"
                " and the image cannot be pulled.",
                {"text": "docker.io/bitnami", "images": ("docker.io/bitnami/etcd:3.5",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the template read it from there.",
                {
                    "values": Series(("image.registry: docker.io/bitnami",)),
                    "file": "demo/values.yaml",
                },
            ),
            image="docker.io/bitnami/etcd:3.5",
            images=("docker.io/bitnami/etcd:3.5",),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every place in a template that decides a part which must change."""
    if facts.chart is None:
        return
    for each in facts.hard_coded:
        if each.extent is not Extent.FRAGMENT or not each.is_pulled:
            continue
        is_test = is_only_in_tests(facts, each.uses)
        names: dict[str, Parameter] = {"text": each.text, "images": tuple(each.images)}
        words = _(
            "The template hard-codes %(text)s as a part of %(images)s. The platform rewrites"
            " values.yaml only, so this part stays as it is and the image cannot be pulled.",
            **names,
        )
        if is_test:
            words = _(
                "The template of a test (helm.sh/hook: test) hard-codes %(text)s as a part of"
                " %(images)s. The service runs without it, but “helm test” cannot pull it at its"
                " old address.",
                **names,
            )
        yield Problem(
            words,
            each.remedy,
            each.place,
            image=each.images[0],
            images=each.images,
            severity=Severity.WARNING if is_test else None,
            by_hand=each.by_hand,
        )
