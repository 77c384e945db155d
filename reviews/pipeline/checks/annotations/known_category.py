"""The categories are those of the catalogue.

**What.** Each of `categories` is one of the catalogue's twelve: AI/Machine Learning, Application
Runtime, Big Data, Database, Monitoring, Security, Streaming & Messaging, Integration & Delivery,
Logging & Tracing, Developer Tools, Networking, Others.

**Why.** A word of your own is not among the catalogue's filters, and customers do not find the
service by it.

**How to fix it.** Use one of the twelve; what fits none is `Others`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.catalogue import CATEGORIES, meant_by
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-ANN-006"
NAME = "known-category"
TITLE = _("A category is not one of the catalogue's")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (
    osc_package(),
    bare_chart(metadata=CHART.replace("Database", "Streaming & Messaging, Big Data")),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("Database", "database, Storage")).expecting(
        Expected(
            "OSC-ANN-006",
            "warning",
            "demo/Chart.yaml:10:15",
            message=Message("“%(word)s” is not a category of the catalogue.", {"word": "database"}),
            help=Message(
                "Write %(meant)s, or another of: %(known)s.",
                {
                    "meant": "Database",
                    "known": (
                        "AI/Machine Learning",
                        "Application Runtime",
                        "Big Data",
                        "Database",
                        "Monitoring",
                        "Security",
                        "Streaming & Messaging",
                        "Integration & Delivery",
                        "Logging & Tracing",
                        "Developer Tools",
                        "Networking",
                        "Others",
                    ),
                },
            ),
        ),
        Expected(
            "OSC-ANN-006",
            "warning",
            "demo/Chart.yaml:10:15",
            message=Message("“%(word)s” is not a category of the catalogue.", {"word": "Storage"}),
            help=Message(
                "Write %(meant)s, or another of: %(known)s.",
                {
                    "meant": "Others",
                    "known": (
                        "AI/Machine Learning",
                        "Application Runtime",
                        "Big Data",
                        "Database",
                        "Monitoring",
                        "Security",
                        "Streaming & Messaging",
                        "Integration & Delivery",
                        "Logging & Tracing",
                        "Developer Tools",
                        "Networking",
                        "Others",
                    ),
                },
            ),
        ),
    ),
    osc_package(metadata=OSC_METADATA.replace("- Database", "- Databases")).expecting(
        Expected(
            "OSC-ANN-006",
            "warning",
            "demo/metadata.yaml:10:5",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "categories[0]",
                    "found": "Databases",
                    "allowed": (
                        "AI/Machine Learning",
                        "Application Runtime",
                        "Big Data",
                        "Database",
                        "Monitoring",
                        "Security",
                        "Streaming & Messaging",
                        "Integration & Delivery",
                        "Logging & Tracing",
                        "Developer Tools",
                        "Networking",
                        "Others",
                    ),
                },
            ),
            help="Use one of the twelve; what fits none is Others.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Words that are none of the catalogue's."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Use one of the twelve; what fits none is Others."),
            each.place,
            by_hand=(each.correction,) if each.correction is not None else (),
        )
    for written in facts.annotations:
        for word in written.strangers("categories", CATEGORIES):
            yield Problem(
                _("“%(word)s” is not a category of the catalogue.", word=word[:100]),
                _(
                    "Write %(meant)s, or another of: %(known)s.",
                    meant=meant_by(word, CATEGORIES) or "Others",
                    known=tuple(CATEGORIES),
                ),
                written.place("categories"),
                by_hand=(written.corrected("categories", CATEGORIES, "Others"),),
            )
