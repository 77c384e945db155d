"""The service's name has at most 64 characters.

**What.** `name` in `metadata.yaml` of an OSC-format package has at most 64 characters.

**Why.** The platform takes no longer one when the service is created, and the name in the package
must be that name.

**How to mend it.** Shorten it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..policy import Policy

ID = "OSC-NAME-002"
NAME = "name-length"
TITLE = _("The service's name has at most 64 characters")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("demo-operator", "demo" * 17)),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(each.message, _("Shorten the name."), each.place)
