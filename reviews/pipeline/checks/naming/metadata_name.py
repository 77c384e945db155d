"""The name in metadata.yaml is lower case.

**What.** `name` in `metadata.yaml` has lower-case letters, digits and hyphens; it begins with a
letter and does not end with a hyphen.

**Why.** Names of resources in the customer's cluster are made from it, and Kubernetes takes no
others. A name such as `on` or `1` is no text to YAML without quotes.

**How to fix it.** Write it so: `demo-operator`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-NAME-011"
NAME = "metadata-name"
TITLE = _("The name in metadata.yaml is not in the platform's form")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("demo-operator", "Demo")).expecting(
        Expected(
            "OSC-NAME-011",
            "error",
            "demo/metadata.yaml:1:7",
            message=Message(
                "%(path)s says “%(found)s”, which is not of the form that is wanted.",
                {"path": "name", "found": "Demo"},
            ),
            help=("Use lower-case letters, digits and hyphens: a letter first, no hyphen last."),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("demo-operator", "demo-")).expecting(
        Expected(
            "OSC-NAME-011",
            "error",
            "demo/metadata.yaml:1:7",
            message=Message(
                "%(path)s says “%(found)s”, which is not of the form that is wanted.",
                {"path": "name", "found": "demo-"},
            ),
            help=("Use lower-case letters, digits and hyphens: a letter first, no hyphen last."),
        )
    ),
    osc_package(metadata=OSC_METADATA.replace("demo-operator", "on")).expecting(
        Expected(
            "OSC-NAME-011",
            "error",
            "demo/metadata.yaml:1:7",
            message=Message(
                "%(path)s is written without quotes, and YAML reads %(found)s, no text.",
                {"path": "name", "found": "true"},
            ),
            help=("Use lower-case letters, digits and hyphens: a letter first, no hyphen last."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Use lower-case letters, digits and hyphens: a letter first, no hyphen last."),
            each.place,
        )
