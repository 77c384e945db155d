"""A plain chart declares no upgrade path, for the platform does not follow it.

**What.** `Chart.yaml` has annotations such as `upgrade`, `replaces` or `skipRange`, the chart
brings a `lifecycle.yaml`, or a template is a hook for upgrades only.

**Why.** The platform does not upgrade or roll back services that come as plain charts. What is
declared has no effect, and hooks for upgrades never run.

**How to fix it.** Nothing has to be done. If customers are to upgrade, convert the package into
the OSC format (`oscctl convert`) and declare the upgrade in its `lifecycle.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ..examples.charts import CHART, Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-019"
NAME = "upgrade-path"
TITLE = _("A plain chart declares an upgrade path")
SEVERITY = Severity.INFO
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5"
_HOOK = pod(_OURS).replace(
    "  name: demo\n", "  name: demo\n  annotations:\n    helm.sh/hook: %s\n", 1
)
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(template=_HOOK % "post-install,post-upgrade"),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART + "  replaces: 0.9.0\n").expecting(
        Expected(
            "OSC-HELM-019",
            "info",
            "demo/Chart.yaml:13:13",
            message=Message(
                "The platform does not upgrade services that come as plain charts,"
                " so this has no effect: %(what)s.",
                {"what": ("annotations.replaces",)},
            ),
            help=(
                "Leave it as it is, or convert the package into the OSC format if"
                " customers are to upgrade."
            ),
        )
    ),
    bare_chart(template=_HOOK % "pre-upgrade").expecting(
        Expected(
            "OSC-HELM-019",
            "info",
            "demo/templates/pod.yaml:6:5",
            message=Message(
                "The platform does not upgrade services that come as plain charts,"
                " so this has no effect: %(what)s.",
                {"what": ("helm.sh/hook: pre-upgrade",)},
            ),
            help=(
                "Leave it as it is, or convert the package into the OSC format if"
                " customers are to upgrade."
            ),
        )
    ),
    bare_chart(more={"lifecycle.yaml": "upgrade:\n  replaces: 0.9.0\n"}).expecting(
        Expected(
            "OSC-HELM-019",
            "info",
            "demo/lifecycle.yaml",
            message=Message(
                "The platform does not upgrade services that come as plain charts,"
                " so this has no effect: %(what)s.",
                {"what": ("lifecycle.yaml",)},
            ),
            help=(
                "Leave it as it is, or convert the package into the OSC format if"
                " customers are to upgrade."
            ),
        )
    ),
)

_KEYS = frozenset({"upgrade", "upgrades", "replaces", "skips", "skipRange"})
_HOOK_FOR_UPGRADES = re.compile(
    r"""helm\.sh/hook["']?:\s*["']?((?:pre|post)-(?:upgrade|rollback)"""
    r"""(?:\s*,\s*(?:pre|post)-(?:upgrade|rollback))*)["']?\s*$""",
    re.MULTILINE,
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Annotations, a lifecycle.yaml and hooks that are about upgrades."""
    if facts.chart is None or facts.osc is not None:
        return
    declared = list(_declared(facts.chart))
    if declared:
        place = declared[0][0]
        what = dict.fromkeys(words for _place, words in declared)
        yield Problem(
            _(
                "The platform does not upgrade services that come as plain charts, so this has no"
                " effect: %(what)s.",
                what=tuple(what),
            ),
            _(
                "Leave it as it is, or convert the package into the OSC format if customers are"
                " to upgrade."
            ),
            place,
        )


def _declared(chart: Chart) -> Iterator[tuple[Place, str]]:
    metadata = chart.metadata
    for leaf in metadata.leaves if metadata is not None else ():
        key = str(leaf.path[1]) if leaf.path[0] == "annotations" and len(leaf.path) > 1 else ""
        if metadata is not None and key.rpartition("/")[2].rpartition(".")[2] in _KEYS:
            yield Place(metadata.file, leaf.line, leaf.column), f"annotations.{key}"
    if chart.member("lifecycle.yaml") is not None:
        yield Place(chart.address("lifecycle.yaml")), "lifecycle.yaml"
    for name, text in chart.templates():
        for match in _HOOK_FOR_UPGRADES.finditer(text):
            place = Place.at(
                chart.address(name), text.encode(), len(text[: match.start()].encode())
            )
            yield place, f"helm.sh/hook: {match[1]}"
