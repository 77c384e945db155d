"""The mark of the source stands where the platform reads it.

**What.** In `metadata.yaml` of an OSC-format package `source` stands at the top level, not below
`annotations` or `metadata`, where charts and operators have it.

**Why.** In another place it marks nothing, and the package counts as open source.

**How to mend it.** Move the line to the top level of `metadata.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..package.osc_schema import place_of
from ..policy import Policy
from ..yaml_source import Path

ID = "OSC-ANN-004"
NAME = "source-place"
TITLE = _("The mark of the source stands where the platform reads it")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
_ELSEWHERE: tuple[Path, ...] = (
    ("annotations", "source"),
    ("metadata", "source"),
    ("metadata", "annotations", "source"),
)
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA + "annotations: {source: ISV}\n"),
    osc_package(metadata=OSC_METADATA + "metadata: {annotations: {source: ISV}}\n"),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Marks in the places of other formats."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    for path in _ELSEWHERE if metadata is not None else ():
        if metadata is not None and metadata.data_at(path) is not None:
            yield Problem(
                _("Here the mark of the source has no effect."),
                _("Move “source: ISV” to the top level of metadata.yaml."),
                place_of(metadata, path),
            )
