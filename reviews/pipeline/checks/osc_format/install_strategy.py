"""The operator is installed as deployments.

**What.** `install.strategy` of `lifecycle.yaml` is `deployment`, or is left out.

**Why.** The platform has no other way to install an operator.

**How to fix it.** Write `strategy: deployment`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_LIFECYCLE, osc_package

ID = "OSC-FMT-031"
NAME = "install-strategy"
TITLE = _("The operator is not installed as deployments")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0012.html"
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_package(lifecycle=OSC_LIFECYCLE.replace("  strategy: deployment\n", "")),
)
BAD: tuple[Example, ...] = (
    osc_package(
        lifecycle=OSC_LIFECYCLE.replace("strategy: deployment", "strategy: Deployment")
    ).expecting(
        Expected(
            "OSC-FMT-031",
            "error",
            "demo/lifecycle.yaml:2:13",
            message=Message(
                "%(path)s says “%(found)s”; it must be “%(wanted)s”.",
                {"wanted": "deployment", "path": "install.strategy", "found": "Deployment"},
            ),
            help="Write “strategy: deployment”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(each.message, _("Write “strategy: deployment”."), each.place)
