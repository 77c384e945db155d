"""A chart says who maintains it.

**What.** `maintainers` in `Chart.yaml` names at least one, with `name` and `email`.

**Why.** The market shows it as the contact of the service. Without one the platform stops the
version after the security scan and calls it failed. It cannot be changed in later versions.

**How to fix it.** Write the name and the address of your support: `maintainers: [{name: Demo
Software, email: care@demo.example}]`. The colon is the plain one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...package.layout import Kind
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-CONTACT-001"
NAME = "maintainer"
TITLE = _("The chart names no maintainer")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
AFTER = ("OSC-YAML-002",)
_EMAIL = "    email: care@demo-software.example\n"
_NOBODY = CHART.replace("maintainers:\n  - name: Demo Software\n" + _EMAIL, "")
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(metadata=CHART.replace("maintainers:\n", "maintainers:\n  - name: Another\n")),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=_NOBODY).expecting(
        Expected(
            "OSC-CONTACT-001",
            "error",
            "demo/Chart.yaml:1:1",
            message="Chart.yaml names no maintainers.",
            help="Add one with “name” and “email” under “maintainers”.",
        )
    ),
    bare_chart(metadata=CHART.replace(_EMAIL, "")).expecting(
        Expected(
            "OSC-CONTACT-001",
            "error",
            "demo/Chart.yaml:6:3",
            message=("None of the maintainers in Chart.yaml has both a name and an email."),
            help="Add one with “name” and “email” under “maintainers”.",
        )
    ),
    bare_chart(metadata=_NOBODY + "maintainers: []\n").expecting(
        Expected(
            "OSC-CONTACT-001",
            "error",
            "demo/Chart.yaml:10:14",
            message="Chart.yaml names no maintainers.",
            help="Add one with “name” and “email” under “maintainers”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A chart with nobody who can be reached."""
    metadata = facts.chart.metadata if facts.chart is not None else None
    if facts.package.kind is not Kind.HELM or metadata is None:
        return
    found = metadata.data_at(("maintainers",))
    named = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    if any(_is_contact(each) for each in named):
        return
    words = (
        _("None of the maintainers in Chart.yaml has both a name and an email.")
        if named
        else _("Chart.yaml names no maintainers.")
    )
    yield Problem(
        words,
        _("Add one with “name” and “email” under “maintainers”."),
        place_of(metadata, ("maintainers",)),
        by_hand=_example(metadata.file, found),
    )


_CONTACT = {"name": "Your company", "email": "support@your-company.cn"}


def _example(file: str, found: object) -> tuple[Setting, ...]:
    """What to write: all of it where nothing is, else what the first maintainer lacks."""
    if found is None:
        return (Setting(file, ("maintainers",), (_CONTACT,), is_example=True),)
    first = found[0] if isinstance(found, list) and found else None
    if not isinstance(first, dict):
        return ()
    return tuple(
        Setting(file, ("maintainers", 0, name), value, is_example=True)
        for name, value in _CONTACT.items()
        if not (isinstance(first.get(name), str) and first[name])
    )


def _is_contact(each: dict[str, object]) -> bool:
    return all(isinstance(each.get(key), str) and each[key] for key in ("name", "email"))
