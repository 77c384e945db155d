"""The service's name is lower case and does not begin or end with a hyphen.

**What.** The name of a chart or operator has no upper-case letters, and a letter or digit at both
ends.

**Why.** The platform takes upper case here, but neither Kubernetes in the names made from it nor
the OSC format does, and Helm's own advice is lower case. The name cannot be changed once published.

**How to fix it.** Write it in lower case: `demo-operator`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-NAME-003"
NAME = "lower-case-name"
TITLE = _("The service's name has upper-case letters or outer hyphens")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
AFTER = ("OSC-YAML-002", "OSC-NAME-011", "OSC-NAME-001")
GOOD: tuple[Example, ...] = (bare_chart(),)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("name: demo", "name: Demo")).expecting(
        Expected(
            "OSC-NAME-003",
            "warning",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The service is called %(name)s; names made from it in the cluster"
                " must be lower case, with a letter or digit at both ends.",
                {"name": "Demo"},
            ),
            help=Message("Call it %(name)s.", {"name": "demo"}),
        )
    ),
    bare_chart(metadata=CHART.replace("name: demo", "name: demo-")).expecting(
        Expected(
            "OSC-NAME-003",
            "warning",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The service is called %(name)s; names made from it in the cluster"
                " must be lower case, with a letter or digit at both ends.",
                {"name": "demo-"},
            ),
            help=Message("Call it %(name)s.", {"name": "demo"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A name with upper case, or with a hyphen at an end."""
    name = facts.identity.name
    if name is not None and (name.text != name.text.lower() or name.text.strip("-") != name.text):
        yield Problem(
            _(
                "The service is called %(name)s; names made from it in the cluster must be lower"
                " case, with a letter or digit at both ends.",
                name=name.text[:100],
            ),
            _("Call it %(name)s.", name=name.text[:100].lower().strip("-")),
            name.place,
        )
