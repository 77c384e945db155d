"""A package is sent as a zip that everybody can read.

**What.** The upload opens as a zip: it is not empty, not damaged, not encrypted, and not
another format under the name of one. For a bare chart a tgz will do as well.

**Why.** The platform unpacks the archive by itself. What cannot be opened cannot be examined,
so the portal takes no package further that it cannot read to the last byte.

**How to fix it.** Zip the service folder again, without a password and with an ordinary zip
tool, and open the result once before you send it. A download that stopped half-way is the most
common cause: compare the size with that of the file you meant to send.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-PKG-001"
NAME = "readable-archive"
TITLE = _("The package is not a readable, unencrypted archive")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (bare_chart(),)
BAD: tuple[Example, ...] = (
    Example({"demo.zip": "This is no archive.\n"}).expecting(
        Expected(
            "OSC-PKG-001",
            "refused",
            "",
            message=(
                "The content is neither zip, tgz nor tar. Check that the right file"
                " was uploaded and that nothing comes before the archive, then pack"
                " it again as a zip."
            ),
        )
    ),
)


def check(_facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Nothing: reading refuses such a package before any check runs."""
    yield from ()
