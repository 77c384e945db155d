"""The categories are those of the catalogue.

**What.** Each of `categories` in `metadata.yaml` of an OSC-format package is one of the catalogue's
twelve: AI/Machine Learning, Application Runtime, Big Data, Database, Monitoring, Security,
Streaming & Messaging, Integration & Delivery, Logging & Tracing, Developer Tools, Networking,
Others.

**Why.** A word of your own is not among the catalogue's filters, and customers do not find the
service by it.

**How to mend it.** Use one of the twelve; what fits none is `Others`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..policy import Policy

ID = "OSC-ANN-006"
NAME = "known-category"
TITLE = _("The categories are those of the catalogue")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("- Database", "- Databases")),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message, _("Use one of the twelve; what fits none is Others."), each.place
        )
