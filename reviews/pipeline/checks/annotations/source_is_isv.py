"""A partner's package is marked as a partner's.

**What.** Where `Chart.yaml`, a ClusterServiceVersion or `metadata.yaml` has the mark `source`, its
value is `ISV`. `OpenSource` and `HuaweiProvided` are words of the platform, but not a partner's.

**Why.** The mark decides under which heading the catalogue shows the service and who answers for
it. A partner's package under another heading misleads customers.

**How to mend it.** Write `source: ISV`. The portal proposes this edit; look at it with care where
the package does come from open source, and tell the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.source_annotation import ISV, WORDS, corrected
from ..examples.charts import CHART, Example, bare_chart
from ..examples.operators import CSV, operator_package

ID = "OSC-ANN-003"
NAME = "source-is-isv"
TITLE = _("The package is not marked as a partner's")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(
        metadata="apiVersion: v2\nname: demo\nversion: 1.0.0\nannotations: {source: 'ISV'}\n"
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("ISV", "OpenSource"), mended={"Chart.yaml": CHART}),
    bare_chart(
        metadata=CHART.replace("ISV", '"HuaweiProvided" # ours'),
        mended={"Chart.yaml": CHART.replace("ISV", '"ISV" # ours')},
    ),
    operator_package(csv=CSV.replace("ISV", "OpenSource"), mended={"csv": CSV}),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A mark that says another of the platform's words."""
    for mark in facts.source_annotations:
        found = mark.source.data_at(mark.path)
        if found in WORDS and found != ISV:
            message = _(
                "%(name)s says “source: %(found)s”; the package of a partner says “source: ISV”.",
                name=mark.names["name"],
                found=str(found),
            )
            yield corrected(mark, message)
