"""The instance version definition is complete.

**What.** `spec.versionDefinition` of a csd file has a `mode`, which is `url` or `tag`, a `path` and
`tags`.

**Why.** With it the platform upgrades instances: it puts the new image (`url`) or the new tag
(`tag`) where `path` points. Without one of the three the upload fails.

**How to fix it.** Complete it as the packaging guide shows, or remove `versionDefinition`: it is
optional.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_chart_package, osc_package

ID = "OSC-FMT-018"
NAME = "version-definition"
TITLE = _("The instance version definition is incomplete")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_WRITTEN = OSC_CSD[OSC_CSD.index("  versionDefinition") : OSC_CSD.index("  defaultConf")]
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
    osc_package(csd=OSC_CSD.replace(_WRITTEN, "")),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("mode: url", "mode: image")).expecting(
        Expected(
            "OSC-FMT-018",
            "error",
            "demo/manifests/demo_csd.yaml:22:11",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "spec.versionDefinition.mode",
                    "found": "image",
                    "allowed": (
                        "url",
                        "tag",
                    ),
                },
            ),
            help=("Give mode (url or tag), path and tags, or remove versionDefinition."),
        )
    ),
    osc_package(csd=OSC_CSD.replace("    path: spec.image\n", "")).expecting(
        Expected(
            "OSC-FMT-018",
            "error",
            "demo/manifests/demo_csd.yaml:22:5",
            message=Message("Missing: %(paths)s.", {"paths": ("spec.versionDefinition.path",)}),
            help=("Give mode (url or tag), path and tags, or remove versionDefinition."),
        )
    ),
    osc_package(csd=OSC_CSD.replace("    mode: url\n", "")).expecting(
        Expected(
            "OSC-FMT-018",
            "error",
            "demo/manifests/demo_csd.yaml:22:5",
            message=Message("Missing: %(paths)s.", {"paths": ("spec.versionDefinition.mode",)}),
            help=("Give mode (url or tag), path and tags, or remove versionDefinition."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is missing, and other modes."""
    help_ = _("Give mode (url or tag), path and tags, or remove versionDefinition.")
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(each.message, help_, each.place)
