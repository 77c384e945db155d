"""The folder manifests holds a custom resource definition.

**What.** At least one file in `manifests` is a `CustomResourceDefinition`, and such files are
called `xxx_crd.yaml`.

**Why.** Customers create instances of a custom resource; without its definition there is nothing to
create. The platform finds the definitions by the ending of the file's name.

**How to fix it.** Put the definition of each custom resource into a file of its own,
`manifests/xxx_crd.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import HELM_GROUP, MANIFESTS
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CRD, osc_package

ID = "OSC-FMT-002"
NAME = "crd-present"
TITLE = _("The folder manifests holds no custom resource definition")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0004.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(without=("manifests/demo_crd.yaml",)).expecting(
        Expected(
            "OSC-FMT-002",
            "error",
            "demo/manifests",
            message="No file in manifests is a CustomResourceDefinition.",
            help=("Add the definition of the custom resource as manifests/xxx_crd.yaml."),
        )
    ),
    osc_package(crd="kind: ConfigMap\n").expecting(
        Expected(
            "OSC-FMT-002",
            "error",
            "demo/manifests",
            message="No file in manifests is a CustomResourceDefinition.",
            help=("Add the definition of the custom resource as manifests/xxx_crd.yaml."),
        )
    ),
    osc_package(
        without=("manifests/demo_crd.yaml",), more={"manifests/demo.yaml": OSC_CRD}
    ).expecting(
        Expected(
            "OSC-FMT-002",
            "error",
            "demo/manifests/demo.yaml",
            message=Message(
                "%(crd)s is defined in a file whose name does not end in _crd.yaml.",
                {"crd": "demos.demo.example"},
            ),
            help="Rename the file so that its name ends in _crd.yaml.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A package without a definition, and definitions whose file has another name."""
    if facts.osc is None or not any(name.startswith(MANIFESTS) for name in facts.osc.names()):
        return
    if not facts.osc.definitions:
        yield Problem(
            _("No file in manifests is a CustomResourceDefinition."),
            _("Add the definition of the custom resource as manifests/xxx_crd.yaml."),
            Place(facts.osc.address(MANIFESTS).rstrip("/")),
        )
    for each in facts.osc.definitions:
        if facts.osc.is_helm and each.group == HELM_GROUP:
            continue  # its file has one fixed name, which another rule asks for
        if not each.file.lower().endswith(("_crd.yaml", "_crd.yml")):
            yield Problem(
                _(
                    "%(crd)s is defined in a file whose name does not end in _crd.yaml.",
                    crd=each.name,
                ),
                _("Rename the file so that its name ends in _crd.yaml."),
                Place(each.file),
            )
