"""The chart's logo is a file beside Chart.yaml.

**What.** A chart whose `Chart.yaml` has an `icon` has also a `logo.png`, `logo.jpg` or `logo.svg`
in its top folder.

**Why.** The platform shows this file and does not read `icon`, so the service would appear without
a picture. The guide calls the file optional, so this is only for information.

**How to fix it.** Put the picture into the chart's folder under one of these names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import Kind
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-007"
NAME = "chart-logo"
TITLE = _("The chart's logo is not a file beside Chart.yaml")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0016.html"
_ICON = CHART + "icon: https://example.com/logo.png\n"
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(metadata=_ICON, more={"logo.svg": "<svg/>\n"}),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=_ICON).expecting(
        Expected(
            "OSC-HELM-007",
            "info",
            "demo/Chart.yaml:13:7",
            message="“icon” has no effect, and there is no logo file beside Chart.yaml.",
            help=("Put the picture beside Chart.yaml as logo.png, logo.jpg or logo.svg."),
        )
    ),
)

_FILES = ("logo.png", "logo.jpg", "logo.svg")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """An icon without the file."""
    chart = facts.chart
    if facts.package.kind is not Kind.HELM or chart is None or chart.metadata is None:
        return
    if chart.metadata.data_at(("icon",)) and not any(map(chart.member, _FILES)):
        yield Problem(
            _("“icon” has no effect, and there is no logo file beside Chart.yaml."),
            _("Put the picture beside Chart.yaml as logo.png, logo.jpg or logo.svg."),
            place_of(chart.metadata, ("icon",)),
        )
