"""`alm-examples` holds examples of the resources that the operator owns, as JSON.

**What.** The annotation is one string; it is JSON; the JSON is a list of resources; the `kind` of
each is one that the ClusterServiceVersion owns (a warning otherwise).

**Why.** The console fills the form for a new instance from these examples. The platform also finds
the images of the instances in them. A list written as YAML instead of as a string is refused by
Kubernetes, for annotations are strings.

**How to fix it.** Write `alm-examples: |-` and below it, indented, the JSON list.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Clause, Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import ALM_EXAMPLES, Manifest
from ...yaml.embedded_json import JsonBroken, JsonInYaml
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-OPR-007"
NAME = "alm-examples"
TITLE = _("alm-examples is not a JSON list of the resources that the operator owns")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.md"
_OWNED = ("spec", "customresourcedefinitions", "owned")
_EMPTY = CSV[: CSV.index("    alm-examples")]
_REST = CSV[CSV.index("    architecture") :]
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(csv=f"{_EMPTY}    alm-examples: '[]'\n{_REST}"),
)
BAD: tuple[Example, ...] = (
    operator_package(csv=f"{_EMPTY}    alm-examples: [{{kind: Demo}}]\n{_REST}").expecting(
        Expected(
            "OSC-OPR-007",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:6:19",
            message=Message(
                "alm-examples of %(csv)s is not a string, but YAML.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Write it as JSON in a block of text: alm-examples: |-",
        )
    ),
    operator_package(csv=f"{_EMPTY}    alm-examples: '[{{]'\n{_REST}").expecting(
        Expected(
            "OSC-OPR-007",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:6:22",
            message=Message(
                "alm-examples of %(csv)s cannot be read: %(words)s.",
                {
                    "csv": "demo-operator.v1.0.0",
                    "words": Clause(
                        Message(
                            "This is not JSON: “%(token)s” is not expected here.", {"token": "]"}
                        )
                    ),
                },
            ),
            help="Correct the JSON of alm-examples at this place.",
        )
    ),
    operator_package(csv=f'{_EMPTY}    alm-examples: \'[{{"kind": "Demo",}}]\'\n{_REST}').expecting(
        Expected(
            "OSC-OPR-007",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:6:36",
            message=Message(
                "alm-examples of %(csv)s cannot be read: %(words)s.",
                {
                    "csv": "demo-operator.v1.0.0",
                    "words": Clause(
                        Message(
                            "This is not JSON: nothing follows this comma before “%(token)s”."
                            " Remove the comma.",
                            {"token": "}"},
                        )
                    ),
                },
            ),
            help="Correct the JSON of alm-examples at this place.",
        )
    ),
    operator_package(csv=f"{_EMPTY}    alm-examples: '{{}}'\n{_REST}").expecting(
        Expected(
            "OSC-OPR-007",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:6:19",
            message=Message(
                "alm-examples of %(csv)s is not a list.", {"csv": "demo-operator.v1.0.0"}
            ),
            help="Put square brackets around the examples: [{...}, {...}]",
        )
    ),
    operator_package(csv=CSV.replace('"kind": "Demo"', '"kind": "Other"')).expecting(
        Expected(
            "OSC-OPR-007",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:10:19",
            message=Message(
                "alm-examples has a resource of kind %(kind)s, which %(csv)s does not own.",
                {"kind": "Other", "csv": "demo-operator.v1.0.0"},
            ),
            help="Correct the kind, or add its CRD to those that are owned.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is wrong with the examples of each CSV."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        value = csv.at(ALM_EXAMPLES)
        leaf = csv.source.leaf_at(ALM_EXAMPLES)
        if value in (None, ""):
            continue
        if leaf is None or not isinstance(value, str):
            yield Problem(
                _("alm-examples of %(csv)s is not a string, but YAML.", csv=csv.title),
                _("Write it as JSON in a block of text: alm-examples: |-"),
                csv.place(ALM_EXAMPLES),
            )
            continue
        try:
            examples = JsonInYaml.parse(csv.source, leaf)
        except JsonBroken as error:
            yield Problem(
                _(
                    "alm-examples of %(csv)s cannot be read: %(words)s.",
                    csv=csv.title,
                    words=Clause(error.message),
                ),
                _("Correct the JSON of alm-examples at this place."),
                Place(csv.file, error.line, error.column),
            )
            continue
        yield from _examples(csv, examples)


def _examples(csv: Manifest, examples: JsonInYaml) -> Iterator[Problem]:
    if not examples.text.lstrip().startswith("["):
        yield Problem(
            _("alm-examples of %(csv)s is not a list.", csv=csv.title),
            _("Put square brackets around the examples: [{...}, {...}]"),
            csv.place(ALM_EXAMPLES),
        )
        return
    owned = {csv.text((*_OWNED, index, "kind")) for index in range(len(csv.items(_OWNED)))}
    for leaf in examples.leaves:
        if len(leaf.path) == 2 and leaf.path[1] == "kind" and leaf.value not in owned:
            yield Problem(
                _(
                    "alm-examples has a resource of kind %(kind)s, which %(csv)s does not own.",
                    kind=str(leaf.value),
                    csv=csv.title,
                ),
                _("Correct the kind, or add its CRD to those that are owned."),
                Place(csv.file, leaf.line, leaf.column),
                severity=Severity.WARNING,
            )
