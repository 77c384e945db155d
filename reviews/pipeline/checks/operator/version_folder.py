"""Each version has a folder of its own with one ClusterServiceVersion (CSV) and its CRDs.

**What.** Beside the list of packages is at least one folder, called by its version
(`0.9.4/`). In it are exactly one file of kind ClusterServiceVersion and at least one
CustomResourceDefinition.

**Why.** The platform goes from the list of packages to the folder of the version and takes what is
there for one release.

**How to fix it.** Give each version its folder and put the CSV and the CRDs of that version into
it; move a second CSV into the folder of its own version.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import CRD_KIND, Manifest
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-OPR-002"
NAME = "version-folder"
TITLE = _("A version has no folder with one CSV and its CRDs")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0015.html"
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(without=("csv",)).expecting(
        Expected(
            "OSC-OPR-002",
            "error",
            "demo/demo-operator.package.yaml:1:1",
            message=("No file is of kind ClusterServiceVersion, so there is nothing to install."),
            help="Put the CSV of each version into a folder called by the version.",
        )
    ),
    operator_package(without=("crd",)).expecting(
        Expected(
            "OSC-OPR-002",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:1:1",
            message=Message(
                "Beside %(csv)s there is no CustomResourceDefinition.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Put the CRDs that the CSV owns into the same folder.",
        )
    ),
    operator_package(
        more={"1.0.0/b.clusterserviceversion.yaml": CSV.replace("v1.0.0", "v1.0.1")}
    ).expecting(
        Expected(
            "OSC-OPR-002",
            "error",
            "demo/1.0.0/b.clusterserviceversion.yaml:19:9",
            message=Message(
                "%(csv)s is the second ClusterServiceVersion in one folder, beside %(first)s.",
                {"csv": "demo-operator.v1.0.1", "first": "demo-operator.v1.0.0"},
            ),
            help="Move it into the folder of its own version.",
        )
    ),
    operator_package(without=("csv", "crd"), more={"a.clusterserviceversion.yaml": CSV}).expecting(
        Expected(
            "OSC-OPR-002",
            "error",
            "demo/a.clusterserviceversion.yaml:1:1",
            message=Message(
                "%(csv)s is beside the list of packages, not in the folder of its version.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Put it and its CRDs into a folder called by the version.",
        ),
        Expected(
            "OSC-OPR-002",
            "error",
            "demo/a.clusterserviceversion.yaml:1:1",
            message=Message(
                "Beside %(csv)s there is no CustomResourceDefinition.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Put the CRDs that the CSV owns into the same folder.",
        ),
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """No CSV at all, and what is amiss in the folder of each."""
    operator = facts.operator
    if operator is None:
        return
    if not operator.csvs:
        yield Problem(
            _("No file is of kind ClusterServiceVersion, so there is nothing to install."),
            _("Put the CSV of each version into a folder called by the version."),
            operator.lists[0].place() if operator.lists else Place(),
        )
    seen: dict[str, Manifest] = {}
    for csv in operator.csvs:
        if csv.folder in seen:
            yield _second(seen[csv.folder], csv)
            continue
        seen[csv.folder] = csv
        if csv.folder in {each.folder for each in operator.lists}:
            yield _without_folder(csv)
        if not any(each.kind == CRD_KIND for each in operator.beside(csv)):
            yield _without_crd(csv)


def _second(first: Manifest, csv: Manifest) -> Problem:
    return Problem(
        _(
            "%(csv)s is the second ClusterServiceVersion in one folder, beside %(first)s.",
            csv=csv.title,
            first=first.title,
        ),
        _("Move it into the folder of its own version."),
        csv.place(("metadata", "name")),
    )


def _without_folder(csv: Manifest) -> Problem:
    return Problem(
        _(
            "%(csv)s is beside the list of packages, not in the folder of its version.",
            csv=csv.title,
        ),
        _("Put it and its CRDs into a folder called by the version."),
        csv.place(),
    )


def _without_crd(csv: Manifest) -> Problem:
    return Problem(
        _("Beside %(csv)s there is no CustomResourceDefinition.", csv=csv.title),
        _("Put the CRDs that the CSV owns into the same folder."),
        csv.place(),
    )
