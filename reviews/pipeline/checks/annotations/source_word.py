"""The mark of the source is one of the platform's words.

**What.** Where `Chart.yaml`, a ClusterServiceVersion or `metadata.yaml` has the mark `source`, it
says `ISV`, `OpenSource` or `HuaweiProvided`, exactly so: one of them, as text. `isv`, `Huawei` or a
list are none.

**Why.** The platform takes a package with another word for open source, if it takes it at all.

**How to mend it.** A partner's package says `source: ISV`. The portal proposes this edit.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.source_annotation import WORDS, SourceAnnotation, corrected
from ..examples.charts import CHART, Example, bare_chart
from ..examples.operators import CSV, operator_package

ID = "OSC-ANN-002"
NAME = "source-word"
TITLE = _("The mark of the source is none of the platform's words")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0085.html"
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(metadata=CHART.replace("ISV", "OpenSource")),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("ISV", "isv"), mended={"Chart.yaml": CHART}),
    bare_chart(metadata=CHART.replace("ISV", "[ISV]")),
    operator_package(csv=CSV.replace("ISV", "Huawei"), mended={"csv": CSV}),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A mark that says something else."""
    for mark in facts.source_annotations:
        if mark.source.data_at(mark.path) not in (None, "", *WORDS):
            yield corrected(mark, _message(mark))


def _message(mark: SourceAnnotation) -> Message:
    leaf = mark.source.leaf_at(mark.path)
    if leaf is None:
        return _("%(path)s of %(name)s is no text, so it marks nothing.", **mark.names)
    return _(
        "%(name)s says “source: %(found)s”, which is none of the platform's words.",
        name=mark.names["name"],
        found=leaf.text[:100],
    )
