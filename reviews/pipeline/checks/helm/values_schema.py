"""The chart's schema is valid and accepts the chart's own values.

**What.** `values.schema.json` is a JSON Schema that refers to nothing outside the chart, and
`values.yaml` obeys it: the chart's own, and those of its sub-charts.

**Why.** Helm installs nothing whose values the schema refuses, so a customer who gives no values
cannot install the service. A schema that refers to another host makes the installation depend on
it. After the rewriting the chart is rendered again, schema and all, so an address that the schema
would refuse is never proposed.

**How to fix it.** Correct the value or the schema. Copy what the schema refers to into it, below
`$defs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.engine_errors import SchemaRefusal, place_of_schema, schema_refusals
from ...package.helm import Chart
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-006"
NAME = "values-schema"
TITLE = _("The chart's schema is broken or refuses the chart's own values")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0016.html"


_REMOTE = re.compile(r'failing loading "(https?://[^"]+)"')


def _with(schema: str) -> Example:
    return bare_chart("size: 3\n", more={"values.schema.json": schema})


GOOD: tuple[Example, ...] = (_with('{"properties": {"size": {"type": "integer"}}}'),)
BAD: tuple[Example, ...] = (
    _with('{"properties": {"size": {"type": "string"}}}').expecting(
        Expected(
            "OSC-HELM-006",
            "error",
            "demo/values.yaml:1:7",
            message=Message(
                "The schema of %(chart)s refuses %(path)s: %(words)s",
                {"chart": "demo", "path": "size", "words": "got number, want string"},
            ),
            help="Correct the value, or the schema.",
        )
    ),
    _with('{"required": ["name"]}').expecting(
        Expected(
            "OSC-HELM-006",
            "error",
            "demo/values.yaml:1:1",
            message=Message(
                "The schema of %(chart)s refuses the values: %(words)s",
                {"chart": "demo", "words": "missing property 'name'"},
            ),
            help="Correct the value, or the schema.",
        )
    ),
    _with('{"type": 5}').expecting(
        Expected(
            "OSC-HELM-006",
            "error",
            "demo/values.schema.json",
            message=Message(
                "values.schema.json is not a valid schema: %(words)s",
                {
                    "words": (
                        '"file:///values.schema.json#" is not valid against metaschema:'
                        " jsonschema validation failed with"
                        " 'https://json-schema.org/draft/2020-12/schema#'"
                    )
                },
            ),
            help="Correct it; copy what it refers to elsewhere into it.",
        )
    ),
    _with('{"type": ').expecting(
        Expected(
            "OSC-HELM-006",
            "error",
            "demo/values.schema.json",
            message=Message(
                "values.schema.json is not a valid schema: %(words)s", {"words": "unexpected EOF"}
            ),
            help="Correct it; copy what it refers to elsewhere into it.",
        )
    ),
    _with('{"$ref": "https://schemas.example/demo.json#/definitions/Size"}').expecting(
        Expected(
            "OSC-HELM-006",
            "error",
            "demo/values.schema.json",
            message=Message(
                "values.schema.json refers to %(url)s, so every installation needs"
                " the network to read it. In a cluster without the Internet the"
                " chart cannot be installed, and here it cannot be checked.",
                {"url": "https://schemas.example/demo.json"},
            ),
            help="Copy what it refers to into it, below $defs, and refer to that.",
        )
    ),
    _with('{"$ref": "ftp://schemas.example/demo.json"}').expecting(
        Expected(
            "OSC-HELM-006",
            "error",
            "demo/values.schema.json",
            message=Message(
                "values.schema.json is not a valid schema: %(words)s",
                {
                    "words": (
                        'failing loading "ftp://schemas.example/demo.json": no URLLoader'
                        ' registered for "ftp://schemas.example/demo.json"'
                    )
                },
            ),
            help="Correct it; copy what it refers to elsewhere into it.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the engine says of schemas when it will not render."""
    chart, failure = facts.chart, facts.render_failure
    if chart is None or failure is None:
        return
    for complaint in schema_refusals(failure.words):
        yield _problem(complaint, chart)


def _problem(complaint: SchemaRefusal, chart: Chart) -> Problem:
    place = place_of_schema(complaint, chart)
    remote = _REMOTE.search(complaint.words) if complaint.path is None else None
    if remote is not None:
        return Problem(
            _(
                "values.schema.json refers to %(url)s, so every installation needs the network to"
                " read it. In a cluster without the Internet the chart cannot be installed, and"
                " here it cannot be checked.",
                url=remote[1],
            ),
            _("Copy what it refers to into it, below $defs, and refer to that."),
            place,
        )
    if complaint.path is None:
        return Problem(
            _("values.schema.json is not a valid schema: %(words)s", words=complaint.words),
            _("Correct it; copy what it refers to elsewhere into it."),
            place,
        )
    if "global" in complaint.words and "additional propert" in complaint.words:
        return Problem(
            _(
                "The schema of %(chart)s refuses “global”, which Helm gives to every sub-chart:"
                " %(words)s",
                chart=complaint.chart,
                words=complaint.words,
            ),
            _("Allow “global” in the schema's properties."),
            place,
        )
    words = _(
        "The schema of %(chart)s refuses the values: %(words)s",
        chart=complaint.chart,
        words=complaint.words,
    )
    if complaint.path:
        words = _(
            "The schema of %(chart)s refuses %(path)s: %(words)s",
            chart=complaint.chart,
            path=dotted(complaint.path),
            words=complaint.words,
        )
    return Problem(words, _("Correct the value, or the schema."), place)
