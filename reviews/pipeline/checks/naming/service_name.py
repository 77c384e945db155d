"""The service's name has letters, digits and hyphens.

**What.** `name` in `Chart.yaml`, `packageName` of an operator and `name` in `metadata.yaml` have
ASCII letters, digits and hyphens, nothing else.

**Why.** The service is created under a name of these characters, and the name in the package must
be that name.

**How to fix it.** Write a hyphen for `_`, `.` and blanks, and rename what refers to it: the
chart's folder, a parent's `dependencies`, keys in `values.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import LIST, operator_package

ID = "OSC-NAME-001"
NAME = "service-name"
TITLE = _("The service's name has other than letters, digits and hyphens")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
AFTER = ("OSC-YAML-002", "OSC-NAME-011")
GOOD: tuple[Example, ...] = (bare_chart(), operator_package())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("name: demo", "name: demo_store")).expecting(
        Expected(
            "OSC-NAME-001",
            "error",
            "demo/Chart.yaml:2:7",
            message=Message(
                "The service's name %(name)s has characters that are not taken: %(others)s",
                {"name": "demo_store", "others": "“_”"},
            ),
            help="Use letters, digits and hyphens.",
        )
    ),
    operator_package(
        packages=LIST.replace("demo-operator\nchannels", "demo.operator\nchannels")
    ).expecting(
        Expected(
            "OSC-NAME-001",
            "error",
            "demo/demo-operator.package.yaml:1:14",
            message=Message(
                "The service's name %(name)s has characters that are not taken: %(others)s",
                {"name": "demo.operator", "others": "“.”"},
            ),
            help="Use letters, digits and hyphens.",
        )
    ),
)

_LEGAL = re.compile(r"[A-Za-z0-9-]+")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A name with other characters."""
    name = facts.identity.name
    if name is not None and not _LEGAL.fullmatch(name.text):
        others = sorted({letter for letter in name.text if not _LEGAL.fullmatch(letter)})
        yield Problem(
            _(
                "The service's name %(name)s has characters that are not taken: %(others)s",
                name=name.text[:100],
                others=" ".join(f"“{letter}”" for letter in others[:10]),
            ),
            _("Use letters, digits and hyphens."),
            name.place,
        )
