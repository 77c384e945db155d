"""The definition of a service names the fields of its instances.

**What.** The CRD that a csd file refers to, or that an operator owns, has `properties` in its
schema, or in the schema of `spec`. It does not let everything in at its top with
`x-kubernetes-preserve-unknown-fields: true` and nothing else.

**Why.** The platform makes the form for a new instance of this schema. Without fields the form is
empty, and nothing that a customer writes is checked before it fails at run time.

**How to fix it.** Describe the fields of `spec` in the schema. A field below it may still let
everything in.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...cluster_schemas.custom import preserves_all, schemas_in
from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.file_faults import csd_schemas
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CRD, operator_package
from ..examples.osc_packages import OSC_CRD, osc_package

ID = "PORTAL-027"
NAME = "empty-form"
TITLE = _("The form of the service would be empty")
SEVERITY = Severity.INFO
SOURCE: str | None = None

_OPEN = """\
          x-kubernetes-preserve-unknown-fields: true
"""
_SCHEMA = "        openAPIV3Schema:\n          type: object\n"
GOOD: tuple[Example, ...] = (operator_package(), osc_package())
BAD: tuple[Example, ...] = (
    operator_package(
        crd=CRD.partition("        properties:\n")[0]
        + "        x-kubernetes-preserve-unknown-fields: true\n"
    ).expecting(
        Expected(
            "PORTAL-027",
            "info",
            "demo/1.0.0/demos.demo.example.crd.yaml:6:3",
            message=Message(
                "The schema of %(name)s lets everything in and names no field, so"
                " the form for a new instance is empty.",
                {"name": "demos.demo.example"},
            ),
            help="Describe the fields of spec in the schema.",
        )
    ),
    osc_package(crd=OSC_CRD.partition(_SCHEMA)[0] + _SCHEMA + _OPEN).expecting(
        Expected(
            "PORTAL-027",
            "info",
            "demo/manifests/demo_csd.yaml:7:5",
            message=Message(
                "The schema of %(name)s lets everything in and names no field, so"
                " the form for a new instance is empty.",
                {"name": "demos.demo.example"},
            ),
            help="Describe the fields of spec in the schema.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every such definition, once."""
    seen = set()
    for csd, schema in csd_schemas(facts.osc):
        if preserves_all(schema) and csd.file not in seen:
            seen.add(csd.file)
            yield _problem(csd.crd_name, csd.place(("spec", "CRDRef")))
    operator = facts.operator
    if operator is None or operator.csv is None:
        return
    for crd in operator.beside(operator.csv):
        found = [schema for _kind, schema in schemas_in(crd.source.data_at(()))]
        if any(schema is not None and preserves_all(schema) for schema in found):
            yield _problem(crd.title, crd.place(("spec",)))


def _problem(name: str, place: Place) -> Problem:
    return Problem(
        _(
            "The schema of %(name)s lets everything in and names no field, so the form for a new"
            " instance is empty.",
            name=name,
        ),
        _("Describe the fields of spec in the schema."),
        place,
    )
