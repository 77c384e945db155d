"""The package says to which categories it belongs.

**What.** A chart has the annotation `categories` in `Chart.yaml`, `metadata.yaml` of an OSC-format
package a non-empty list `categories`. It is not called `category`. (Operators have a rule for all
their annotations.)

**Why.** The catalogue files the service under them. They cannot be changed once a version is
published. `category` is what some public charts have for other catalogues; this one does not read
it.

**How to fix it.** Add it with one or more of the twelve categories, with commas between them in a
chart; what fits none is `Others`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...package.catalogue import CATEGORIES, Annotations, meant_by
from ...package.layout import Kind
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-ANN-005"
NAME = "categories"
TITLE = _("The categories are missing")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (osc_package(), bare_chart())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("categories:", "category:")).expecting(
        Expected(
            "OSC-ANN-005",
            "error",
            "demo/Chart.yaml:10:13",
            message=Message(
                "%(file)s has the annotation “category”, which the catalogue does"
                " not read; it reads “categories”.",
                {"file": "Chart.yaml"},
            ),
            help=Message("Add “categories: %(category)s”.", {"category": "Database"}),
        )
    ),
    bare_chart(metadata=CHART.replace("  categories: Database\n", "")).expecting(
        Expected(
            "OSC-ANN-005",
            "error",
            "demo/Chart.yaml:9:3",
            message=Message("%(file)s has no annotation “categories”.", {"file": "Chart.yaml"}),
            help="Add it under “annotations”, for example “categories: Database”.",
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("categories:", "category:")).expecting(
        Expected(
            "OSC-ANN-005",
            "error",
            "demo/metadata.yaml:1:1",
            message="metadata.yaml has no “categories”.",
            help="Add “categories” with a list, for example [Database].",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A Chart.yaml or metadata.yaml without them."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if metadata is not None and not metadata.data_at(("categories",)):
        yield Problem(
            _("metadata.yaml has no “categories”."),
            _("Add “categories” with a list, for example [Database]."),
            place_of(metadata, ("categories",)),
            by_hand=(Setting(metadata.file, ("categories",), ("Database",), CATEGORIES),),
        )
    for each in facts.annotations if facts.package.kind is Kind.HELM else ():
        if not each.at("categories"):
            yield _of_chart(each)


def _of_chart(each: Annotations) -> Problem:
    other = each.at("category")
    if not isinstance(other, str):
        return Problem(
            _("%(file)s has no annotation “categories”.", file=each.file),
            _("Add it under “annotations”, for example “categories: Database”."),
            each.place("categories"),
            by_hand=(each.setting("categories", "Database", CATEGORIES),),
        )
    category = meant_by(other, CATEGORIES) or "Others"
    return Problem(
        _(
            "%(file)s has the annotation “category”, which the catalogue does not read; it reads"
            " “categories”.",
            file=each.file,
        ),
        _("Add “categories: %(category)s”.", category=category),
        each.place("category"),
        by_hand=(each.setting("categories", category, CATEGORIES),),
    )
