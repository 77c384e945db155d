"""An operator's own image has no `address` in the mapping.

**What.** An entry for a container of the operator's Deployments gives no `address`: the platform
finds the place by the container and fills the image in from `package`.

**Why.** The address is not used there. Whoever reads it may believe that it is.

**How to fix it.** Remove `address` from the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import OPERATOR_MAPPING, mapped_operator

ID = "OSC-MAP-022"
NAME = "mapping-operator-address"
TITLE = _("An address in the mapping is not used")
SEVERITY = Severity.INFO
SOURCE: str | None = (
    "https://huaweicloud.com/s/JeS6keacjeWKoeWZqOeahOiKgueCueaYr-S7gOS5iOaEj-aAnSU/t_30_p_2/"
    "JeS6keWOn-eUn-acjeWKoeS4reW_gyBPU0Ml"
)
GOOD: tuple[Example, ...] = (mapped_operator(),)
BAD: tuple[Example, ...] = (
    mapped_operator(
        OPERATOR_MAPPING.replace("  package", "  address: {tag: spec.tag}\n  package", 1)
    ).expecting(
        Expected(
            "OSC-MAP-022",
            "info",
            "demo/images/mapping.yaml:7:3",
            message=Message(
                "The entry %(name)s gives an address, which the platform does not"
                " use for the containers of an operator.",
                {"name": "demo-operator"},
            ),
            help="Remove “address” from the entry.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Addresses of entries for the operator's own containers."""
    if facts.mapping is None or facts.chart is not None:
        return
    for entry in facts.mapping.others:
        part = entry.parts.get("address")
        if part is not None and not part.is_missing:
            yield Problem(
                _(
                    "The entry %(name)s gives an address, which the platform does not use for the"
                    " containers of an operator.",
                    name=entry.image or entry.text("name"),
                ),
                _("Remove “address” from the entry."),
                part.key_place,
            )
