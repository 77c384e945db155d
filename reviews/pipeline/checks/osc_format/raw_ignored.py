"""The folder raw has no effect in a package of operator type.

**What.** A package of operator type has no folder `raw`, or its makers know that the platform does
not look into it.

**Why.** The converter leaves the original operator there. Whoever changes an image or a permission
in `raw` changes nothing.

**How to fix it.** Make changes in `lifecycle.yaml` and `manifests`. The folder may stay or go.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import RAW
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import osc_chart_package, osc_package

ID = "OSC-FMT-037"
NAME = "raw-ignored"
TITLE = _("The folder raw has no effect in a package of operator type")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0011.html"
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
)
BAD: tuple[Example, ...] = (
    osc_package(more={"raw/demo.package.yaml": "packageName: demo\n"}).expecting(
        Expected(
            "OSC-FMT-037",
            "info",
            "demo/raw",
            message=("The platform does not look into raw, for the package is of operator type."),
            help=("You need not do anything; changes belong into lifecycle.yaml and manifests."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A folder that is not looked into."""
    osc = facts.osc
    if osc is not None and not osc.is_helm and any(name.startswith(RAW) for name in osc.names()):
        yield Problem(
            _("The platform does not look into raw, for the package is of operator type."),
            _("You need not do anything; changes belong into lifecycle.yaml and manifests."),
            Place(osc.address(RAW).rstrip("/")),
        )
