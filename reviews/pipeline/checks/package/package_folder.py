"""The deploy package is in a folder that is called `package`.

**What.** The service package is a zip with the folder `package` in its top folder (or at its
root), spelled exactly so. `packages`, `Package` and `pkg` are other folders.

**Why.** The platform looks for the deploy package there and nowhere else. A bare chart or
operator may be checked without the outer folders; a zip that has `images` but no `package`
is a service package from which the most important part is missing.

**How to fix it.** Rename the folder to `package`, or make it and put the one archive that
deploys the service into it, and zip the service folder again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-004"
NAME = "package-folder"
TITLE = _("The service package has no folder “package”")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (service_package(),)
BAD: tuple[Example, ...] = (
    service_package("packages/demo-1.0.0.tgz").expecting(
        Expected(
            "OSC-PKG-004",
            "refused",
            "",
            message=Message(
                'the folder "%(found)s" must be called "package", exactly so.'
                " Rename it and zip the service package again.",
                {"found": "packages"},
            ),
        )
    ),
    Example({"demo/images/mapping.yaml": "instance: []\n"}).expecting(
        Expected(
            "OSC-PKG-004",
            "refused",
            "",
            message=(
                'there is no folder "package" beside "images". Put the one Helm'
                " chart, operator or OSC-format package into it and zip the service"
                " package again."
            ),
        )
    ),
)


def check(_facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Nothing: opening refuses such a package before any check runs."""
    yield from ()
