"""The folder `package` holds exactly one archive, which deploys the whole service.

**What.** Directly in `package` there is one Helm chart (`.tgz`), one operator (`.zip`) or one
OSC-format package (`.zip`): not none, and not two.

**Why.** The platform installs one deploy package per service version. With two it would be an
accident which one the customer gets.

**How to fix it.** Keep the archive that deploys the whole service. A second chart belongs into
the first as a sub-chart (`charts/`), an older version into an upload of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-005"
NAME = "one-deploy-package"
TITLE = _("The folder “package” does not hold exactly one deploy package")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (service_package(),)
BAD: tuple[Example, ...] = (
    Example({"demo/package/README.md": "The chart follows by mail.\n"}).expecting(
        Expected(
            "OSC-PKG-005",
            "refused",
            "demo/package",
            message=Message(
                "%(folder)s holds no deploy package. Put exactly one archive into"
                " it: a Helm chart (.tgz), an operator (.zip) or an OSC-format"
                " package (.zip).",
                {"folder": "demo/package/"},
            ),
        )
    ),
    service_package(more={"package/demo-0.9.0.tgz!/demo/Chart.yaml": CHART}).expecting(
        Expected(
            "OSC-PKG-005",
            "refused",
            "demo/package",
            message=Message(
                "%(folder)s holds %(count)s archives (%(names)s) but must hold"
                " exactly one deploy package. Keep the one that deploys the whole"
                " service and remove the others.",
                {
                    "folder": "demo/package/",
                    "count": 2,
                    "names": (
                        "demo-1.0.0.tgz",
                        "demo-0.9.0.tgz",
                    ),
                },
            ),
        )
    ),
)


def check(_facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Nothing: opening refuses such a package before any check runs."""
    yield from ()
