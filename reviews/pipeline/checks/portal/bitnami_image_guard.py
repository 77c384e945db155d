"""A chart that guards its images is set to accept other registries.

**What.** Charts by Bitnami compare their images with a list of their own and refuse to install
when an address was replaced. `global.security.allowInsecureImages: true` in the root `values.yaml`
is the switch that their makers provide; it reaches the sub-charts, too.

**Why.** The images do move, to the platform's registry. Without the switch the rewritten chart
stops with *unrecognized images* in the customer's cluster.

**What you need to do.** Nothing: the portal proposes the edit whenever it proposes to rewrite an
image of such a chart, and proves with it in place that the chart renders.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import DONE_ON_APPROVAL, Edit, Place, Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-003"
NAME = "bitnami-image-guard"
TITLE = _("The chart's own image guard would refuse the new addresses")
SEVERITY = Severity.INFO
SOURCE: str | None = None

_GUARDED = (
    pod("{{ .Values.image }}")
    + "{{- if and (not (contains .Values.image .Chart.Annotations.images))\n"
    + '  (not (dig "security" "allowInsecureImages" false (.Values.global | default dict))) }}\n'
    + '{{- fail "unrecognized images" }}\n{{- end }}\n'
)
_METADATA = (
    "apiVersion: v2\nname: demo\nversion: 1.0.0\n"
    "annotations:\n  source: ISV\n  images: docker.io/bitnami/etcd:3.5\n"
)
_BEFORE = "image: docker.io/bitnami/etcd:3.5\n"
_AFTER = "image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5\n"
_OFF = "global:\n  security:\n    allowInsecureImages: false # the guard\n"
_ON = "global:\n  security:\n    allowInsecureImages: true # the guard\n"
GOOD: tuple[Example, ...] = (
    bare_chart(_BEFORE, pod("{{ .Values.image }}")),
    bare_chart(_BEFORE + _ON, _GUARDED, metadata=_METADATA),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        _OFF + _BEFORE, _GUARDED, metadata=_METADATA, fixed={"values.yaml": _ON + _AFTER}
    ).expecting(
        Expected(
            "PORTAL-003",
            "info",
            "demo/values.yaml:3:26",
            message=(
                "The chart refuses images that it does not know, and the platform's"
                " addresses are such. global.security.allowInsecureImages makes it"
                " accept them."
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="guard:global.security.allowInsecureImages",
            edit=Edit("demo/values.yaml", start=45, end=50, before="false", after="true"),
        )
    ),
    bare_chart(
        _BEFORE,
        _GUARDED,
        metadata=_METADATA,
        fixed={"values.yaml": _AFTER + _ON.replace(" # the guard", "")},
    ).expecting(
        Expected(
            "PORTAL-003",
            "info",
            "demo/values.yaml:2:1",
            message=(
                "The chart refuses images that it does not know, and the platform's"
                " addresses are such. global.security.allowInsecureImages makes it"
                " accept them."
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="guard:global.security.allowInsecureImages",
            edit=Edit(
                "demo/values.yaml",
                start=34,
                end=34,
                before="",
                after=("global:\n  security:\n    allowInsecureImages: true\n"),
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The switch, where images of a guarded chart move and it is not on.

    Where it is inserted together with values of sub-charts, the rule about these reports it.
    """
    guard = facts.trace.guard
    values = facts.chart.values if facts.chart is not None else None
    if guard is None or values is None or any(each.edit == guard for each in facts.trace.changes):
        return
    yield Problem(
        _(
            "The chart refuses images that it does not know, and the platform's addresses are"
            " such. global.security.allowInsecureImages makes it accept them."
        ),
        DONE_ON_APPROVAL,
        Place.at(values.file, values.data, guard.start),
        change_set=facts.trace.guard_change_set,
        edit=guard,
    )
