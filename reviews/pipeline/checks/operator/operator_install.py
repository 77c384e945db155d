"""The operator is installed by at least one Deployment.

**What.** `spec.install.strategy` is `deployment`, and `spec.install.spec.deployments` has at least
one entry with a name and a container.

**Why.** The Operator Lifecycle Manager knows no other strategy, and an operator without a
container does nothing.

**How to fix it.** Put the Deployment's `name` and `spec` there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import DEPLOYMENTS
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-OPR-011"
NAME = "operator-install"
TITLE = _("The operator is not installed by a Deployment")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://docs.redhat.com/zh-cn/documentation/openshift_container_platform/4.7/html/operators/olm-package-manifest-format_olm-packaging-format"
)
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(csv=CSV.replace("strategy: deployment", "strategy: helm")).expecting(
        Expected(
            "OSC-OPR-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:45:15",
            message=Message("spec.install.strategy is %(found)s.", {"found": "helm"}),
            help="Write: strategy: deployment",
        )
    ),
    operator_package(
        csv=CSV[: CSV.index("      deployments:")] + "      deployments: []\n"
    ).expecting(
        Expected(
            "OSC-OPR-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:47:20",
            message=Message(
                "%(csv)s has no Deployment to install.", {"csv": "demo-operator.v1.0.0"}
            ),
            help="Put the operator's Deployment under spec.install.spec.deployments.",
        )
    ),
    operator_package(csv=CSV[: CSV.index("              containers:")]).expecting(
        Expected(
            "OSC-OPR-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:48:9",
            message="The Deployment has no container.",
            help="Put the operator's container into its pod template.",
        )
    ),
)
_CONTAINERS = ("spec", "template", "spec", "containers")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is missing in the installation of each CSV."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        strategy = csv.text(("spec", "install", "strategy"))
        if strategy != "deployment":
            yield Problem(
                _("spec.install.strategy is %(found)s.", found=strategy or "-"),
                _("Write: strategy: deployment"),
                csv.place(("spec", "install", "strategy")),
            )
        if not csv.items(DEPLOYMENTS):
            yield Problem(
                _("%(csv)s has no Deployment to install.", csv=csv.title),
                _("Put the operator's Deployment under spec.install.spec.deployments."),
                csv.place(DEPLOYMENTS),
            )
        for index in range(len(csv.items(DEPLOYMENTS))):
            if not csv.items((*DEPLOYMENTS, index, *_CONTAINERS)):
                yield Problem(
                    _("The Deployment has no container."),
                    _("Put the operator's container into its pod template."),
                    csv.place((*DEPLOYMENTS, index)),
                )
