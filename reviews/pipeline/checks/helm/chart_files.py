"""A chart has `Chart.yaml`, `values.yaml` and templates.

**What.** In the chart's top folder are `Chart.yaml`, `values.yaml` and the folder `templates`
with at least one file, spelled exactly so. A chart that only bundles sub-charts needs no
templates.

**Why.** The platform's rules for charts name these three. `values.yaml` is the only file in which
the platform replaces image addresses: a chart without one, or with one called `value.yaml`, which
Helm does not read, cannot be redirected.

**How to fix it.** Write what is missing, or rename what is misspelt.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ..examples.charts import CHART, Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-001"
NAME = "chart-files"
TITLE = _("Chart.yaml, values.yaml or templates is missing")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0016.html"
AFTER = ("OSC-YAML-004",)
_BUNDLE = {
    "demo/Chart.yaml": CHART + "dependencies:\n- {name: store, version: 1.0.0}\n",
    "demo/values.yaml": "{}\n",
    "demo/charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
    "demo/charts/store/templates/pod.yaml": pod(),
}
GOOD: tuple[Example, ...] = (bare_chart(), Example(_BUNDLE))
BAD: tuple[Example, ...] = (
    Example({"demo/Chart.yaml": CHART, "demo/templates/pod.yaml": pod()}).expecting(
        Expected(
            "OSC-HELM-001",
            "error",
            "demo",
            message=Message("The chart has no %(wanted)s.", {"wanted": "values.yaml"}),
            help=Message("Add %(wanted)s to the chart's top folder.", {"wanted": "values.yaml"}),
        )
    ),
    Example({"demo/Chart.yaml": CHART, "demo/values.yaml": "{}\n"}).expecting(
        Expected(
            "OSC-HELM-001",
            "error",
            "demo",
            message=Message("The chart has no %(wanted)s.", {"wanted": "templates"}),
            help=Message("Add %(wanted)s to the chart's top folder.", {"wanted": "templates"}),
        )
    ),
)

_NEARLY_VALUES = {"value.yaml", "value.yml", "values.yml"}
_NEARLY_TEMPLATES = {"template", "templates"}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the root chart lacks, placed at the misspelt name that is there instead."""
    chart = facts.chart
    if chart is None:
        return
    if chart.member("values.yaml") is None:
        yield _missing(chart, "values.yaml", _NEARLY_VALUES)
    bundles = chart.subcharts or chart.dependencies
    if next(chart.templates(), None) is None and not bundles:
        yield _missing(chart, "templates", _NEARLY_TEMPLATES)


def _missing(chart: Chart, wanted: str, nearly: set[str]) -> Problem:
    message = _("The chart has no %(wanted)s.", wanted=wanted)
    near = {name.split("/")[0] for name, _member in chart.files()} - {wanted}
    found = next((name for name in sorted(near) if name.lower() in {*nearly, wanted}), None)
    remedy = _("Add %(wanted)s to the chart's top folder.", wanted=wanted)
    return Problem(message, remedy, Place(chart.path if found is None else chart.address(found)))
