"""An operator has one list of packages, `*.package.yaml`.

**What.** The archive holds exactly one file `xxx.package.yaml`, which names the package, its
channels and the version that each of them offers. (A bundle of the newer layout has
none; another rule reports it.)

**Why.** From this file the platform learns which ClusterServiceVersion customers get. Without it
there is none, with two nobody knows which counts.

**How to fix it.** Write one such file beside the folders of the versions:
`packageName: etcd`, `channels: [{name: stable, currentCSV: etcdoperator.v0.9.4}]`,
`defaultChannel: stable`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import OperatorLayout
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import LIST, operator_package

ID = "OSC-OPR-001"
NAME = "package-list"
TITLE = _("The operator has not exactly one list of packages")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0015.html"
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(without=("packages",)).expecting(
        Expected(
            "OSC-OPR-001",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml",
            message=("There is no *.package.yaml, so nothing says which version customers get."),
            help=(
                "Add one with packageName, channels and defaultChannel beside the version folders."
            ),
        )
    ),
    operator_package(more={"other.package.yaml": LIST}).expecting(
        Expected(
            "OSC-OPR-001",
            "error",
            "demo/other.package.yaml:1:1",
            message=Message(
                "This is a second list of packages beside %(first)s.",
                {"first": "demo/demo-operator.package.yaml"},
            ),
            help="Keep one *.package.yaml with all channels.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """No list, and every list after the first."""
    operator = facts.operator
    if operator is None or operator.layout is OperatorLayout.BUNDLE:
        return
    if not operator.lists:
        yield Problem(
            _("There is no *.package.yaml, so nothing says which version customers get."),
            _("Add one with packageName, channels and defaultChannel beside the version folders."),
            Place(operator.csv.file) if operator.csv else Place(),
        )
    for each in operator.lists[1:]:
        yield Problem(
            _("This is a second list of packages beside %(first)s.", first=operator.lists[0].file),
            _("Keep one *.package.yaml with all channels."),
            each.place(),
        )
