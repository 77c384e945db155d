"""Each custom resource is a service or an operation on one.

**What.** `spec.role` of a csd file is `serviceEntity` (also where it is left out) or `operation`,
spelled exactly so. A package that brings a chart has exactly one `serviceEntity`.

**Why.** A `serviceEntity` is what customers create as an instance; an `operation`, such as a
backup, is shown as an action of an instance. One chart can be installed as one service only.

**How to fix it.** Write one of the two words. In a package with a chart keep one csd file with the
role `serviceEntity`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, OSC_HELM_CSD, osc_chart_package, osc_package

ID = "OSC-FMT-011"
NAME = "csd-role"
TITLE = _("The role of a custom resource is not one that the platform knows")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("role: serviceEntity", "role: serviceentity")).expecting(
        Expected(
            "OSC-FMT-011",
            "error",
            "demo/manifests/demo_csd.yaml:13:9",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "spec.role",
                    "found": "serviceentity",
                    "allowed": (
                        "serviceEntity",
                        "operation",
                    ),
                },
            ),
            help=("Write serviceEntity or operation, with the same upper and lower case."),
        )
    ),
    osc_chart_package(
        csd=OSC_HELM_CSD.replace("spec:\n", "spec:\n  role: operation\n", 1)
    ).expecting(
        Expected(
            "OSC-FMT-011",
            "error",
            "demo/manifests/helmrelease_csd.yaml:6:9",
            message=Message(
                "The package brings a chart, and %(count)d csd files have the role serviceEntity.",
                {"count": 0},
            ),
            help="Keep exactly one csd file with the role serviceEntity.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Other words, and a chart that is not one service."""
    if facts.osc is None:
        return
    help_ = _("Write serviceEntity or operation, with the same upper and lower case.")
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, help_, each.place)
    services = [csd for csd in facts.osc.csds if csd.role == "serviceEntity"]
    if facts.osc.is_helm and facts.osc.csds and len(services) != 1:
        yield Problem(
            _(
                "The package brings a chart, and %(count)d csd files have the role serviceEntity.",
                count=len(services),
            ),
            _("Keep exactly one csd file with the role serviceEntity."),
            facts.osc.csds[0].place(("spec", "role")),
        )
