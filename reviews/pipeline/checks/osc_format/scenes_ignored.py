"""scenes has no effect beside deployScenes.

**What.** `metadata.yaml` has `scenes` or a non-empty `deployScenes`, not both.

**Why.** Where `deployScenes` says something the platform does not look at `scenes`. Two lists that
disagree mislead whoever reads the file.

**How to fix it.** Remove `scenes`, or keep both in agreement.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-FMT-007"
NAME = "scenes-ignored"
TITLE = _("scenes has no effect beside deployScenes")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA + "deployScenes:\n  CCE: [self]\n").expecting(
        Expected(
            "OSC-FMT-007",
            "info",
            "demo/metadata.yaml:15:3",
            message="“scenes” is ignored, because “deployScenes” says something.",
            help="Remove “scenes” from metadata.yaml.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A package that has both."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if metadata is None or not metadata.data_at(("deployScenes",)):
        return
    if metadata.data_at(("scenes",)):
        yield Problem(
            _("“scenes” is ignored, because “deployScenes” says something."),
            _("Remove “scenes” from metadata.yaml."),
            place_of(metadata, ("scenes",)),
        )
