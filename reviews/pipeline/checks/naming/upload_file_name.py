"""The uploaded file is named after service and version.

**What.** The service package is called `{ServiceName}-{Version}.zip`.

**Why.** The provider guide suggests it. Several versions are side by side in the bucket from which
the platform takes them, and only the name distinguishes them.

**How to fix it.** Rename the zip.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.identity import is_named_for, named_after
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-NAME-006"
NAME = "upload-file-name"
TITLE = _("The uploaded file is not named after service and version")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (service_package(),)
BAD: tuple[Example, ...] = (
    Example(
        {f"delivery.zip!/{name}": text for name, text in service_package().files.items()}
    ).expecting(
        Expected(
            "OSC-NAME-006",
            "warning",
            "",
            message=Message("The file is called %(file)s.", {"file": "delivery.zip"}),
            help=Message(
                "Name it %(service)s-%(version)s.zip.", {"service": "demo", "version": "1.0.0"}
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A zip that is called otherwise. A folder is not uploaded, so its name does not matter."""
    name, version = facts.identity.name, facts.identity.version
    is_zip = facts.file.lower().endswith(".zip")
    if not facts.package.is_service_package or not is_zip or name is None or version is None:
        return
    service, named = named_after(facts.file)
    if not named or not is_named_for(service, name.text):
        yield Problem(
            _("The file is called %(file)s.", file=PurePosixPath(facts.file).name[:255]),
            _(
                "Name it %(service)s-%(version)s.zip.",
                service=name.text[:100],
                version=version.text[:100],
            ),
        )
