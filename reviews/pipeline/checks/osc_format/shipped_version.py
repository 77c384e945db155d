"""The version that is shipped is among those of the instance version definition.

**What.** The tag that the sample instance has at `versionDefinition.path` is one of
`versionDefinition.tags`.

**Why.** Customers create instances of that version. One that is not in the list cannot be moved to
another version later: to the platform it is unknown.

**How to fix it.** Add the tag to `tags`, or ship one that is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.version_definition import tag_in
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, OSC_HELM_VALUES, osc_chart_package, osc_package

ID = "OSC-FMT-022"
NAME = "shipped-version"
TITLE = _("The version that is shipped is not in the instance version definition")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace('      - "1.0.0"\n', "")).expecting(
        Expected(
            "OSC-FMT-022",
            "warning",
            "demo/manifests/demo_csd.yaml:25:7",
            message=Message(
                "The sample instance has the tag “%(tag)s”, which is not among the tags.",
                {"tag": "1.0.0"},
            ),
            help=Message('Add - "%(tag)s" to versionDefinition.tags.', {"tag": "1.0.0"}),
        )
    ),
    osc_chart_package(values=OSC_HELM_VALUES.replace('"1.0.0"', '"1.0.1"')).expecting(
        Expected(
            "OSC-FMT-022",
            "warning",
            "demo/manifests/helmrelease_csd.yaml:15:7",
            message=Message(
                "The sample instance has the tag “%(tag)s”, which is not among the tags.",
                {"tag": "1.0.1"},
            ),
            help=Message('Add - "%(tag)s" to versionDefinition.tags.', {"tag": "1.0.1"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Sample instances of a version that is not listed."""
    for csd in facts.osc.csds if facts.osc is not None else ():
        definition = csd.version_definition
        if facts.osc is None or definition is None or not definition.tags:
            continue
        found = facts.osc.value_at(csd, definition.path)
        tag = tag_in(definition.mode, found.text) if found is not None and found.text else None
        if tag is not None and tag not in definition.tags:
            yield Problem(
                _(
                    "The sample instance has the tag “%(tag)s”, which is not among the tags.",
                    tag=tag,
                ),
                _('Add - "%(tag)s" to versionDefinition.tags.', tag=tag),
                csd.definition_place("tags"),
            )
