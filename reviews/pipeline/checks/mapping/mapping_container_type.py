"""`type` in an operator's mapping is one of the three kinds of containers.

**What.** `type` is `container`, `initContainer` or `ephemeralContainer`, in exactly this spelling.

**Why.** From it the platform knows in which list of the Deployment's containers it finds the one
whose image it fills in.

**How to fix it.** Write one of the three words.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.suggestions import nearest
from ...facts.model import Facts
from ...mapping.entries import CONTAINER_TYPES
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import OPERATOR_MAPPING, mapped_operator

ID = "OSC-MAP-019"
NAME = "mapping-container-type"
TITLE = _("The mapping names no kind of container")
SEVERITY = Severity.ERROR
SOURCE: str | None = (
    "https://huaweicloud.com/s/JeS6keacjeWKoeWZqOeahOiKgueCueaYr-S7gOS5iOaEj-aAnSU/t_30_p_2/"
    "JeS6keWOn-eUn-acjeWKoeS4reW_gyBPU0Ml"
)
GOOD: tuple[Example, ...] = (
    mapped_operator(),
    mapped_operator(OPERATOR_MAPPING.replace("type: container", "type: initContainer")),
)
BAD: tuple[Example, ...] = (
    mapped_operator(OPERATOR_MAPPING.replace("type: container", "type: Container")).expecting(
        Expected(
            "OSC-MAP-019",
            "error",
            "demo/images/mapping.yaml:4:9",
            message=Message("“%(found)s” is not a kind of container.", {"found": "Container"}),
            help=Message("Write “type: %(meant)s”.", {"meant": "container"}),
        )
    ),
    mapped_operator(OPERATOR_MAPPING.replace("type: container", "type: [container]")).expecting(
        Expected(
            "OSC-MAP-019",
            "error",
            "demo/images/mapping.yaml:4:9",
            message=Message(
                "“%(found)s” is not a kind of container.", {"found": Message("list", {})}
            ),
            help=Message(
                "Use one of: %(words)s.",
                {
                    "words": (
                        "container",
                        "initContainer",
                        "ephemeralContainer",
                    )
                },
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Kinds of containers that are none."""
    if facts.mapping is None or facts.chart is not None:
        return
    for entry in facts.mapping.all_entries:
        part = entry.parts.get("type")
        if part is not None and part.value not in CONTAINER_TYPES:
            found = part.text if part.text is not None else part.kind
            words = part.text[:100] if part.text is not None else part.kind_name
            yield Problem(
                _("“%(found)s” is not a kind of container.", found=words),
                _remedy(found),
                part.place,
            )


def _remedy(found: str) -> Message:
    meant = nearest(found, CONTAINER_TYPES)
    if meant is not None:
        return _("Write “type: %(meant)s”.", meant=meant)
    return _("Use one of: %(words)s.", words=tuple(CONTAINER_TYPES))
