"""The package says that it comes from a partner: `source: ISV`.

**What.** A chart's `Chart.yaml` has the annotation `source`. (Operators and OSC-format packages
carry the same mark elsewhere.)

**Why.** The platform offers services from open source, from Huawei and from partners, and reads
from this mark which of them a package is. Without it a partner's package counts as open source.

**How to mend it.** Add `source: ISV` under `annotations` in `Chart.yaml`; make `annotations`
when there is none. The portal proposes exactly this edit.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import CHART, Example, bare_chart
from ..facts import Facts
from ..findings import Edit, Place, Problem, Severity
from ..messages import _
from ..package.layout import Kind
from ..policy import Policy
from ..yaml_edit import CannotEdit, replace, set_key
from ..yaml_source import YamlSource

ID = "OSC-ANN-001"
NAME = "source-mark"
TITLE = _("The package carries the mark of its source")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_HEAD = "apiVersion: v2\nname: demo\nversion: 1.0.0\n"
GOOD: tuple[Example, ...] = (bare_chart(),)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=_HEAD, mended={"Chart.yaml": CHART}),
    bare_chart(
        metadata="annotations:\n  category: Database\n" + _HEAD,
        mended={"Chart.yaml": "annotations:\n  source: ISV\n  category: Database\n" + _HEAD},
    ),
    bare_chart(
        metadata=_HEAD + "annotations:\n  source:\n",
        mended={"Chart.yaml": _HEAD + 'annotations:\n  source: "ISV"\n'},
    ),
    bare_chart(
        metadata=_HEAD + "annotations: {category: Database}\n",
        mended={"Chart.yaml": _HEAD + "annotations: {source: ISV, category: Database}\n"},
    ),
)

_PATH = ("annotations", "source")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A chart without the annotation, or with an empty one."""
    is_helm = facts.package.kind is Kind.HELM
    metadata = facts.chart.metadata if is_helm and facts.chart is not None else None
    if metadata is None or metadata.data_at(_PATH) not in (None, ""):
        return
    message = _(
        "Chart.yaml has no annotation “source”, so the platform would take this package"
        " for open source."
    )
    try:
        edit = _edit(metadata)
    except CannotEdit as error:
        yield Problem(message, error.reason, Place(metadata.file))
        return
    place = Place.at(metadata.file, metadata.data, edit.start)
    help_ = _("Add “source: ISV” under “annotations” in Chart.yaml.")
    yield Problem(message, help_, place, change_set="source-mark", edit=edit)


def _edit(metadata: YamlSource) -> Edit:
    leaf = metadata.leaf_at(_PATH)
    if leaf is not None:
        return replace(metadata, leaf, "ISV")
    # As the packaging guide shows it: the first of the annotations that are there.
    return set_key(metadata, _PATH, "ISV", first=bool(metadata.data_at(_PATH[:1])))
