"""The top folder is named for the service.

**What.** The folder that holds `package` and `images` has the name of the service, as the deploy
package gives it by its content or by its file name.

**Why.** The provider guide suggests it. People who work with several packages distinguish
them by this name.

**How to fix it.** Rename the folder and zip it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.identity import named_after
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-003"
NAME = "top-folder-name"
TITLE = _("The top folder is not named for the service")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"


def _below(folder: str) -> Example:
    files = service_package("package/demo-helm-1.0.0.tgz").files
    return Example({name.replace("demo/", f"{folder}/", 1): text for name, text in files.items()})


GOOD: tuple[Example, ...] = (service_package(), _below("demo-helm"))
BAD: tuple[Example, ...] = (
    _below("delivery").expecting(
        Expected(
            "OSC-PKG-003",
            "warning",
            "delivery",
            message=Message(
                "The top folder is called “%(top)s”, the service “%(service)s”.",
                {"top": "delivery", "service": "demo"},
            ),
            help=Message("Rename the folder to %(service)s.", {"service": "demo"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A folder that is called otherwise than the service and the deploy package's file."""
    package, service = facts.package, facts.identity.name
    if not package.top or service is None:
        return
    top = package.top.rstrip("/")
    _holder, deploy = package.holders[0]
    if top not in {service.text, named_after(deploy.name)[0]}:
        yield Problem(
            _(
                "The top folder is called “%(top)s”, the service “%(service)s”.",
                top=top,
                service=service.text,
            ),
            _("Rename the folder to %(service)s.", service=service.text),
            Place(package.upload.address(top)),
        )
