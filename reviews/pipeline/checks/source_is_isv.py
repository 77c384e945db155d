"""The mark of the source says `ISV`, exactly so.

**What.** Where `Chart.yaml` has the annotation `source`, its value is `ISV`. `OpenSource` and
`HuaweiProvided` are legal words of the platform, but not a partner's; `isv` or `Huawei` are none.

**Why.** The mark decides under which heading the catalogue shows the service and who answers for
it. A partner's package under another heading misleads customers.

**How to mend it.** Write `source: ISV`. The portal proposes this edit; look at it with care where
the package does come from open source, and tell the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import CHART, Example, bare_chart
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..package.layout import Kind
from ..policy import Policy
from ..yaml_edit import CannotEdit, replace
from ..yaml_source import Leaf, YamlSource

ID = "OSC-ANN-003"
NAME = "source-is-isv"
TITLE = _("A partner's package is marked as a partner's")
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
    bare_chart(metadata=CHART.replace("ISV", "isv"), mended={"Chart.yaml": CHART}),
)

_PATH = ("annotations", "source")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A chart whose mark says something else."""
    is_helm = facts.package.kind is Kind.HELM
    metadata = facts.chart.metadata if is_helm and facts.chart is not None else None
    value = metadata.data_at(_PATH) if metadata is not None else None
    if metadata is None or value in (None, "", "ISV"):
        return
    leaf = metadata.leaf_at(_PATH)
    if leaf is None:
        yield Problem(
            _("The annotation “source” of Chart.yaml is no text, so it marks nothing."),
            _("Write “source: ISV” in its place."),
            Place(metadata.file, 1, 1),
        )
        return
    yield _problem(metadata, leaf)


def _problem(metadata: YamlSource, leaf: Leaf) -> Problem:
    message = _(
        "Chart.yaml says “source: %(found)s”; the package of a partner says “source: ISV”.",
        found=leaf.text,
    )
    place = Place(metadata.file, leaf.line, leaf.column)
    if leaf.aliased_by:
        help_ = _("Write ISV out here: the value is shared with other places by an anchor (&).")
        return Problem(message, help_, place)
    try:
        edit = replace(metadata, leaf, "ISV")
    except CannotEdit as error:
        return Problem(message, error.reason, place)
    help_ = _("Write “source: ISV”.")
    return Problem(message, help_, place, change_set="source-mark", edit=edit)
