"""A ClusterServiceVersion has the annotations that the catalogue needs.

**What.** `metadata.annotations` has `alm-examples`, `architecture`, `categories`, `description` and
`scenes`, none of them empty. (The annotation `source` has a rule of its own.)

**Why.** The catalogue shows and filters services by them, and from `alm-examples` customers create
their first instance.

**How to fix it.** Add what is missing, for example `categories: Database`, `scenes: CCE,UCS`,
`architecture: x86_64,aarch64`. An annotation called `category` is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...package.catalogue import ARCHITECTURES, CATEGORIES, SCENES
from ...package.operator import ANNOTATIONS
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-OPR-006"
NAME = "required-annotation"
TITLE = _("A CSV lacks an annotation that the catalogue needs")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.md"
REQUIRED = ("alm-examples", "architecture", "categories", "description", "scenes")
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(csv=CSV.replace("    scenes: CCE\n", "")).expecting(
        Expected(
            "OSC-OPR-006",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:5:5",
            message=Message(
                "The annotations of %(csv)s lack %(names)s.",
                {"csv": "demo-operator.v1.0.0", "names": ("scenes",)},
            ),
            help="Add them under metadata.annotations.",
        )
    ),
    operator_package(csv=CSV.replace("categories: Database", "category: Database")).expecting(
        Expected(
            "OSC-OPR-006",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:5:5",
            message=Message(
                "The annotations of %(csv)s lack %(names)s.",
                {"csv": "demo-operator.v1.0.0", "names": ("categories",)},
            ),
            help="Add them under metadata.annotations.",
        )
    ),
    operator_package(csv=CSV.replace("architecture: x86_64", "architecture: ''")).expecting(
        Expected(
            "OSC-OPR-006",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:5:5",
            message=Message(
                "The annotations of %(csv)s lack %(names)s.",
                {"csv": "demo-operator.v1.0.0", "names": ("architecture",)},
            ),
            help="Add them under metadata.annotations.",
        )
    ),
)


_EXAMPLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "architecture": ("x86_64", ARCHITECTURES),
    "categories": ("Database", CATEGORIES),
    "description": ("What the service does, in one sentence.", ()),
    "scenes": ("CCE", SCENES),
}
"""What to write by hand, and the words that are allowed; no sample is made up (alm-examples)."""


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each CSV with all that it lacks."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        missing = [name for name in REQUIRED if csv.at((*ANNOTATIONS, name)) in (None, "", [])]
        if missing:
            yield Problem(
                _(
                    "The annotations of %(csv)s lack %(names)s.",
                    csv=csv.title,
                    names=tuple(missing),
                ),
                _("Add them under metadata.annotations."),
                csv.place(ANNOTATIONS),
                by_hand=tuple(
                    Setting(csv.file, (*ANNOTATIONS, name), value, choices, not choices)
                    for name, (value, choices) in _EXAMPLES.items()
                    if name in missing
                ),
            )
