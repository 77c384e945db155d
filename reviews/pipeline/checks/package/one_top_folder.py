"""The service package has one top folder.

**What.** Directly in the zip is one folder, named for the service, with `package` and `images`
in it, and nothing else is beside it. (What desktop systems leave
behind is reported by another rule.)

**Why.** The platform's layout begins with the service's folder. Loose files beside it belong to
nothing, and of two services in one zip only one would be looked at.

**How to fix it.** Zip the folder, not its content, and zip nothing with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import entries, is_junk
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-002"
NAME = "one-top-folder"
TITLE = _("The service package has not exactly one top folder")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"

_SERVICE = service_package().files
GOOD: tuple[Example, ...] = (service_package(),)
BAD: tuple[Example, ...] = (
    Example(
        {f"package.zip!/{name.removeprefix('demo/')}": text for name, text in _SERVICE.items()}
    ).expecting(
        Expected(
            "OSC-PKG-002",
            "error",
            "",
            message=(
                "“package” is at the root of the zip, without the service's folder around it."
            ),
            help=(
                "Put “package” and “images” into one folder named for the service, and zip that."
            ),
        )
    ),
    Example({**_SERVICE, "notes.txt": "Call us.\n"}).expecting(
        Expected(
            "OSC-PKG-002",
            "error",
            "notes.txt",
            message=Message(
                "“%(name)s” is beside the service's folder “%(top)s”.",
                {"name": "notes.txt", "top": "demo"},
            ),
            help="Take it out of the zip, or put it into the service's folder.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """No top folder, or more than that."""
    package = facts.package
    if package.top == "":
        yield Problem(
            _("“package” is at the root of the zip, without the service's folder around it."),
            _("Put “package” and “images” into one folder named for the service, and zip that."),
        )
    elif package.top is not None:
        for name in entries(package.upload, ""):
            if f"{name}/" != package.top and not is_junk(name) and not is_junk(f"{name}/x"):
                yield Problem(
                    _(
                        "“%(name)s” is beside the service's folder “%(top)s”.",
                        name=name,
                        top=package.top.rstrip("/"),
                    ),
                    _("Take it out of the zip, or put it into the service's folder."),
                    Place(package.upload.address(name)),
                )
