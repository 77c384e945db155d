"""The tags of the instance version definition are valid, different strings.

**What.** `versionDefinition.tags` is a list of at least one valid tag, each in quotes where YAML
would take it for a number, none twice.

**Why.** The platform offers them to customers as versions. `2.0` without quotes is the number 2 (a
warning: the upload goes through, the upgrade pulls another image).

**How to fix it.** Put the tags in quotes: `- "2.0"`; remove duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.version_definition import duplicates_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-021"
NAME = "version-tags"
TITLE = _("A tag of the instance version definition is not a string, invalid or there twice")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_package(csd=OSC_CSD.replace('"1.1.0"', "1.1.0")),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace('"1.1.0"', "1.10")).expecting(
        Expected(
            "OSC-FMT-021",
            "warning",
            "demo/manifests/demo_csd.yaml:26:9",
            message=Message(
                "%(path)s is written without quotes, and YAML reads %(found)s, no text.",
                {"path": "spec.versionDefinition.tags[1]", "found": "1.1"},
            ),
            help=(
                'Write each tag in quotes: - "1.0.0". A tag has letters, digits, “_”, “.” and “-”.'
            ),
        )
    ),
    osc_package(csd=OSC_CSD.replace('"1.1.0"', '"demo:1.1.0"')).expecting(
        Expected(
            "OSC-FMT-021",
            "error",
            "demo/manifests/demo_csd.yaml:26:9",
            message=Message(
                "%(path)s says “%(found)s”, which is not of the form that is wanted.",
                {"path": "spec.versionDefinition.tags[1]", "found": "demo:1.1.0"},
            ),
            help=(
                'Write each tag in quotes: - "1.0.0". A tag has letters, digits, “_”, “.” and “-”.'
            ),
        )
    ),
    osc_package(csd=OSC_CSD.replace('"1.1.0"', '"1.0.0"')).expecting(
        Expected(
            "OSC-FMT-021",
            "error",
            "demo/manifests/demo_csd.yaml:25:7",
            message=Message("The tag “%(tag)s” is there more than once.", {"tag": "1.0.0"}),
            help="Keep it once.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Tags that are not strings (warning), are invalid, or are duplicates."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        is_number = each.keyword == "type" and isinstance(each.path[-1], int)
        severity = Severity.WARNING if is_number else None
        help_ = _(
            'Write each tag in quotes: - "1.0.0". A tag has letters, digits, “_”, “.” and “-”.'
        )
        yield Problem(each.message, help_, each.place, severity=severity)
    for csd in facts.osc.csds:
        definition = csd.version_definition
        for tag in duplicates_of(definition.tags) if definition is not None else ():
            yield Problem(
                _("The tag “%(tag)s” is there more than once.", tag=tag[:128]),
                _("Keep it once."),
                csd.definition_place("tags"),
            )
