"""The version has no build metadata.

**What.** `version` in `metadata.yaml` of an OSC-format package has no `+`.

**Why.** Semantic versions may have one; the platform does not support it, because a `+` cannot
stand in a tag.

**How to mend it.** Drop the `+` and what stands behind it, or write a hyphen for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..policy import Policy

ID = "OSC-NAME-005"
NAME = "build-metadata"
TITLE = _("The version has no build metadata")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace('version: "1.0.0"', 'version: "1.0.0+5"')),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A version of another form."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    leaf = metadata.leaf_at(("version",)) if metadata is not None else None
    if metadata is not None and leaf is not None and leaf.text and "+" in leaf.text:
        yield Problem(
            _(
                "“%(version)s” has a “+”, which the platform does not support.",
                version=leaf.text[:100],
            ),
            _("Drop the “+” and what stands behind it."),
            Place(metadata.file, leaf.line, leaf.column),
        )
