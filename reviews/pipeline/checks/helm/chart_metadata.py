"""Chart.yaml has what every chart must have.

**What.** `Chart.yaml` has `apiVersion`, `name`, `version` and `description`, none of them empty,
and `type` is `application` or missing.

**Why.** Helm loads no chart without a name and a version; a `library` installs nothing; the market
shows the description.

**How to fix it.** Add the line. `helm create` writes a Chart.yaml that has them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...package.layout import Kind
from ...yaml.source import YamlSource, place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-002"
NAME = "chart-metadata"
TITLE = _("Chart.yaml lacks what every chart must have")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (bare_chart(), bare_chart(metadata=CHART + "type: application\n"))
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("description: Runs demo clusters.\n", "")).expecting(
        Expected(
            "OSC-HELM-002",
            "error",
            "demo/Chart.yaml:1:1",
            message=Message("Chart.yaml lacks: %(keys)s.", {"keys": ("description",)}),
            help="Add a line for each.",
        )
    ),
    bare_chart(metadata=CHART.replace("version: 1.0.0\n", "")).expecting(
        Expected(
            "OSC-HELM-002",
            "error",
            "demo/Chart.yaml:1:1",
            message=Message("Chart.yaml lacks: %(keys)s.", {"keys": ("version",)}),
            help="Add a line for each.",
        )
    ),
    bare_chart(metadata=CHART.replace("apiVersion: v2", "apiVersion:")).expecting(
        Expected(
            "OSC-HELM-002",
            "error",
            "demo/Chart.yaml:1:12",
            message=Message("Chart.yaml lacks: %(keys)s.", {"keys": ("apiVersion",)}),
            help="Add a line for each.",
        )
    ),
    bare_chart(metadata=CHART + "type: library\n").expecting(
        Expected(
            "OSC-HELM-002",
            "error",
            "demo/Chart.yaml:13:7",
            message=Message(
                "The chart is of type “%(type)s”; only an application is installed.",
                {"type": "library"},
            ),
            help=("Write “type: application”, or deliver the chart that uses this one."),
        )
    ),
)

_REQUIRED = ("apiVersion", "name", "version", "description")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for all that is missing, and one for a library."""
    metadata = facts.chart.metadata if facts.chart is not None else None
    if facts.package.kind is not Kind.HELM or metadata is None:
        return
    missing = [key for key in _REQUIRED if metadata.data_at((key,)) in (None, "")]
    if missing:
        yield Problem(
            _("Chart.yaml lacks: %(keys)s.", keys=tuple(missing)),
            _("Add a line for each."),
            place_of(metadata, (missing[0],)),
            by_hand=tuple(_setting(metadata, key) for key in missing),
        )
    kind = metadata.data_at(("type",))
    if kind not in (None, "", "application"):
        yield Problem(
            _("The chart is of type “%(type)s”; only an application is installed.", type=str(kind)),
            _("Write “type: application”, or deliver the chart that uses this one."),
            place_of(metadata, ("type",)),
            by_hand=(Setting(metadata.file, ("type",), "application"),),
        )


def _setting(metadata: YamlSource, key: str) -> Setting:
    name = str(metadata.data_at(("name",)) or "your-chart")
    values = {
        "apiVersion": "v2",
        "name": name,
        "version": "1.0.0",
        "description": f"What {name} does, in one sentence.",
    }
    return Setting(metadata.file, (key,), values[key], is_example=key != "apiVersion")
