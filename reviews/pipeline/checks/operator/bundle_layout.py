"""An operator is laid out by packages and versions, not as a bundle.

**What.** The archive has the newer bundle layout: `manifests/` and `metadata/annotations.yaml`
instead of `*.package.yaml` and a folder for each version.

**Why.** The platform's pages describe the older layout, the package manifest, and no other. The
portal examines a bundle in full all the same, so that you learn everything at once.

**How to fix it.** Rename `manifests/` to the version (`0.9.4/`), and write a `NAME.package.yaml`
beside it with packageName, channels and defaultChannel; these are in `metadata/annotations.yaml`,
which can then be removed.
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
from ..examples.operators import CRD, CSV, operator_package

ID = "OSC-OPR-014"
NAME = "bundle-layout"
TITLE = _("The operator is laid out as a bundle, not by packages and versions")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0015.html"
_BUNDLE = "annotations:\n  operators.operatorframework.io.bundle.package.v1: demo-operator\n"
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(
        without=("packages", "csv", "crd"),
        more={
            "manifests/demo-operator.clusterserviceversion.yaml": CSV,
            "manifests/demo.crd.yaml": CRD,
            "metadata/annotations.yaml": _BUNDLE,
        },
    ).expecting(
        Expected(
            "OSC-OPR-014",
            "error",
            "demo/manifests/demo-operator.clusterserviceversion.yaml",
            message=(
                "The operator has the newer bundle layout (manifests/ and"
                " metadata/annotations.yaml); the platform takes the"
                " package-manifest layout."
            ),
            help=Message(
                "Rename the folder manifests to %(version)s and add"
                " %(name)s.package.yaml beside it with “packageName: %(name)s”, a"
                " channel whose currentCSV is %(csv)s, and defaultChannel.",
                {"version": "1.0.0", "name": "demo-operator", "csv": "demo-operator.v1.0.0"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A bundle."""
    operator = facts.operator
    if operator is None or operator.layout is not OperatorLayout.BUNDLE:
        return
    version = operator.version or "VERSION"
    name = operator.service or "NAME"
    yield Problem(
        _(
            "The operator has the newer bundle layout (manifests/ and metadata/annotations.yaml);"
            " the platform takes the package-manifest layout."
        ),
        _(
            "Rename the folder manifests to %(version)s and add %(name)s.package.yaml beside it"
            " with “packageName: %(name)s”, a channel whose currentCSV is %(csv)s, and"
            " defaultChannel.",
            version=version,
            name=name,
            csv=operator.csv.title if operator.csv else "-",
        ),
        Place(operator.csv.file) if operator.csv else Place(),
    )
