"""A chart's mapping has no other section than the list of images.

**What.** The outermost level of `images/mapping.yaml` holds the key `instance` alone. An operator's
mapping has a section for the operator's own containers as well, whose name the public guide
does not give; there the portal only mentions sections that hold no list of entries.

**Why.** The portal leaves such a section as it is, and so, as far as is known, does the platform.
Images that are listed there are not replaced.

**How to fix it.** Remove the section, or move its entries below `instance`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import MAPPING, mapped_chart

ID = "OSC-MAP-023"
NAME = "mapping-section"
TITLE = _("The mapping has a section that the guide does not know")
SEVERITY = Severity.INFO
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (mapped_chart(),)
BAD: tuple[Example, ...] = (
    mapped_chart(MAPPING + "version: 1\n").expecting(
        Expected(
            "OSC-MAP-023",
            "info",
            "demo/images/mapping.yaml:10:1",
            message=Message(
                "“%(name)s” is not a section that the guide knows.", {"name": "version"}
            ),
            help="Remove it, or move its entries below “instance”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Unknown sections, where no finding already says that one is a misspelt list of images."""
    mapping = facts.mapping
    if mapping is None or (facts.chart is not None and not mapping.instances):
        return
    of_operator = {entry.section for entry in mapping.others} if facts.chart is None else set()
    for section in mapping.unknown:
        if section.name not in of_operator:
            yield Problem(
                _("“%(name)s” is not a section that the guide knows.", name=section.name[:100]),
                _("Remove it, or move its entries below “instance”."),
                section.key_place,
            )
