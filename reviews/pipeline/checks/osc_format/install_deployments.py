"""The operator's deployments are described.

**What.** `lifecycle.yaml` of a package of operator type has at least one entry in
`install.deployments`, each with a `name` and a Kubernetes Deployment `spec`. A package that brings
a chart has none.

**Why.** Without a deployment no operator runs in the customer's cluster, and the instances that
customers create stay empty shells. Beside a chart they are ignored (reported as information). The
developer guide leaves `lifecycle.yaml` of a package with a chart empty; from partners it is known
that the console refused an empty file and took one with an empty list of deployments.

**How to fix it.** Write the operator's Deployment into `install.deployments`; beside a chart write
`install: {strategy: deployment, deployments: []}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_LIFECYCLE, osc_chart_package, osc_package

ID = "OSC-FMT-032"
NAME = "install-deployments"
TITLE = _("The operator's deployments are not described")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0012.html"
_PATH = ("install", "deployments")
_EMPTY_LIST = _("Write “install: {strategy: deployment, deployments: []}”.")
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
)
BAD: tuple[Example, ...] = (
    osc_package(lifecycle="").expecting(
        Expected(
            "OSC-FMT-032",
            "error",
            "demo/lifecycle.yaml:1:1",
            message="lifecycle.yaml has no deployment, so no operator would run.",
            help="Write the operator's Deployment into install.deployments.",
        )
    ),
    osc_package(lifecycle="install: {strategy: deployment}\n").expecting(
        Expected(
            "OSC-FMT-032",
            "error",
            "demo/lifecycle.yaml:1:10",
            message="lifecycle.yaml has no deployment, so no operator would run.",
            help="Write the operator's Deployment into install.deployments.",
        )
    ),
    osc_package(
        lifecycle=OSC_LIFECYCLE.replace("- name: demo-operator\n      spec", "- spec")
    ).expecting(
        Expected(
            "OSC-FMT-032",
            "error",
            "demo/lifecycle.yaml:10:7",
            message=Message("Missing: %(paths)s.", {"paths": ("install.deployments[0].name",)}),
            help="Give each deployment a name and a spec.",
        )
    ),
    osc_chart_package(lifecycle="").expecting(
        Expected(
            "OSC-FMT-032",
            "info",
            "demo/lifecycle.yaml:1:1",
            message=(
                "lifecycle.yaml is empty. The guide has it so, but the console has refused it."
            ),
            help="Write “install: {strategy: deployment, deployments: []}”.",
        )
    ),
    osc_chart_package(lifecycle=OSC_LIFECYCLE).expecting(
        Expected(
            "OSC-FMT-032",
            "info",
            "demo/lifecycle.yaml:10:5",
            message=(
                "The package brings a chart, so deployments in lifecycle.yaml are not installed."
            ),
            help="Write “install: {strategy: deployment, deployments: []}”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Operators without deployments, incomplete ones, and deployments beside a chart."""
    osc = facts.osc
    if osc is None or osc.lifecycle is None:
        return
    for each in osc.violations_of(ID):
        yield Problem(each.message, _("Give each deployment a name and a spec."), each.place)
    place = place_of(osc.lifecycle, _PATH)
    deployments = osc.lifecycle.data_at(_PATH)
    if osc.is_helm and deployments:
        yield Problem(
            _("The package brings a chart, so deployments in lifecycle.yaml are not installed."),
            _EMPTY_LIST,
            place,
            severity=Severity.INFO,
        )
    if osc.is_helm and osc.lifecycle.tree is None:
        yield Problem(
            _("lifecycle.yaml is empty. The guide has it so, but the console has refused it."),
            _EMPTY_LIST,
            place,
            severity=Severity.INFO,
        )
    if not osc.is_helm and not deployments:
        yield Problem(
            _("lifecycle.yaml has no deployment, so no operator would run."),
            _("Write the operator's Deployment into install.deployments."),
            place,
        )
