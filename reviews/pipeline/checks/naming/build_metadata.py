"""The version has no build metadata.

**What.** The version in `Chart.yaml`, `metadata.yaml` or the ClusterServiceVersion has no `+`.

**Why.** Semantic versions may have one; the platform does not support it, because a tag cannot
have a `+`.

**How to fix it.** Drop the `+` and what follows it, or write a hyphen for it.
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

ID = "OSC-NAME-005"
NAME = "build-metadata"
TITLE = _("The version has build metadata")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
AFTER = ("OSC-YAML-002", "OSC-NAME-004")
GOOD: tuple[Example, ...] = (osc_package(), bare_chart())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("1.0.0", "1.0.0+5")).expecting(
        Expected(
            "OSC-NAME-005",
            "error",
            "demo/Chart.yaml:3:10",
            message=Message(
                "“%(version)s” has a “+”, which the platform does not support.",
                {"version": "1.0.0+5"},
            ),
            help=Message("Write %(version)s.", {"version": "1.0.0"}),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', 'version: "1.0.0+5"')).expecting(
        Expected(
            "OSC-NAME-005",
            "error",
            "demo/metadata.yaml:2:10",
            message=Message(
                "“%(version)s” has a “+”, which the platform does not support.",
                {"version": "1.0.0+5"},
            ),
            help=Message("Write %(version)s.", {"version": "1.0.0"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A version with a plus sign."""
    version = facts.identity.version
    if version is not None and "+" in version.text:
        yield Problem(
            _(
                "“%(version)s” has a “+”, which the platform does not support.",
                version=version.text[:100],
            ),
            _("Write %(version)s.", version=version.text[:100].partition("+")[0]),
            version.place,
        )
