"""No template names a whole image by itself.

**What.** Every image that the chart pulls comes from `values.yaml`. A template that hard-codes
`image: quay.io/team/backup:1.2` is found, with file, line and column, by rendering: the portal
marks the text and sees the mark in the rendered image.

It is a warning where only `helm test` starts the pod (`helm.sh/hook: test`), for the service runs
without it.

**Why.** The platform stores the images in its own registry and rewrites `values.yaml`, and no
other file. An image in a template keeps its old address, and the customer's cluster cannot pull
it on the day of deployment.

**How to fix it.** Introduce a value for the image and let the template read it. The finding says
which lines to write. Texts outside of a pod's image fields (environment, arguments, ConfigMaps) are
reported by OSC-HELM-012.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, Series, _
from ...core.policy import Policy
from ...facts.helm_tests import is_only_in_tests
from ...facts.model import Facts
from ...tracing.redirect.hard_coded import Extent
from ..examples.charts import CHART, Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-008"
NAME = "literal-image"
TITLE = _("An image is hard-coded in a template")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5"
_TEST = pod("quay.io/team/curl:8").replace(
    "  name: demo", "  name: demo\n  annotations: {helm.sh/hook: test}"
)
GOOD: tuple[Example, ...] = (
    bare_chart("backup:\n  image: quay.io/team/backup:1.2\n", pod("{{ .Values.backup.image }}")),
    bare_chart(f"image: {_OURS}\n", pod("{{ .Values.image }}")),
    bare_chart(template=pod() + "# an image in a comment: quay.io/team/backup:1.2\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=pod("quay.io/team/backup:1.2")).expecting(
        Expected(
            "OSC-HELM-008",
            "error",
            "demo/templates/pod.yaml:8:14",
            message=Message(
                "The template hard-codes %(text)s. The platform rewrites"
                " values.yaml only, so this image stays at its old address and"
                " cannot be pulled there.",
                {"text": "quay.io/team/backup:1.2"},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(
                        (
                            "main.image.repository: quay.io/team/backup",
                            'main.image.tag: "1.2"',
                        )
                    ),
                    "file": "demo/values.yaml",
                    "line": (
                        "image: {{ .Values.main.image.repository }}:{{ .Values.main.image.tag }}"
                    ),
                },
            ),
            image="quay.io/team/backup:1.2",
        )
    ),
    bare_chart(
        template=pod('"docker.io/team/backup:{{ .Chart.AppVersion }}"'),
        metadata=CHART + "appVersion: '1.2'\n",
    ).expecting(
        Expected(
            "OSC-HELM-008",
            "error",
            "demo/templates/pod.yaml:8:15",
            message=Message(
                "The template hard-codes %(text)s. The platform rewrites"
                " values.yaml only, so this image stays at its old address and"
                " cannot be pulled there.",
                {"text": "docker.io/team/backup"},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(("main.image.repository: docker.io/team/backup",)),
                    "file": "demo/values.yaml",
                    "line": (
                        'image: "{{ .Values.main.image.repository }}:{{ .Chart.AppVersion }}"'
                    ),
                },
            ),
            image="docker.io/team/backup:1.2",
        )
    ),
    bare_chart(template=pod('{{ "docker.io/team/backup:1.2" | quote }}')).expecting(
        Expected(
            "OSC-HELM-008",
            "error",
            "demo/templates/pod.yaml:8:18",
            message=Message(
                "The template hard-codes %(text)s. The platform rewrites"
                " values.yaml only, so this image stays at its old address and"
                " cannot be pulled there.",
                {"text": "docker.io/team/backup:1.2"},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(("main.image: docker.io/team/backup:1.2",)),
                    "file": "demo/values.yaml",
                    "line": "image: {{ .Values.main.image | quote }}",
                },
            ),
            image="docker.io/team/backup:1.2",
        )
    ),
    bare_chart(template=_TEST).expecting(
        Expected(
            "OSC-HELM-008",
            "warning",
            "demo/templates/pod.yaml:9:14",
            message=Message(
                "The template of a test (helm.sh/hook: test) hard-codes %(text)s."
                " The service runs without it, but “helm test” cannot pull it at"
                " its old address.",
                {"text": "quay.io/team/curl:8"},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(
                        (
                            "main.image.repository: quay.io/team/curl",
                            'main.image.tag: "8"',
                        )
                    ),
                    "file": "demo/values.yaml",
                    "line": (
                        "image: {{ .Values.main.image.repository }}:{{ .Values.main.image.tag }}"
                    ),
                },
            ),
            image="quay.io/team/curl:8",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every place in a template that alone decides an image; ``HardCoded`` has the remedy."""
    if facts.chart is None:
        return
    for each in facts.hard_coded:
        if each.extent is not Extent.WHOLE or not each.is_pulled:
            continue
        is_test = is_only_in_tests(facts, each.uses)
        words = _(
            "The template hard-codes %(text)s. The platform rewrites values.yaml only, so this"
            " image stays at its old address and cannot be pulled there.",
            text=each.text,
        )
        if is_test:
            words = _(
                "The template of a test (helm.sh/hook: test) hard-codes %(text)s. The service runs"
                " without it, but “helm test” cannot pull it at its old address.",
                text=each.text,
            )
        yield Problem(
            words,
            each.remedy,
            each.place,
            image=each.images[0],
            severity=Severity.WARNING if is_test else None,
            by_hand=each.by_hand,
        )
