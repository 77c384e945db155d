"""The source annotation is where the platform reads it.

**What.** `source` is among the annotations of a chart's `Chart.yaml`, among those in the
metadata of a ClusterServiceVersion, at the top level of `metadata.yaml` of an OSC-format package,
and in none of the places where another kind of package has it.

**Why.** In another place it has no effect. Where the annotation is missing in the right place, that
is an error of its own, which is reported instead of this one.

**How to fix it.** Take the line out here.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import Path, place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-ANN-004"
NAME = "source-place"
TITLE = _("The source annotation is where the platform does not read it")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
AFTER = ("OSC-ANN-001",)
_ELSEWHERE: tuple[Path, ...] = (
    ("source",),
    ("annotations", "source"),
    ("metadata", "source"),
    ("metadata", "annotations", "source"),
)
GOOD: tuple[Example, ...] = (osc_package(), bare_chart(), operator_package())
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA + "annotations: {source: ISV}\n").expecting(
        Expected(
            "OSC-ANN-004",
            "warning",
            "demo/metadata.yaml:16:23",
            message=Message(
                "Here the source annotation has no effect; %(path)s is read.", {"path": "source"}
            ),
            help="Take the line out here.",
        )
    ),
    osc_package(metadata=OSC_METADATA + "metadata: {annotations: {source: ISV}}\n").expecting(
        Expected(
            "OSC-ANN-004",
            "warning",
            "demo/metadata.yaml:16:34",
            message=Message(
                "Here the source annotation has no effect; %(path)s is read.", {"path": "source"}
            ),
            help="Take the line out here.",
        )
    ),
    bare_chart(metadata="source: ISV\n" + CHART).expecting(
        Expected(
            "OSC-ANN-004",
            "warning",
            "demo/Chart.yaml:1:9",
            message=Message(
                "Here the source annotation has no effect; %(path)s is read.",
                {"path": "annotations.source"},
            ),
            help="Take the line out here.",
        )
    ),
    operator_package(csv="source: ISV\n" + CSV).expecting(
        Expected(
            "OSC-ANN-004",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:1:9",
            message=Message(
                "Here the source annotation has no effect; %(path)s is read.",
                {"path": "metadata.annotations.source"},
            ),
            help="Take the line out here.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Annotations in the places of other formats."""
    for mark in facts.source_annotations:
        for path in _ELSEWHERE:
            if path != mark.path and mark.source.data_at(path) is not None:
                yield Problem(
                    _(
                        "Here the source annotation has no effect; %(path)s is read.",
                        path=mark.names["path"],
                    ),
                    _("Take the line out here."),
                    place_of(mark.source, path),
                )
