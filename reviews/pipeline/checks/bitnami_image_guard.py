"""A chart that guards its images is told that other registries are meant.

**What.** Charts by Bitnami compare their images with a list of their own and refuse to install
when an address was replaced. `global.security.allowInsecureImages: true` in the root `values.yaml`
is the switch that their makers provide; it reaches the sub-charts, too.

**Why.** The images do move, to the platform's registry. Without the switch the rewritten chart
stops with *unrecognized images* at the customer's.

**What you need to do.** Nothing: the portal proposes the edit whenever it proposes to rewrite an
image of such a chart, and proves with it in place that the chart renders.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example, bare_chart, pod
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..package.helm import Chart
from ..policy import Policy
from ..yaml_edit import CannotEdit, replace_scalar, set_key
from ..yaml_source import YamlSource

ID = "PORTAL-003"
NAME = "bitnami-image-guard"
TITLE = _("The chart's own guard of images lets the new addresses pass")
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
    bare_chart(_OFF + _BEFORE, _GUARDED, metadata=_METADATA, mended={"values.yaml": _ON + _AFTER}),
    bare_chart(
        _BEFORE,
        _GUARDED,
        metadata=_METADATA,
        mended={"values.yaml": _AFTER + _ON.replace(" # the guard", "")},
    ),
)

_SWITCH = "allowInsecureImages"
_PATH = ("global", "security", _SWITCH)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The switch, where images of a guarded chart move and it is not on."""
    chart = facts.chart
    if chart is None or chart.values is None or not facts.trace.changes or not _is_guarded(chart):
        return
    if chart.values.data_at(_PATH) is True:
        return
    yield _problem(chart.values)


def _is_guarded(root: Chart) -> bool:
    return any(_SWITCH in text for chart in root.walk() for _name, text in chart.templates())


def _problem(values: YamlSource) -> Problem:
    message = _(
        "The chart refuses images that it does not know, and the platform's addresses are such."
        " global.security.allowInsecureImages tells it that they are meant."
    )
    leaf = values.leaf_at(_PATH)
    try:
        edit = replace_scalar(values, leaf, new=True) if leaf else set_key(values, _PATH, True)
    except CannotEdit as error:
        return Problem(message, error.reason, Place(values.file), severity=Severity.ERROR)
    return Problem(
        message,
        _(
            "You need not do anything: when the reviewer approves this, the portal makes the"
            " change in the released package."
        ),
        Place.at(values.file, values.data, edit.start),
        change_set="image-guard",
        edit=edit,
    )
