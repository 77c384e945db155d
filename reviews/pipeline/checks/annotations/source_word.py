"""The source annotation is one of the platform's words.

**What.** Where `Chart.yaml`, a ClusterServiceVersion or `metadata.yaml` has the annotation
`source`, it says `ISV`, `OpenSource` or `HuaweiProvided`, exactly so: one of them, as text. `isv`,
`Huawei` or a list are none.

**Why.** The platform takes a package with another word for open source, if it takes it at all.

**How to fix it.** A partner's package says `source: ISV`. The portal proposes this edit.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Edit, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.source_annotation import WORDS, SourceAnnotation, corrected
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-ANN-002"
NAME = "source-word"
TITLE = _("The source annotation is not one of the platform's words")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0085.html"
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(metadata=CHART.replace("ISV", "OpenSource")),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("ISV", "isv"), fixed={"Chart.yaml": CHART}).expecting(
        Expected(
            "OSC-ANN-002",
            "error",
            "demo/Chart.yaml:9:11",
            message=Message(
                "%(name)s says “source: %(found)s”, which is not one of the platform's words.",
                {"name": "Chart.yaml", "found": "isv"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit("demo/Chart.yaml", start=172, end=175, before="isv", after="ISV"),
        )
    ),
    bare_chart(metadata=CHART.replace("ISV", "[ISV]")).expecting(
        Expected(
            "OSC-ANN-002",
            "error",
            "demo/Chart.yaml:9:11",
            message=Message(
                "%(path)s of %(name)s is not a string, so it has no effect.",
                {"name": "Chart.yaml", "path": "annotations.source"},
            ),
            help="Write “source: ISV” in its place.",
        )
    ),
    operator_package(csv=CSV.replace("ISV", "Huawei"), fixed={"csv": CSV}).expecting(
        Expected(
            "OSC-ANN-002",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:5:13",
            message=Message(
                "%(name)s says “source: %(found)s”, which is not one of the platform's words.",
                {"name": "demo-operator.v1.0.0.clusterserviceversion.yaml", "found": "Huawei"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit(
                "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml",
                start=107,
                end=113,
                before="Huawei",
                after="ISV",
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """An annotation that says something else."""
    for mark in facts.source_annotations:
        if mark.source.data_at(mark.path) not in (None, "", *WORDS):
            yield corrected(mark, _message(mark))


def _message(mark: SourceAnnotation) -> Message:
    leaf = mark.source.leaf_at(mark.path)
    if leaf is None:
        return _("%(path)s of %(name)s is not a string, so it has no effect.", **mark.names)
    return _(
        "%(name)s says “source: %(found)s”, which is not one of the platform's words.",
        name=mark.names["name"],
        found=leaf.text[:100],
    )
