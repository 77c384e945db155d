"""Lists are written as the file wants them.

**What.** In `metadata.yaml` of an OSC-format package `architecture`, `capabilities`, `categories`,
`devices`, `industries` and `scenes` are YAML lists of texts. In the annotations of a chart or a
ClusterServiceVersion they are one text with commas.

**Why.** `scenes: CCE,UCS` is one word with a comma in it to the platform in `metadata.yaml`, which
no filter knows. An annotation that is a list is refused by Helm and by Kubernetes: nothing loads.

**How to fix it.** Write `[CCE, UCS]` in `metadata.yaml` and `CCE,UCS` in annotations.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.catalogue import LISTS
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-ANN-010"
NAME = "list-form"
TITLE = _("A list is not written as its file wants it")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (osc_package(), bare_chart(), operator_package())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("scenes: CCE", "scenes: [CCE, UCS]")).expecting(
        Expected(
            "OSC-ANN-010",
            "error",
            "demo/Chart.yaml:12:11",
            message=Message(
                "%(path)s is not a string, so the file is refused.", {"path": "annotations.scenes"}
            ),
            help=Message("Write one text with commas: “%(text)s”.", {"text": "CCE,UCS"}),
        )
    ),
    operator_package(csv=CSV.replace("scenes: CCE", "scenes: [CCE, UCS]")).expecting(
        Expected(
            "OSC-ANN-010",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:18:13",
            message=Message(
                "%(path)s is not a string, so the file is refused.",
                {"path": "metadata.annotations.scenes"},
            ),
            help=Message("Write one text with commas: “%(text)s”.", {"text": "CCE,UCS"}),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("scenes:\n  - CCE\n", "scenes: CCE,UCS\n")).expecting(
        Expected(
            "OSC-ANN-010",
            "error",
            "demo/metadata.yaml:14:9",
            message=Message("%(path)s must be a list.", {"path": "scenes"}),
            help="Write a list: [CCE, UCS].",
        )
    ),
    osc_package(metadata=OSC_METADATA + "industries: [1]\n").expecting(
        Expected(
            "OSC-ANN-010",
            "error",
            "demo/metadata.yaml:16:14",
            message=Message(
                "%(path)s is written without quotes, and YAML reads %(found)s, no text.",
                {"path": "industries[0]", "found": "1"},
            ),
            help="Write a list: [CCE, UCS].",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Texts where lists are wanted, and lists where texts are."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(each.message, _("Write a list: [CCE, UCS]."), each.place)
    for found in facts.annotations:
        for key in LISTS:
            written = found.at(key)
            if written is not None and not isinstance(written, str):
                words = written if isinstance(written, list) else [written]
                yield Problem(
                    _("%(path)s is not a string, so the file is refused.", path=found.names(key)),
                    _(
                        "Write one text with commas: “%(text)s”.",
                        text=",".join(map(str, words))[:100],
                    ),
                    found.place(key),
                )
