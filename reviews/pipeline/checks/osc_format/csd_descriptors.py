"""Each field of the platform's form is described in full.

**What.** Each entry of `spec.descriptors.spec` and `spec.descriptors.status` has `displayName`,
`description`, `path` and `x-descriptors`.

**Why.** From them the platform draws the form in which customers fill in an instance. An entry that
lacks one is not shown, or the upload fails.

**How to fix it.** Complete the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-014"
NAME = "csd-descriptors"
TITLE = _("A field of the platform's form is not described in full")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("        path: size\n", "")).expecting(
        Expected(
            "OSC-FMT-014",
            "error",
            "demo/manifests/demo_csd.yaml:16:9",
            message=Message("Missing: %(paths)s.", {"paths": ("spec.descriptors.spec[0].path",)}),
            help=("Give each descriptor displayName, description, path and x-descriptors."),
        )
    ),
    osc_package(csd=OSC_CSD.replace("- displayName: Size", "- label: Size")).expecting(
        Expected(
            "OSC-FMT-014",
            "error",
            "demo/manifests/demo_csd.yaml:16:9",
            message=Message(
                "Missing: %(paths)s.", {"paths": ("spec.descriptors.spec[0].displayName",)}
            ),
            help=("Give each descriptor displayName, description, path and x-descriptors."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Give each descriptor displayName, description, path and x-descriptors."),
            each.place,
        )
