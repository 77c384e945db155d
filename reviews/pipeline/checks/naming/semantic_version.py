"""The version is a semantic version.

**What.** `version` in `Chart.yaml` or `metadata.yaml` and `spec.version` of an operator have three
numbers with dots between them (`1.2.3`), perhaps with a pre-release behind a hyphen, as semver.org
defines it.

**Why.** The platform orders the versions of a service by it. `v1.2.3` and `1.2` are no versions in
that order, though Helm takes them.

**How to fix it.** Write all three numbers without a “v”: `1.2.0`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...versions.semantic import parse_version
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-NAME-004"
NAME = "semantic-version"
TITLE = _("The version is not a semantic version")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace('"1.0.0"', "1.0.0-rc.1")),
    bare_chart(metadata=CHART.replace("1.0.0", "1.0.0-rc.1")),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("1.0.0", "v1.0.0")).expecting(
        Expected(
            "OSC-NAME-004",
            "error",
            "demo/Chart.yaml:3:10",
            message=Message("“%(version)s” is not a semantic version.", {"version": "v1.0.0"}),
            help=Message("Write %(version)s.", {"version": "1.0.0"}),
        )
    ),
    bare_chart(metadata=CHART.replace("1.0.0", '"1.0"')).expecting(
        Expected(
            "OSC-NAME-004",
            "error",
            "demo/Chart.yaml:3:10",
            message=Message("“%(version)s” is not a semantic version.", {"version": "1.0"}),
            help=Message("Write %(version)s.", {"version": "1.0.0"}),
        )
    ),
    bare_chart(metadata=CHART.replace("1.0.0", "first")).expecting(
        Expected(
            "OSC-NAME-004",
            "error",
            "demo/Chart.yaml:3:10",
            message=Message("“%(version)s” is not a semantic version.", {"version": "first"}),
            help="Write three numbers with dots between them, such as 1.2.0.",
        )
    ),
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', "version: v1.0.0")).expecting(
        Expected(
            "OSC-NAME-004",
            "error",
            "demo/metadata.yaml:2:10",
            message=Message("“%(version)s” is not a semantic version.", {"version": "v1.0.0"}),
            help=Message("Write %(version)s.", {"version": "1.0.0"}),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', 'version: "1.0"')).expecting(
        Expected(
            "OSC-NAME-004",
            "error",
            "demo/metadata.yaml:2:10",
            message=Message("“%(version)s” is not a semantic version.", {"version": "1.0"}),
            help=Message("Write %(version)s.", {"version": "1.0.0"}),
        )
    ),
)

_NEARLY = re.compile(r"v?(?P<numbers>[0-9]+(?:\.[0-9]+){0,2})(?P<rest>[-+].*)?")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A version of another form."""
    version = facts.identity.version
    if version is not None and parse_version(version.text) is None:
        yield Problem(
            _("“%(version)s” is not a semantic version.", version=version.text[:100]),
            _remedy(version.text),
            version.place,
        )


def _remedy(text: str) -> Message:
    nearly = _NEARLY.fullmatch(text[:100])
    if nearly is not None:
        numbers = [str(int(each)) for each in nearly["numbers"].split(".")]
        meant = ".".join([*numbers, "0", "0"][:3]) + (nearly["rest"] or "")
        if parse_version(meant) is not None:
            return _("Write %(version)s.", version=meant)
    return _("Write three numbers with dots between them, such as 1.2.0.")
