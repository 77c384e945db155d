"""The package says to which categories it belongs.

**What.** `metadata.yaml` of an OSC-format package has a non-empty list `categories` (not
`category`).

**Why.** The catalogue files the service under them. They cannot be changed once a version is
published.

**How to mend it.** Add the list with one of the twelve categories; what fits none is `Others`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..package.osc_schema import place_of
from ..policy import Policy

ID = "OSC-ANN-005"
NAME = "categories"
TITLE = _("The package says to which categories it belongs")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (osc_package(metadata=OSC_METADATA.replace("categories:", "category:")),)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A metadata.yaml without the list."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if metadata is None or metadata.data_at(("categories",)):
        return
    yield Problem(
        _("metadata.yaml has no “categories”."),
        _("Add “categories” with a list, for example [Database]."),
        place_of(metadata, ("categories",)),
    )
