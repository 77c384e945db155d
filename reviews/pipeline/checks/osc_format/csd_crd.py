"""A csd file belongs to one CRD of the package.

**What.** `spec.CRDRef` of a csd file names a CustomResourceDefinition that is in `manifests`,
and no two csd files name the same.

**Why.** The csd file says how the platform shows and upgrades the custom resource that it refers
to. When the definition is not there the upload fails; of two files for one definition it would be
an accident which one counts.

**How to fix it.** Correct the name, or add the definition's file. Merge two csd files of one
definition.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import OscPackage
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-010"
NAME = "csd-crd"
TITLE = _("A csd file belongs to no CRD of the package, or shares one")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(
        csd=OSC_CSD.replace("name: demos.demo.example", "name: demo.demo.example")
    ).expecting(
        Expected(
            "OSC-FMT-010",
            "error",
            "demo/manifests/demo_csd.yaml:10:13",
            message=Message(
                "No file in manifests defines the CRD “%(crd)s”.", {"crd": "demo.demo.example"}
            ),
            help=Message(
                "Correct the name; defined are: %(names)s.", {"names": ("demos.demo.example",)}
            ),
        )
    ),
    osc_package(
        csd=OSC_CSD.replace("      name: demos.demo.example", "      label: demos")
    ).expecting(
        Expected(
            "OSC-FMT-010",
            "error",
            "demo/manifests/demo_csd.yaml:10:7",
            message=Message("Missing: %(paths)s.", {"paths": ("spec.CRDRef.metadata.name",)}),
            help="Complete “CRDRef” of the csd file.",
        )
    ),
    osc_package(more={"manifests/other_csd.yaml": OSC_CSD}).expecting(
        Expected(
            "OSC-FMT-010",
            "error",
            "demo/manifests/other_csd.yaml:10:13",
            message=Message(
                "%(file)s is for the CRD “%(crd)s”, too.",
                {"file": "demo/manifests/demo_csd.yaml", "crd": "demos.demo.example"},
            ),
            help="Keep one csd file for each CRD.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """References that are incomplete, lead nowhere, or lead where another one leads."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, _("Complete “CRDRef” of the csd file."), each.place)
    taken: dict[str, str] = {}
    for csd in facts.osc.csds:
        if not csd.crd_name:
            continue
        place = csd.place(("spec", "CRDRef", "metadata", "name"))
        if facts.osc.definition_of(csd) is None:
            yield Problem(
                _("No file in manifests defines the CRD “%(crd)s”.", crd=csd.crd_name),
                _("Correct the name; defined are: %(names)s.", names=_names(facts.osc)),
                place,
            )
        if csd.crd_name in taken:
            yield Problem(
                _(
                    "%(file)s is for the CRD “%(crd)s”, too.",
                    file=taken[csd.crd_name],
                    crd=csd.crd_name,
                ),
                _("Keep one csd file for each CRD."),
                place,
            )
        taken.setdefault(csd.crd_name, csd.file)


def _names(osc: OscPackage) -> Parameter:
    return tuple(sorted({each.name for each in osc.definitions})[:10]) or "-"
