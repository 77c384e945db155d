"""The form's controls are those that the platform has.

**What.** Each of a descriptor's `x-descriptors` is a control that the platform documents, and
`restriction.scenes` lists `CCE` or `UCS`.

**Why.** A control that the platform does not know is drawn as a plain line of text. A password is
then readable on the screen.

**How to fix it.** Use a documented control. They begin with `urn:alm:descriptor:com.tectonic.ui:`,
two with `urn:alm:descriptor:io.kubernetes:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-016"
NAME = "descriptor-control"
TITLE = _("A form's control is unknown to the platform")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0047.html"
_SAMPLE = "urn:alm:descriptor:com.tectonic.ui:password"
_KNOWN = re.compile(
    r"urn:alm:descriptor:com\.tectonic\.ui:(?:password|imagePullPolicy|podCount|hidden|text|link"
    r"|resourceRequirements|hwDnatElbAccess|(?:select|fieldDependency|k8sResourcePrefix):.+)"
    r"|urn:alm:descriptor:io\.kubernetes:(?:Secret|ConfigMap)"
)
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("ui:podCount", "ui:podcount")).expecting(
        Expected(
            "OSC-FMT-016",
            "warning",
            "demo/manifests/demo_csd.yaml:20:13",
            message=Message(
                "The platform documents no control “%(urn)s”.",
                {"urn": "urn:alm:descriptor:com.tectonic.ui:podcount"},
            ),
            help=Message(
                "Use a documented control, such as %(sample)s.",
                {"sample": "urn:alm:descriptor:com.tectonic.ui:password"},
            ),
        )
    ),
    osc_package(
        csd=OSC_CSD.replace("path: size\n", "path: size\n        restriction: {scenes: [cce]}\n")
    ).expecting(
        Expected(
            "OSC-FMT-016",
            "warning",
            "demo/manifests/demo_csd.yaml:19:32",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "spec.descriptors.spec[0].restriction.scenes[0]",
                    "found": "cce",
                    "allowed": (
                        "CCE",
                        "UCS",
                    ),
                },
            ),
            help="Write CCE or UCS.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Controls and scenes that are not documented."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, _("Write CCE or UCS."), each.place)
    for csd in facts.osc.csds:
        for part in ("spec", "status"):
            for path, item in csd.maps("spec", "descriptors", part):
                controls = item.get("x-descriptors")
                for index, urn in enumerate(controls if isinstance(controls, list) else ()):
                    if isinstance(urn, str) and not _KNOWN.fullmatch(urn):
                        yield Problem(
                            _("The platform documents no control “%(urn)s”.", urn=urn[:100]),
                            _("Use a documented control, such as %(sample)s.", sample=_SAMPLE),
                            csd.place((*path, "x-descriptors", index)),
                        )
