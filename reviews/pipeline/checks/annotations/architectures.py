"""The package says for which processors it is.

**What.** A chart has the annotation `architecture` in `Chart.yaml`, `metadata.yaml` of an
OSC-format package a non-empty list `architecture`. Its words are `x86_64` and `aarch64`. (That a
ClusterServiceVersion has it is checked by the rule for its annotations.)

**Why.** Without it the platform assumes `x86_64` only, even when images for `aarch64` are shipped.
`amd64` and `arm64` are Docker's words, not the platform's.

**How to fix it.** Add it with `x86_64`, `aarch64` or both: `architecture: x86_64,aarch64` in a
chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _, one_of
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...image_archives.names import architecture_in, bare_names
from ...package.catalogue import ARCHITECTURES, meant_by
from ...package.layout import Kind
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-ANN-007"
NAME = "architectures"
TITLE = _("The processor architectures are missing or not the platform's words")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (osc_package(), bare_chart())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("  architecture: x86_64\n", "")).expecting(
        Expected(
            "OSC-ANN-007",
            "error",
            "demo/Chart.yaml:9:3",
            message=Message("%(file)s has no annotation “architecture”.", {"file": "Chart.yaml"}),
            help="Add it under “annotations”, for example “architecture: x86_64”.",
        )
    ),
    bare_chart(
        metadata=CHART.replace("architecture: x86_64", "architecture: x86_64, arm64")
    ).expecting(
        Expected(
            "OSC-ANN-007",
            "error",
            "demo/Chart.yaml:11:17",
            message=Message(
                "architecture: the platform does not know “%(word)s”.", {"word": "arm64"}
            ),
            help=Message("Write %(meant)s.", {"meant": "aarch64"}),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("  - x86_64\n", "")).expecting(
        Expected(
            "OSC-ANN-007",
            "error",
            "demo/metadata.yaml:7:14",
            message="metadata.yaml has no “architecture”.",
            help="Add “architecture” with a list of x86_64 and aarch64.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A package that does not say it, and words that the platform does not know."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if metadata is not None and not metadata.data_at(("architecture",)):
        yield Problem(
            _("metadata.yaml has no “architecture”."),
            _("Add “architecture” with a list of x86_64 and aarch64."),
            place_of(metadata, ("architecture",)),
            by_hand=(Setting(metadata.file, ("architecture",), ("x86_64",), ARCHITECTURES),),
        )
    for each in facts.annotations:
        if facts.package.kind is Kind.HELM and not each.at("architecture"):
            yield Problem(
                _("%(file)s has no annotation “architecture”.", file=each.file),
                _help(facts),
                each.place("architecture"),
                by_hand=(
                    each.setting(
                        "architecture", ",".join(_named(facts)) or "x86_64", ARCHITECTURES
                    ),
                ),
            )
        for word in each.strangers("architecture", ARCHITECTURES):
            meant = meant_by(word, ARCHITECTURES)
            yield Problem(
                _("architecture: the platform does not know “%(word)s”.", word=word[:100]),
                _("Write %(meant)s.", meant=meant or one_of(ARCHITECTURES)),
                each.place("architecture"),
                by_hand=(each.corrected("architecture", ARCHITECTURES, "x86_64"),),
            )


def _named(facts: Facts) -> list[str]:
    """The architectures for which image archives are, by their names."""
    named = {architecture_in(name) for name, _address in bare_names(facts.package)}
    return [word for word in ARCHITECTURES if word in named]


def _help(facts: Facts) -> Message:
    """What to write: where image archives say by their names for what they are, exactly that."""
    found = _named(facts)
    if found:
        return _(
            "Add it under “annotations”. By the names of its image archives it is"
            " “architecture: %(found)s”.",
            found=",".join(found),
        )
    return _("Add it under “annotations”, for example “architecture: x86_64”.")
