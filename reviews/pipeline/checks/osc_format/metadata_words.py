"""metadata.yaml uses the words that the platform knows.

**What.** `type` is `helm` or `operator`; `architecture` lists `x86_64` and `aarch64`; `devices`
lists `CPU`, `GPU` and `NPU`; `scenes` lists `CCE` and `UCS`. Letters count as written. (What
`source` says is checked by the rules about the source annotation.)

**Why.** The catalogue filters by these words. A service for `arm64` or `cce` is not found by those
who look for `aarch64` or `CCE`.

**How to fix it.** Use exactly these words: `amd64` is `x86_64` here, `arm64` is `aarch64`.
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

ID = "OSC-FMT-005"
NAME = "metadata-words"
TITLE = _("metadata.yaml uses a word that the platform does not know")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("x86_64", "amd64")).expecting(
        Expected(
            "OSC-FMT-005",
            "error",
            "demo/metadata.yaml:8:5",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "architecture[0]",
                    "found": "amd64",
                    "allowed": (
                        "x86_64",
                        "aarch64",
                    ),
                },
            ),
            help=("Use one of the words that are allowed, with the same upper and lower case."),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("- CCE", "- cce")).expecting(
        Expected(
            "OSC-FMT-005",
            "error",
            "demo/metadata.yaml:15:5",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "scenes[0]",
                    "found": "cce",
                    "allowed": (
                        "CCE",
                        "UCS",
                    ),
                },
            ),
            help=("Use one of the words that are allowed, with the same upper and lower case."),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("type: operator", "type: Operator")).expecting(
        Expected(
            "OSC-FMT-005",
            "error",
            "demo/metadata.yaml:6:7",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "type",
                    "found": "Operator",
                    "allowed": (
                        "helm",
                        "operator",
                    ),
                },
            ),
            help=("Use one of the words that are allowed, with the same upper and lower case."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Use one of the words that are allowed, with the same upper and lower case."),
            each.place,
            by_hand=(each.correction,) if each.correction is not None else (),
        )
