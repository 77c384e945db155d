"""What only the OSC format has is in a package of that format.

**What.** A chart or an operator has no files of the kinds `CustomServiceDefinition`, `LogConfig`
and `MonitorConfig`. (The instance version definition has a rule of its own.)

**Why.** Monitoring, logs, form controls and instance upgrades are features of the OSC format. In a
plain chart or operator the platform reads none of it, and no message says so.

**How to fix it.** Convert the package with `oscctl convert`, move these files to `manifests` and
`manifests/vendor`, and deliver the result; or take them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import Kind
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-PKG-016"
NAME = "native-features"
TITLE = _("A native package has what only the OSC format has")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0037.html"
GOOD: tuple[Example, ...] = (osc_package(), bare_chart("kind: LogConfig\n"))
BAD: tuple[Example, ...] = (
    bare_chart(more={"osc/demo_csd.yaml": OSC_CSD}).expecting(
        Expected(
            "OSC-PKG-016",
            "warning",
            "demo/osc/demo_csd.yaml",
            message=Message(
                "The platform reads a %(kind)s only in a package of the OSC format.",
                {"kind": "CustomServiceDefinition"},
            ),
            help="Convert the package with “oscctl convert”, or take the file out.",
        )
    ),
)

_API = re.compile(rb"^apiVersion: *[\"']?osc\.io/", re.MULTILINE)
_KIND = re.compile(
    rb"^kind: *[\"']?(CustomServiceDefinition|LogConfig|MonitorConfig)\b", re.MULTILINE
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Such files in a chart or an operator."""
    if facts.package.kind is Kind.OSC:
        return
    archive = facts.package.deploy
    for member in archive.files():
        content = member.content or b""
        is_osc = b"osc.io/" in content and _API.search(content) is not None
        found = _KIND.search(content) if is_osc else None
        if found:
            yield Problem(
                _(
                    "The platform reads a %(kind)s only in a package of the OSC format.",
                    kind=found[1].decode(),
                ),
                _("Convert the package with “oscctl convert”, or take the file out."),
                Place(archive.address(member.name)),
            )
