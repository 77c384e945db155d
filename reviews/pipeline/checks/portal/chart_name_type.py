"""The chart's name is a text to YAML, too.

**What.** `name` in `Chart.yaml` is written so that YAML reads no string: `no`, `on`, `1.0`, `null`.

**Why.** Helm then calls the chart otherwise than it is written (`no` becomes `false`, `1.0` becomes
`1`), names the resources in the customer's cluster after that, and looks for a folder of that
name; a chart called `null` has no name at all, and is not installed. It is a warning where the name
reads the same after all, as `123` does.

**How to fix it.** Put quotes around the name: `name: "no"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import helm_text, place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-019"
NAME = "chart-name-type"
TITLE = _("YAML reads another name of the chart than is written")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

GOOD: tuple[Example, ...] = (bare_chart(metadata=CHART.replace("name: demo", 'name: "demo"')),)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("name: demo", "name: no", 1)).expecting(
        Expected(
            "PORTAL-019",
            "error",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The name of the chart is written %(text)s without quotes, so it is"
                " no string to YAML: Helm calls the chart %(printed)s.",
                {"text": "no", "printed": "false"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "no"}),
        )
    ),
    bare_chart(metadata=CHART.replace("name: demo", "name: 1.0", 1)).expecting(
        Expected(
            "PORTAL-019",
            "error",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The name of the chart is written %(text)s without quotes, so it is"
                " no string to YAML: Helm calls the chart %(printed)s.",
                {"text": "1.0", "printed": "1"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "1.0"}),
        )
    ),
    bare_chart(metadata=CHART.replace("name: demo", "name: null", 1)).expecting(
        Expected(
            "PORTAL-019",
            "error",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The name of the chart is written %(text)s without quotes, which is"
                " no value to YAML: the chart has no name.",
                {"text": "null"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "null"}),
        )
    ),
    bare_chart(metadata=CHART.replace("name: demo", "name: 123", 1)).expecting(
        Expected(
            "PORTAL-019",
            "warning",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The name of the chart is written %(text)s without quotes, so it is"
                " no string to YAML. Helm makes one of it; other tools may not.",
                {"text": "123"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "123"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The names of the root chart that YAML reads as something else than a string."""
    metadata = facts.chart.metadata if facts.chart is not None else None
    leaf = metadata.leaf_at(("name",)) if metadata is not None else None
    if metadata is None or leaf is None or isinstance(leaf.value, str) or not leaf.text:
        return
    printed = "" if leaf.value is None else helm_text(leaf.value)
    yield Problem(
        _message(leaf.text, printed),
        _('Put it in quotes: "%(text)s".', text=leaf.text),
        place_of(metadata, ("name",)),
        severity=Severity.WARNING if printed == leaf.text else None,
    )


def _message(text: str, printed: str) -> Message:
    if not printed:
        return _(
            "The name of the chart is written %(text)s without quotes, which is no value to YAML:"
            " the chart has no name.",
            text=text,
        )
    if printed == text:
        return _(
            "The name of the chart is written %(text)s without quotes, so it is no string to YAML."
            " Helm makes one of it; other tools may not.",
            text=text,
        )
    return _(
        "The name of the chart is written %(text)s without quotes, so it is no string to YAML: Helm"
        " calls the chart %(printed)s.",
        text=text,
        printed=printed,
    )
