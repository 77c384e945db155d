"""The folder `extends` is kept and not looked into.

**What.** One page of the packaging guide shows an empty folder `extends` beside `package` and
`images`, no page says what it is for, and the page on the layout does not list it.

**Why.** What is in it may never reach a customer, or reach all of them.

**How to fix it.** Nothing has to be done. Remove it if nothing of yours needs it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import entries
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-009"
NAME = "extends-folder"
TITLE = _("The folder “extends” is kept and not looked into")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (service_package(),)
BAD: tuple[Example, ...] = (
    service_package(more={"extends/note.txt": "Read me.\n"}).expecting(
        Expected(
            "OSC-PKG-009",
            "info",
            "demo/extends",
            message=("“extends” is kept as it is; no page of the guide says what it is for."),
            help="Remove it if nothing of yours needs it.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A folder ``extends`` with something in it."""
    package = facts.package
    if package.top is not None and entries(package.upload, f"{package.top}extends/"):
        yield Problem(
            _("“extends” is kept as it is; no page of the guide says what it is for."),
            _("Remove it if nothing of yours needs it."),
            Place(package.upload.address(f"{package.top}extends")),
        )
