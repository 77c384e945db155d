"""An archive may hold nothing that could harm its reader or that two readers take differently.

**What.** In the package and in every archive inside it: no absolute path and no `..`, no link,
no device, no name twice, no member that is hidden from one of two readers, and no more members,
bytes or levels than the portal's limits allow.

**Why.** A link that leads out of a chart can show files of the machine that renders it. Of two
members with one name the reviewer sees the first and Helm installs the last. A small archive
that unpacks to terabytes stops everybody else's work.

**How to fix it.** Pack the folder again with `helm package` or an ordinary zip tool, with real
files in place of links. The message of the refusal names the member.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-PKG-013"
NAME = "safe-archive"
TITLE = _("An archive is not safe to read")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (bare_chart(),)
BAD: tuple[Example, ...] = (
    Example({"demo/Chart.yaml": CHART, "demo/../../etc/cron.d/demo": "* * * * *\n"}).expecting(
        Expected(
            "OSC-PKG-013",
            "refused",
            "demo/../../etc/cron.d/demo",
            message="The name leads out of the package by “..”. Pack again without it.",
        )
    ),
    Example(
        {
            "demo/package/demo-1.0.0.tgz!/demo/Chart.yaml": CHART,
            "demo/package/demo-1.0.0.tgz!//etc/passwd": "demo\n",
        }
    ).expecting(
        Expected(
            "OSC-PKG-013",
            "refused",
            "demo/package/demo-1.0.0.tgz!//etc/passwd",
            message=(
                "The name is an absolute path. Pack again from inside the folder,"
                " so that names are relative."
            ),
        )
    ),
)


def check(_facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Nothing: reading refuses such a package before any check runs."""
    yield from ()
