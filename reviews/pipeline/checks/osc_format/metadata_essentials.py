"""metadata.yaml names the service and its version.

**What.** `metadata.yaml` has `name` and `version`, and versions are in quotes where YAML would
take them for numbers.

**Why.** The two identify the service in the catalogue. `version: 2.0` without quotes is the number
2 to YAML, and the catalogue shows another version than was meant (a warning, since the upload goes
through).

**How to fix it.** Add what is missing, and write `version: "2.0.0"` in quotes.
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

ID = "OSC-FMT-003"
NAME = "metadata-essentials"
TITLE = _("metadata.yaml lacks the service's name or its version")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("name: demo-operator\n", "")).expecting(
        Expected(
            "OSC-FMT-003",
            "error",
            "demo/metadata.yaml:1:1",
            message=Message("Missing: %(paths)s.", {"paths": ("name",)}),
            help='Write it in metadata.yaml, versions in quotes: version: "1.0.0".',
        )
    ),
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', "version: 1.0")).expecting(
        Expected(
            "OSC-FMT-003",
            "warning",
            "demo/metadata.yaml:2:10",
            message=Message(
                "%(path)s is written without quotes, and YAML reads %(found)s, no text.",
                {"path": "version", "found": "1"},
            ),
            help='Write it in metadata.yaml, versions in quotes: version: "1.0.0".',
        )
    ),
    osc_package(metadata=OSC_METADATA.replace('appVersion: "1.0.0"', "appVersion: 1.20")).expecting(
        Expected(
            "OSC-FMT-003",
            "warning",
            "demo/metadata.yaml:3:13",
            message=Message(
                "%(path)s is written without quotes, and YAML reads %(found)s, no text.",
                {"path": "appVersion", "found": "1.2"},
            ),
            help='Write it in metadata.yaml, versions in quotes: version: "1.0.0".',
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is missing (error), and versions that are no text (warning)."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        is_number = each.keyword == "type" and each.path[-1:] in {("version",), ("appVersion",)}
        yield Problem(
            each.message,
            _('Write it in metadata.yaml, versions in quotes: version: "1.0.0".'),
            each.place,
            severity=Severity.WARNING if is_number else None,
        )
