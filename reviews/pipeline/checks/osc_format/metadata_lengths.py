"""The short texts of metadata.yaml are shorter than 64 characters.

**What.** `appVersion` and `briefDescription` have fewer than 64 characters each. Chinese characters
count as one.

**Why.** The platform stores them in fields of that length and does not take longer ones.

**How to fix it.** Shorten the text; what does not fit goes into `detail`, which may be long.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-FMT-004"
NAME = "metadata-lengths"
TITLE = _("A short text of metadata.yaml is too long")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("Runs demo clusters.", "very " * 13)).expecting(
        Expected(
            "OSC-FMT-004",
            "error",
            "demo/metadata.yaml:4:19",
            message=Message(
                "%(path)s is %(length)d characters long; at most %(most)d are allowed.",
                {"path": "briefDescription", "length": 64, "most": 63},
            ),
            help=("Shorten it to fewer than 64 characters; a longer text belongs into “detail”."),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("Runs demo clusters.", "[a, list]")).expecting(
        Expected(
            "OSC-FMT-004",
            "error",
            "demo/metadata.yaml:4:19",
            message=Message("%(path)s must be a text.", {"path": "briefDescription"}),
            help=("Shorten it to fewer than 64 characters; a longer text belongs into “detail”."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Shorten it to fewer than 64 characters; a longer text belongs into “detail”."),
            each.place,
        )
