"""The service's name has at most 64 characters.

**What.** `name` in `Chart.yaml`, `packageName` of an operator and `name` in `metadata.yaml` have at
most 64 characters.

**Why.** The platform takes no longer one when the service is created, and the name in the package
must be that name.

**How to fix it.** Shorten it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-NAME-002"
NAME = "name-length"
TITLE = _("The service's name is longer than 64 characters")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (osc_package(), bare_chart())
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("demo-operator", "demo" * 17)).expecting(
        Expected(
            "OSC-NAME-002",
            "error",
            "demo/metadata.yaml:1:7",
            message=Message(
                "The service's name is %(length)d characters long; at most %(most)d are taken.",
                {"length": 68, "most": 64},
            ),
            help="Shorten the name.",
        )
    ),
    bare_chart(metadata=CHART.replace("name: demo", "name: " + "demo" * 17)).expecting(
        Expected(
            "OSC-NAME-002",
            "error",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The service's name is %(length)d characters long; at most %(most)d are taken.",
                {"length": 68, "most": 64},
            ),
            help="Shorten the name.",
        )
    ),
)

_MOST = 64


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A longer name."""
    name = facts.identity.name
    if name is not None and len(name.text) > _MOST:
        yield Problem(
            _(
                "The service's name is %(length)d characters long; at most %(most)d are taken.",
                length=len(name.text),
                most=_MOST,
            ),
            _("Shorten the name."),
            name.place,
        )
