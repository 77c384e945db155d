"""deployScenes names kinds of cluster that the platform has.

**What.** `deployScenes` has the keys `CCE` and `UCS` and no others. Below `CCE` only `self` can be
listed, below `UCS` `self`, `partnercloud`, `onpremise`, `multicloud` and `attachedcluster`. A key
without a list means all kinds.

**Why.** It says into which clusters the service may be installed. A word that the platform does not
know allows none.

**How to fix it.** Remove the word, or write the one that was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Listed, Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-FMT-006"
NAME = "deploy-scenes"
TITLE = _("deployScenes names a kind of cluster that the platform does not have")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA + "deployScenes: {CCE: [self], UCS: }\n"),
)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA + "deployScenes: {AWS: [self]}\n").expecting(
        Expected(
            "OSC-FMT-006",
            "error",
            "demo/metadata.yaml:16:15",
            message=Message(
                "%(path)s has “%(unknown)s”; known are: %(known)s.",
                {
                    "path": "deployScenes",
                    "unknown": Listed(("AWS",)),
                    "known": (
                        "CCE",
                        "UCS",
                    ),
                },
            ),
            help="Name only kinds of cluster that the platform knows.",
        )
    ),
    osc_package(metadata=OSC_METADATA + "deployScenes:\n  CCE: [onpremise]\n").expecting(
        Expected(
            "OSC-FMT-006",
            "error",
            "demo/metadata.yaml:17:9",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {"path": "deployScenes.CCE[0]", "found": "onpremise", "allowed": ("self",)},
            ),
            help="Name only kinds of cluster that the platform knows.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Name only kinds of cluster that the platform knows."),
            each.place,
            by_hand=(each.correction,) if each.correction is not None else (),
        )
