"""An OSC-format package has metadata.yaml, lifecycle.yaml and manifests.

**What.** In the package's top folder are `metadata.yaml`, `lifecycle.yaml` and the folder
`manifests` with at least one YAML file. `lifecycle.yaml` of a package that brings a chart may be
empty, but it is there.

**Why.** The platform reads what the service is from the first, how its operator is installed from
the second and what customers can create from the third. Without one of them the upload fails.

**How to fix it.** Add what is missing. The platform's tool `oscctl create` writes all three to
fill in.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import LIFECYCLE, MANIFESTS, METADATA
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-FMT-001"
NAME = "osc-files"
TITLE = _("metadata.yaml, lifecycle.yaml or manifests is missing")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0004.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(without=("metadata.yaml",)).expecting(
        Expected(
            "OSC-FMT-001",
            "error",
            "demo",
            message=Message("The package has no %(name)s.", {"name": "metadata.yaml"}),
            help=Message(
                "Add %(name)s to the package's top folder, spelled exactly so.",
                {"name": "metadata.yaml"},
            ),
        )
    ),
    osc_package(without=("lifecycle.yaml",)).expecting(
        Expected(
            "OSC-FMT-001",
            "error",
            "demo",
            message=Message("The package has no %(name)s.", {"name": "lifecycle.yaml"}),
            help=Message(
                "Add %(name)s to the package's top folder, spelled exactly so.",
                {"name": "lifecycle.yaml"},
            ),
        )
    ),
    osc_package(without=("manifests/demo_crd.yaml", "manifests/demo_csd.yaml")).expecting(
        Expected(
            "OSC-FMT-001",
            "error",
            "demo",
            message=Message("The package has no %(name)s.", {"name": "manifests"}),
            help=Message(
                "Add %(name)s to the package's top folder, spelled exactly so.",
                {"name": "manifests"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each of the three that is missing."""
    if facts.osc is None:
        return
    names = set(facts.osc.names())
    has_manifests = any(name.startswith(MANIFESTS) for name in names)
    missing = [name for name in (METADATA, LIFECYCLE) if name not in names]
    for each in missing if has_manifests else [*missing, MANIFESTS.rstrip("/")]:
        yield Problem(
            _("The package has no %(name)s.", name=each),
            _("Add %(name)s to the package's top folder, spelled exactly so.", name=each),
            Place(facts.osc.path or None),
        )
