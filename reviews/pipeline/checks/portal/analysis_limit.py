"""A package is analysed within some minutes and some memory.

**What.** The analysis as a whole has a limit of time, of processor time and of memory. One that
reaches a limit is stopped, and the finding names the limit.

**Why.** Workers are shared by everybody: a package that keeps one busy for an hour keeps the others
waiting. What is slow here is slow on the platform, too, which renders the chart for every
instance.

**How to fix it.** Look for templates that loop over many items, for values of many thousand keys,
and for charts of very many resources, and reduce them. Administrators can raise the limits with
`PORTAL_LIMITS`: `analysis_seconds`, `analysis_processor_seconds`, `analysis_memory_bytes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-045"
NAME = "analysis-limit"
TITLE = _("The analysis takes too long or too much memory")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (bare_chart(),)
BAD: tuple[Example, ...] = (
    Example({"demo/Chart.yaml": CHART}, limits={"analysis_seconds": 0}).expecting(
        Expected(
            "PORTAL-045",
            "refused",
            "",
            message=Message(
                "the analysis was stopped: it took more than %(limit)s. Look for"
                " templates that loop over many items, for values of many thousand"
                " keys and for very many resources, and reduce them.",
                {"limit": Message("%(seconds)s seconds", {"seconds": "0"})},
            ),
        )
    ),
)


def check(_facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Nothing: the analysis is stopped before any check could report it."""
    yield from ()
