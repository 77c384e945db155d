"""A partner's package is marked as a partner's.

**What.** Where `Chart.yaml`, a ClusterServiceVersion or `metadata.yaml` has the annotation
`source`, its value is `ISV`. `OpenSource` and `HuaweiProvided` are words of the platform, but not a
partner's.

**Why.** The annotation decides under which heading the catalogue shows the service and who answers
for it. A partner's package under another heading misleads customers.

**How to fix it.** Write `source: ISV`. The portal proposes this edit; look at it with care where
the package does come from open source, and write this to the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Edit, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.source_annotation import ISV, WORDS, corrected
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
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
    bare_chart(metadata=CHART.replace("ISV", "OpenSource"), fixed={"Chart.yaml": CHART}).expecting(
        Expected(
            "OSC-ANN-003",
            "error",
            "demo/Chart.yaml:9:11",
            message=Message(
                "%(name)s says “source: %(found)s”; the package of a partner says “source: ISV”.",
                {"name": "Chart.yaml", "found": "OpenSource"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit("demo/Chart.yaml", start=172, end=182, before="OpenSource", after="ISV"),
        )
    ),
    bare_chart(
        metadata=CHART.replace("ISV", '"HuaweiProvided" # ours'),
        fixed={"Chart.yaml": CHART.replace("ISV", '"ISV" # ours')},
    ).expecting(
        Expected(
            "OSC-ANN-003",
            "error",
            "demo/Chart.yaml:9:11",
            message=Message(
                "%(name)s says “source: %(found)s”; the package of a partner says “source: ISV”.",
                {"name": "Chart.yaml", "found": "HuaweiProvided"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit(
                "demo/Chart.yaml", start=172, end=188, before='"HuaweiProvided"', after='"ISV"'
            ),
        )
    ),
    operator_package(csv=CSV.replace("ISV", "OpenSource"), fixed={"csv": CSV}).expecting(
        Expected(
            "OSC-ANN-003",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:5:13",
            message=Message(
                "%(name)s says “source: %(found)s”; the package of a partner says “source: ISV”.",
                {"name": "demo-operator.v1.0.0.clusterserviceversion.yaml", "found": "OpenSource"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit(
                "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml",
                start=107,
                end=117,
                before="OpenSource",
                after="ISV",
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """An annotation that says another of the platform's words."""
    for mark in facts.source_annotations:
        found = mark.source.data_at(mark.path)
        if found in WORDS and found != ISV:
            message = _(
                "%(name)s says “source: %(found)s”; the package of a partner says “source: ISV”.",
                name=mark.names["name"],
                found=str(found),
            )
            yield corrected(mark, message)
