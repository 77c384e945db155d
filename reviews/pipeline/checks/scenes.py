"""The package says in which clusters it runs.

**What.** `metadata.yaml` of an OSC-format package has a non-empty list `scenes`, or `deployScenes`.

**Why.** A commercial service must tell whether it runs in CCE clusters, in UCS clusters or in both.

**How to mend it.** Add the list with `CCE`, `UCS` or both.
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

ID = "OSC-ANN-008"
NAME = "scenes"
TITLE = _("The package says in which clusters it runs")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (osc_package(metadata=OSC_METADATA.replace("scenes:\n  - CCE\n", "")),)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A metadata.yaml without the list."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if metadata is None or metadata.data_at(("scenes",)) or metadata.data_at(("deployScenes",)):
        return
    yield Problem(
        _("metadata.yaml has no “scenes”."),
        _("Add “scenes” with a list of CCE and UCS."),
        place_of(metadata, ("scenes",)),
    )
