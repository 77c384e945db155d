"""`helm lint` reports no error.

**What.** The linter of the bundled Helm engine says nothing of severity *error*. Its warnings and
hints are not repeated here.

**Why.** The platform lints every chart on upload and takes none with an error.

**How to fix it.** The finding says it for what the linter reports most often; in any other case its
words name the file and the key. Where the same fault keeps the chart from rendering, it is reported
once, by the rule about rendering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.engine_errors import place_of_failure
from ...package.helm import Chart
from ...rendering import LintMessage
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-004"
NAME = "chart-lints"
TITLE = _("helm lint finds an error")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://huaweicloud.com/s/JVZQTue9keWFsyBpcHNlYyU/t_30_p_1/JeS6keWOn-eUn-acjeWKoeS4reW_gyBPU0Ml"
)
AFTER = (
    "OSC-PKG-014",
    "OSC-YAML-002",
    "OSC-YAML-003",
    "OSC-HELM-001",
    "OSC-HELM-002",
    "OSC-HELM-003",
    "OSC-HELM-005",
    "OSC-HELM-006",
    "OSC-ANN-010",
    "OSC-NAME-004",
)
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(metadata=CHART + "home: https://charts.example.com\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART + "icon: logo\n").expecting(
        Expected(
            "OSC-HELM-004",
            "error",
            "demo/Chart.yaml:13:7",
            message=Message("helm lint: %(words)s", {"words": "invalid icon URL 'logo'"}),
            help=("Write the address of the picture with https:// in front, or take the line out."),
        )
    ),
    bare_chart(template="a: b: c\n").expecting(
        Expected(
            "OSC-HELM-004",
            "error",
            "demo/templates/pod.yaml",
            message=Message(
                "helm lint: %(words)s",
                {
                    "words": (
                        "unable to parse YAML: error converting YAML to JSON: yaml: mapping"
                        " values are not allowed in this context"
                    )
                },
            ),
            help=(
                "Correct the indentation, the colons and the quotes of the line; a"
                " text that holds a colon and a blank belongs into quotes."
            ),
        )
    ),
)

_QUOTES = "'\"`:,"


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each error that no other rule reports already."""
    chart = facts.chart
    if chart is None:
        return
    broken = {file for file, _error in facts.broken}
    failure = facts.render_failure.words.strip() if facts.render_failure is not None else ""
    for message in dict.fromkeys(facts.lint):
        text = message.text.strip()
        repeated = failure and (text in failure or failure in text)
        if message.severity == "error" and not repeated:
            place = _place(message, chart)
            if place.file not in broken:
                yield _problem(text, place)


def _problem(text: str, place: Place) -> Problem:
    return Problem(
        _("helm lint: %(words)s", words=text),
        next((help_ for sign, help_ in _HELP if sign.search(text)), _OTHERWISE),
        place,
    )


_OTHERWISE = _(
    "Change what the words above name. “helm lint” in the chart's folder, run with the engine of"
    " this portal's version, reports the same."
)
_HELP: tuple[tuple[re.Pattern[str], Message], ...] = tuple(
    (re.compile(sign), help_)
    for sign, help_ in (
        (
            r"invalid icon URL",
            _("Write the address of the picture with https:// in front, or take the line out."),
        ),
        (
            r"invalid (?:source|maintainer|home) URL",
            _("Write the whole address with https:// in front, or take it out."),
        ),
        (
            r"invalid email",
            _("Write an address such as care@your-company.cn, without anything around it."),
        ),
        (r"maintainer requires a name", _("Add “name” to each item of “maintainers”.")),
        (
            r"should be of type string",
            _('Put the value into quotes: 1.20 is a number to YAML, "1.20" is a text.'),
        ),
        (
            r"not a valid SemVer|invalid semantic version",
            _("Write a version of three numbers, for example 1.4.0 or 1.4.0-rc1."),
        ),
        (r"chart type", _("Write “type: application”.")),
        (
            r"missing these dependencies",
            _(
                "Put the sub-charts into the folder charts: “helm dependency update” downloads"
                " them. Or take out of “dependencies” what the chart does not need."
            ),
        ),
        (
            r"more than one dependency with name or alias",
            _("Give each use of the sub-chart an “alias” of its own."),
        ),
        (
            r"does not conform to Kubernetes naming requirements",
            _(
                "Name the resource with lower-case letters, digits, “-” and “.”, beginning and"
                " ending with a letter or digit."
            ),
        ),
        (
            r"must contain matchLabels or matchExpressions",
            _("Add “selector.matchLabels” with the labels of the pod's template."),
        ),
        (
            r"unable to parse YAML|error converting YAML",
            _(
                "Correct the indentation, the colons and the quotes of the line; a text that holds"
                " a colon and a blank belongs into quotes."
            ),
        ),
        (
            r"(?:parse error|function \"[^\"]*\" not defined|nil pointer|executing \")",
            _("Correct the expression between {{ and }} on the line that the words name."),
        ),
    )
)


def _place(message: LintMessage, chart: Chart) -> Place:
    pointed = place_of_failure(message.text, chart)
    if pointed is not None:
        return pointed
    if chart.member(message.path) is None:
        return Place(chart.path)
    leaf = None
    if message.path == "Chart.yaml" and chart.metadata is not None:
        words = (word.strip(_QUOTES) for word in message.text.split())
        leaves = (chart.metadata.leaf_at((word,)) for word in words)
        leaf = next((leaf for leaf in leaves if leaf is not None), None)
    address = chart.address(message.path)
    return Place(address, leaf.line, leaf.column) if leaf is not None else Place(address)
