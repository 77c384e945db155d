"""The deploy package is a Helm chart, an operator or an OSC-format package.

**What.** The portal decides the kind by content: a chart has `Chart.yaml` in its top folder, an
operator a `*.package.yaml` or a `*.clusterserviceversion.yaml`, an OSC-format package
`metadata.yaml` and `lifecycle.yaml`.

**Why.** The platform takes these three and each has rules of its own. A package of no known kind
cannot be judged by any of them.

**How to fix it.** Check that the right folder was packed, and that it was packed with its top
folder. A misspelt `Chart.yml` or `chart.yaml` is not recognised either: the names are fixed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-006"
NAME = "known-kind"
TITLE = _("The deploy package is of no kind that the platform takes")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (bare_chart(),)
BAD: tuple[Example, ...] = (
    Example({"demo/README.md": "The service is described here.\n"}).expecting(
        Expected(
            "PORTAL-006",
            "refused",
            "",
            message=(
                "this is neither a service package (a zip with the folders package/"
                " and images/) nor a Helm chart, an operator or an OSC-format"
                " package. Send the zip that the packaging guide describes."
            ),
        )
    ),
    Example({"demo/package/demo-1.0.0.tgz!/demo/Chart.yml": CHART}).expecting(
        Expected(
            "PORTAL-006",
            "refused",
            "demo/package/demo-1.0.0.tgz",
            message=Message(
                "%(where)s is no Helm chart (Chart.yaml in its top folder), no"
                " operator (*.package.yaml or *.clusterserviceversion.yaml) and no"
                " OSC-format package (metadata.yaml and lifecycle.yaml). Check that"
                " the right folder was packed.",
                {"where": "demo/package/demo-1.0.0.tgz"},
            ),
        )
    ),
)


def check(_facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Nothing: opening refuses such a package before any check runs."""
    yield from ()
