"""The name of the deploy package ends as its kind demands.

**What.** A Helm chart is a `.tgz`, an operator and an OSC-format package are a `.zip`, by name
and by content. The kind is decided by what is inside.

**Why.** The platform chooses how to read the archive by its extension. An operator that comes as
a tgz is not taken at all (error). A chart in a zip is what one page of the packaging guide asks
for and another does not show, so it is a warning here, like `.tar.gz` and an OSC-format package
in a tgz.

**How to fix it.** Pack a chart with `helm package`, which names it right. Zip an operator's or
an OSC-format package's folder. Renaming alone does not change what an archive is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...archive.members import Form, sniff
from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import Kind
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-012"
NAME = "fitting-extension"
TITLE = _("The extension of the deploy package does not fit its kind")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
_OPERATOR = "demo/demo.package.yaml"
GOOD: tuple[Example, ...] = (
    service_package(),
    Example({f"demo/package/demo-1.0.0.zip!/{_OPERATOR}": "packageName: demo\n"}),
)
BAD: tuple[Example, ...] = (
    Example({f"demo/package/demo-1.0.0.tgz!/{_OPERATOR}": "packageName: demo\n"}).expecting(
        Expected(
            "OSC-PKG-012",
            "error",
            "demo/package/demo-1.0.0.tgz",
            message=Message(
                "%(name)s holds an operator and is a %(content)s by its content;"
                " the platform takes an operator only as a .zip.",
                {"name": "demo-1.0.0.tgz", "content": "tgz"},
            ),
            help=("Zip the package's folder and put the .zip into the folder “package”."),
        )
    ),
    service_package("package/demo-1.0.0.zip").expecting(
        Expected(
            "OSC-PKG-012",
            "warning",
            "demo/package/demo-1.0.0.zip",
            message=Message(
                "%(name)s holds a Helm chart and is a %(content)s by its content; a"
                " chart is taken as a .tgz.",
                {"name": "demo-1.0.0.zip", "content": "zip"},
            ),
            help=("Pack the chart with “helm package” and put the .tgz into the folder “package”."),
        )
    ),
    service_package("package/demo-1.0.0.tar.gz").expecting(
        Expected(
            "OSC-PKG-012",
            "warning",
            "demo/package/demo-1.0.0.tar.gz",
            message=Message(
                "%(name)s holds a Helm chart and is a %(content)s by its content; a"
                " chart is taken as a .tgz.",
                {"name": "demo-1.0.0.tar.gz", "content": "tgz"},
            ),
            help=("Pack the chart with “helm package” and put the .tgz into the folder “package”."),
        )
    ),
)

_WANTED = {
    Kind.HELM: (Form.TGZ, ".tgz"),
    Kind.OPERATOR: (Form.ZIP, ".zip"),
    Kind.OSC: (Form.ZIP, ".zip"),
}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The deploy package of a service package whose form or name is another kind's."""
    package = facts.package
    if not package.is_service_package:
        return
    holder, member = package.holders[0]
    form, extension = _WANTED[package.kind]
    name = PurePosixPath(member.name).name
    found = sniff((member.content or b"")[:512])
    if found is form and name.lower().endswith(extension):
        return
    yield Problem(
        message=_message(package.kind, name, found),
        help=_help(package.kind),
        place=Place(holder.address(member.name)),
        severity=None if package.kind is Kind.OPERATOR else Severity.WARNING,
    )


def _message(kind: Kind, name: str, found: Form | None) -> Message:
    content = (found or Form.ZIP).value
    if kind is Kind.HELM:
        return _(
            "%(name)s holds a Helm chart and is a %(content)s by its content;"
            " a chart is taken as a .tgz.",
            name=name,
            content=content,
        )
    if kind is Kind.OPERATOR:
        return _(
            "%(name)s holds an operator and is a %(content)s by its content;"
            " the platform takes an operator only as a .zip.",
            name=name,
            content=content,
        )
    return _(
        "%(name)s holds an OSC-format package and is a %(content)s by its content;"
        " such a package is taken as a .zip.",
        name=name,
        content=content,
    )


def _help(kind: Kind) -> Message:
    if kind is Kind.HELM:
        return _("Pack the chart with “helm package” and put the .tgz into the folder “package”.")
    return _("Zip the package's folder and put the .zip into the folder “package”.")
