"""The package says that it comes from a partner: `source: ISV`.

**What.** The annotation `source` is where the kind of the package demands it: among the annotations
of a chart's `Chart.yaml`, among those in the metadata of an operator's ClusterServiceVersion, at
the top of the `metadata.yaml` of an OSC-format package.

**Why.** The platform offers services from open source, from Huawei and from partners, and reads
from this annotation which of them a package is. Without it a partner's package counts as open
source.

**How to fix it.** You need not do anything where the portal proposes the edit: it is made when the
reviewer approves it. Elsewhere add `source: ISV` there; make `annotations` when there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import DONE_ON_APPROVAL, Edit, Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.source_annotation import ISV, SOURCE_SET, SourceAnnotation
from ...yaml.edit import CannotEdit, replace, set_key
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-ANN-001"
NAME = "source-annotation"
TITLE = _("The source annotation is missing")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_HEAD = "apiVersion: v2\nname: demo\nversion: 1.0.0\n"
_NO_MARK = CSV.replace("    source: ISV\n", "")
GOOD: tuple[Example, ...] = (bare_chart(), operator_package())
BAD: tuple[Example, ...] = (
    bare_chart(
        metadata=_HEAD, fixed={"Chart.yaml": _HEAD + "annotations:\n  source: ISV\n"}
    ).expecting(
        Expected(
            "OSC-ANN-001",
            "error",
            "demo/Chart.yaml:4:1",
            message=Message(
                "%(name)s has no %(path)s, so the platform would take this package"
                " for open source.",
                {"name": "Chart.yaml", "path": "annotations.source"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit(
                "demo/Chart.yaml",
                start=41,
                end=41,
                before="",
                after=("annotations:\n  source: ISV\n"),
            ),
        )
    ),
    bare_chart(
        metadata="annotations:\n  category: Database\n" + _HEAD,
        fixed={"Chart.yaml": "annotations:\n  source: ISV\n  category: Database\n" + _HEAD},
    ).expecting(
        Expected(
            "OSC-ANN-001",
            "error",
            "demo/Chart.yaml:2:3",
            message=Message(
                "%(name)s has no %(path)s, so the platform would take this package"
                " for open source.",
                {"name": "Chart.yaml", "path": "annotations.source"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit("demo/Chart.yaml", start=15, end=15, before="", after=("source: ISV\n  ")),
        )
    ),
    bare_chart(
        metadata=_HEAD + "annotations:\n  source:\n",
        fixed={"Chart.yaml": _HEAD + 'annotations:\n  source: "ISV"\n'},
    ).expecting(
        Expected(
            "OSC-ANN-001",
            "error",
            "demo/Chart.yaml:5:10",
            message=Message(
                "%(name)s has no %(path)s, so the platform would take this package"
                " for open source.",
                {"name": "Chart.yaml", "path": "annotations.source"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit("demo/Chart.yaml", start=63, end=63, before="", after=' "ISV"'),
        )
    ),
    bare_chart(
        metadata=_HEAD + "annotations: {category: Database}\n",
        fixed={"Chart.yaml": _HEAD + "annotations: {source: ISV, category: Database}\n"},
    ).expecting(
        Expected(
            "OSC-ANN-001",
            "error",
            "demo/Chart.yaml:4:15",
            message=Message(
                "%(name)s has no %(path)s, so the platform would take this package"
                " for open source.",
                {"name": "Chart.yaml", "path": "annotations.source"},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit("demo/Chart.yaml", start=55, end=55, before="", after="source: ISV, "),
        )
    ),
    operator_package(csv=_NO_MARK, fixed={"csv": CSV}).expecting(
        Expected(
            "OSC-ANN-001",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:5:5",
            message=Message(
                "%(name)s has no %(path)s, so the platform would take this package"
                " for open source.",
                {
                    "name": "demo-operator.v1.0.0.clusterserviceversion.yaml",
                    "path": "metadata.annotations.source",
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            change_set="source-mark",
            edit=Edit(
                "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml",
                start=99,
                end=99,
                before="",
                after=("source: ISV\n    "),
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A document that must say it and does not, or says nothing behind the colon."""
    for mark in facts.source_annotations:
        if mark.source.data_at(mark.path) in (None, ""):
            yield _problem(mark)


def _problem(mark: SourceAnnotation) -> Problem:
    message = _(
        "%(name)s has no %(path)s, so the platform would take this package for open source.",
        **mark.names,
    )
    try:
        edit = _edit(mark)
    except CannotEdit as error:
        return Problem(message, error.reason, Place(mark.source.file))
    place = Place.at(mark.source.file, mark.source.data, edit.start)
    return Problem(message, DONE_ON_APPROVAL, place, change_set=SOURCE_SET, edit=edit)


def _edit(mark: SourceAnnotation) -> Edit:
    leaf = mark.source.leaf_at(mark.path)
    if leaf is not None:
        return replace(mark.source, leaf, ISV)
    # As the packaging guide shows it: the first of the annotations that are there.
    is_annotation = len(mark.path) > 1
    first = is_annotation and bool(mark.source.data_at(mark.path[:-1]))
    return set_key(mark.source, mark.path, ISV, first=first)
