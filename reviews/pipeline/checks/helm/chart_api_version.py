"""The chart's files fit its `apiVersion`.

**What.** `apiVersion` is `v1` or `v2`. Dependencies are in `Chart.yaml` of a `v2` chart and in
`requirements.yaml` of a `v1` chart.

**Why.** Helm ignores the dependencies in a `v1` chart's `Chart.yaml`, and its linter calls them an
error. A `v2` chart's `requirements.yaml` is still read today (a warning here): Helm says itself
that this will end.

**How to fix it.** Write `apiVersion: v2` and move the list to `Chart.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-003"
NAME = "chart-api-version"
TITLE = _("The chart's files do not fit its apiVersion")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://helm.sh/docs/topics/charts/"
AFTER = ("OSC-YAML-002",)
_STORE = {"charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n"}
_LIST = "dependencies:\n- name: store\n  version: 1.0.0\n"
_V1 = CHART.replace("v2", "v1")
GOOD: tuple[Example, ...] = (
    bare_chart(metadata=CHART + _LIST, more=_STORE),
    bare_chart(metadata=_V1, more={**_STORE, "requirements.yaml": _LIST}),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=_V1 + _LIST, more=_STORE).expecting(
        Expected(
            "OSC-HELM-003",
            "error",
            "demo/Chart.yaml:14:1",
            message=("Helm ignores “dependencies” in the Chart.yaml of an apiVersion v1 chart."),
            help="Write “apiVersion: v2”, or move the list to requirements.yaml.",
        )
    ),
    bare_chart(more={**_STORE, "requirements.yaml": _LIST}).expecting(
        Expected(
            "OSC-HELM-003",
            "warning",
            "demo/requirements.yaml",
            message=(
                "Helm reads requirements.yaml of an apiVersion v2 chart only for compatibility."
            ),
            help="Move the list to “dependencies” in Chart.yaml and delete the file.",
        )
    ),
    bare_chart(metadata=CHART.replace("v2", "v3")).expecting(
        Expected(
            "OSC-HELM-003",
            "error",
            "demo/Chart.yaml:1:13",
            message=Message("Helm knows no apiVersion “%(found)s”.", {"found": "v3"}),
            help="Write “apiVersion: v2”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """An unknown version, and a list of dependencies in the other version's file."""
    chart = facts.chart
    if chart is None or chart.metadata is None:
        return
    found = chart.metadata.data_at(("apiVersion",))
    if found not in (None, "", "v1", "v2"):
        yield Problem(
            _("Helm knows no apiVersion “%(found)s”.", found=str(found)[:100]),
            _("Write “apiVersion: v2”."),
            place_of(chart.metadata, ("apiVersion",)),
        )
    elif found == "v1" and chart.metadata.data_at(("dependencies",)):
        yield Problem(
            _("Helm ignores “dependencies” in the Chart.yaml of an apiVersion v1 chart."),
            _("Write “apiVersion: v2”, or move the list to requirements.yaml."),
            place_of(chart.metadata, ("dependencies",)),
        )
    elif found == "v2" and chart.member("requirements.yaml") is not None:
        yield _left_over(chart)


def _left_over(chart: Chart) -> Problem:
    return Problem(
        _("Helm reads requirements.yaml of an apiVersion v2 chart only for compatibility."),
        _("Move the list to “dependencies” in Chart.yaml and delete the file."),
        Place(chart.address("requirements.yaml")),
        severity=Severity.WARNING,
    )
