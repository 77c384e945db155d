"""The services that a csd file depends on are named and configured.

**What.** Each entry of `spec.serviceEntityDependencies` has `service` and `defaultPath`, and the
file is in `manifests`.

**Why.** The platform creates the service that is depended on from that file. Without it the
instance waits for something that never comes.

**How to fix it.** Complete the entry, or add the file; `defaultPath` begins at `manifests`:
`vendor/rds_provider.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import MANIFESTS
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-013"
NAME = "csd-dependencies"
TITLE = _("A service that a csd file depends on is not named or not configured")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
_CSD = OSC_CSD.replace(
    "  role: serviceEntity\n",
    "  role: serviceEntity\n  serviceEntityDependencies:\n    - service: rdsService\n"
    "      defaultPath: vendor/rds.yaml\n",
)
GOOD: tuple[Example, ...] = (
    osc_package(csd=_CSD, more={"manifests/vendor/rds.yaml": "kind: rds\n"}),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=_CSD).expecting(
        Expected(
            "OSC-FMT-013",
            "error",
            "demo/manifests/demo_csd.yaml:16:20",
            message=Message("There is no manifests/%(file)s.", {"file": "vendor/rds.yaml"}),
            help=(
                "Give “service” and “defaultPath”, and add the file; the path begins at manifests."
            ),
        )
    ),
    osc_package(csd=_CSD.replace("      defaultPath: vendor/rds.yaml\n", "")).expecting(
        Expected(
            "OSC-FMT-013",
            "error",
            "demo/manifests/demo_csd.yaml:15:7",
            message=Message(
                "Missing: %(paths)s.", {"paths": ("spec.serviceEntityDependencies[0].defaultPath",)}
            ),
            help=(
                "Give “service” and “defaultPath”, and add the file; the path begins at manifests."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries that are incomplete, and paths that lead to no file."""
    if facts.osc is None:
        return
    help_ = _("Give “service” and “defaultPath”, and add the file; the path begins at manifests.")
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, help_, each.place)
    for csd in facts.osc.csds:
        for path, item in csd.maps("spec", "serviceEntityDependencies"):
            file = item.get("defaultPath")
            if isinstance(file, str) and file and facts.osc.member(f"{MANIFESTS}{file}") is None:
                words = _("There is no manifests/%(file)s.", file=file)
                yield Problem(words, help_, csd.place((*path, "defaultPath")))
