"""The deploy package is no larger than 4 MB.

**What.** The one archive in `package` has at most 4 MB (4,194,304 bytes). Image archives do not
count: they are in `images`.

**Why.** The platform takes no larger one. Charts are rarely that large; what makes them so is
mostly not needed to install them: documents, pictures, test data, sub-charts twice.

**How to fix it.** List what the installation does not need in `.helmignore` and pack the chart
again. Large files that it does need belong into an image.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-011"
NAME = "deploy-size"
TITLE = _("The deploy package is larger than 4 MB")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0004.html"

GOOD: tuple[Example, ...] = (service_package(),)
BAD: tuple[Example, ...] = (
    Example(service_package().files, limits={"deploy_bytes": 100}).expecting(
        Expected(
            "OSC-PKG-011",
            "error",
            "demo/package/demo-1.0.0.tgz",
            message=Message(
                "The deploy package has %(size)d bytes; the platform takes at most %(most)d.",
                {"size": 371, "most": 100},
            ),
            help=("Leave out what the installation does not need, by .helmignore for a chart."),
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """A deploy package of more bytes."""
    if not facts.package.is_service_package:
        return
    holder, member = facts.package.holders[0]
    most = policy.limits.deploy_bytes
    if member.size > most:
        yield Problem(
            _(
                "The deploy package has %(size)d bytes; the platform takes at most %(most)d.",
                size=member.size,
                most=most,
            ),
            _("Leave out what the installation does not need, by .helmignore for a chart."),
            Place(holder.address(member.name)),
        )
