"""The files are named for the version that is in the package.

**What.** Where the names of the uploaded zip and of the deploy package include a version, it is
that of `Chart.yaml`, of the ClusterServiceVersion or of `metadata.yaml`.

**Why.** People choose a package by its name and get what is inside. The service is created under
one of the two versions, and the other one is wrong.

**How to fix it.** Rename the files, or pack the chart again with `helm package`, which names it.
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

ID = "OSC-NAME-009"
NAME = "equal-versions"
TITLE = _("Files are named for another version than the package's")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    service_package(),
    service_package("package/demo.tgz"),
    service_package("package/demo-v1.0.0.tgz"),
)
BAD: tuple[Example, ...] = (
    service_package("package/demo-1.0.1.tgz").expecting(
        Expected(
            "OSC-NAME-009",
            "warning",
            "demo/package/demo-1.0.1.tgz",
            message=Message(
                "The file's name says version %(named)s, the package %(version)s.",
                {"named": "1.0.1", "version": "1.0.0"},
            ),
            help="Rename the file, or correct the version in the package.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A file whose name has another version."""
    version = facts.identity.version
    if version is None or not facts.package.is_service_package:
        return
    holder, deploy = facts.package.holders[0]
    files = ((facts.file, Place()), (deploy.name, Place(holder.address(deploy.name))))
    for file, place in files:
        named = named_after(file)[1]
        if named and named.removeprefix("v") != version.text.removeprefix("v"):
            yield Problem(
                _(
                    "The file's name says version %(named)s, the package %(version)s.",
                    named=named[:100],
                    version=version.text[:100],
                ),
                _("Rename the file, or correct the version in the package."),
                place,
            )
