"""The package says in which clusters it runs.

**What.** A chart has the annotation `scenes` in `Chart.yaml`, `metadata.yaml` of an OSC-format
package a non-empty list `scenes`, or `deployScenes`. Its words are `CCE` and `UCS`, in upper case.
(That a ClusterServiceVersion has it is checked by the rule for its annotations.)

**Why.** A commercial service must say whether it runs in CCE clusters, in UCS clusters or in both.
The platform takes no other spelling.

**How to fix it.** Add it with `CCE`, `UCS` or both: `scenes: CCE,UCS` in a chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _, one_of
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...package.catalogue import SCENES, meant_by
from ...package.layout import Kind
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-ANN-008"
NAME = "scenes"
TITLE = _("The clusters in which the service runs are missing or not the platform's words")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (osc_package(), bare_chart())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("  scenes: CCE\n", "")).expecting(
        Expected(
            "OSC-ANN-008",
            "error",
            "demo/Chart.yaml:9:3",
            message=Message("%(file)s has no annotation “scenes”.", {"file": "Chart.yaml"}),
            help="Add it under “annotations”, for example “scenes: CCE”.",
        )
    ),
    bare_chart(metadata=CHART.replace("scenes: CCE", "scenes: cce,UCS")).expecting(
        Expected(
            "OSC-ANN-008",
            "error",
            "demo/Chart.yaml:12:11",
            message=Message("scenes: the platform does not know “%(word)s”.", {"word": "cce"}),
            help=Message("Write %(meant)s.", {"meant": "CCE"}),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("scenes:\n  - CCE\n", "")).expecting(
        Expected(
            "OSC-ANN-008",
            "error",
            "demo/metadata.yaml:1:1",
            message="metadata.yaml has no “scenes”.",
            help="Add “scenes” with a list of CCE and UCS.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A package that does not say it, and words that the platform does not know."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if (
        metadata is not None
        and not metadata.data_at(("scenes",))
        and not metadata.data_at(("deployScenes",))
    ):
        yield Problem(
            _("metadata.yaml has no “scenes”."),
            _("Add “scenes” with a list of CCE and UCS."),
            place_of(metadata, ("scenes",)),
            by_hand=(Setting(metadata.file, ("scenes",), ("CCE",), SCENES),),
        )
    for each in facts.annotations:
        if facts.package.kind is Kind.HELM and not each.at("scenes"):
            yield Problem(
                _("%(file)s has no annotation “scenes”.", file=each.file),
                _("Add it under “annotations”, for example “scenes: CCE”."),
                each.place("scenes"),
                by_hand=(each.setting("scenes", "CCE", SCENES),),
            )
        for word in each.strangers("scenes", SCENES):
            meant = meant_by(word, SCENES)
            yield Problem(
                _("scenes: the platform does not know “%(word)s”.", word=word[:100]),
                _("Write %(meant)s.", meant=meant or one_of(SCENES)),
                each.place("scenes"),
                by_hand=(each.corrected("scenes", SCENES, "CCE"),),
            )
