"""The processing units that a service needs are named in the platform's words.

**What.** The annotation `devices` of a chart or a ClusterServiceVersion, where it is there, holds
`CPU`, `GPU` and `NPU`, with commas between them. (In the OSC format the schema checks it.)

**Why.** The platform takes a service without it for one that needs CPUs only, and so it does with
one whose word it does not know.

**How to fix it.** Write the word in upper case.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _, one_of
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.catalogue import DEVICES, meant_by
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-ANN-009"
NAME = "devices"
TITLE = _("The processing units are not named in the platform's words")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0085.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (bare_chart(), bare_chart(metadata=CHART + "  devices: CPU,GPU\n"))
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART + "  devices: CPU,gpu\n").expecting(
        Expected(
            "OSC-ANN-009",
            "warning",
            "demo/Chart.yaml:13:12",
            message=Message("devices: the platform does not know “%(word)s”.", {"word": "gpu"}),
            help=Message("Write %(meant)s.", {"meant": "GPU"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Words that the platform does not know."""
    for each in facts.annotations:
        for word in each.strangers("devices", DEVICES):
            meant = meant_by(word, DEVICES)
            yield Problem(
                _("devices: the platform does not know “%(word)s”.", word=word[:100]),
                _("Write %(meant)s.", meant=meant or one_of(DEVICES)),
                each.place("devices"),
                by_hand=(each.corrected("devices", DEVICES, "CPU"),),
            )
