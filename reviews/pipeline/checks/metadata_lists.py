"""Lists in metadata.yaml are YAML lists.

**What.** `architecture`, `capabilities`, `categories`, `devices`, `industries` and `scenes` of
`metadata.yaml` are lists of texts. (In charts and operators, where they are annotations, they are
one text with commas.)

**Why.** `scenes: CCE,UCS` is one word with a comma in it to the platform, which no filter knows.

**How to mend it.** Write one item a line, each behind a dash, or `[CCE, UCS]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..policy import Policy

ID = "OSC-ANN-010"
NAME = "metadata-lists"
TITLE = _("Lists in metadata.yaml are YAML lists")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("scenes:\n  - CCE\n", "scenes: CCE,UCS\n")),
    osc_package(metadata=OSC_METADATA + "industries: [1]\n"),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(each.message, _("Write a list: [CCE, UCS]."), each.place)
