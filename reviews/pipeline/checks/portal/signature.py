"""A signature of the deploy package does not outlive the rewriting.

**What.** Beside the deploy package is no provenance file (`.prov`), detached signature or
checksum of it. (Those of packed sub-charts are fine: sub-charts are never rewritten.)

**Why.** The platform writes the addresses of its own registry into the deploy package, so its bytes
change, and what confirmed them is wrong from then on: `helm verify` fails in the customer's
cluster.

**How to fix it.** Leave it out of the service package. Who wants to confirm it signs the package
as it is delivered, after the release.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.signature import is_signature
from ..examples.charts import CHART, Example, bare_chart, service_package
from ..examples.expected import Expected

ID = "PORTAL-008"
NAME = "signature"
TITLE = _("A signature covers bytes that will change")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    service_package(),
    bare_chart(
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0}\n",
        more={
            "charts/store-1.0.0.tgz!/store/Chart.yaml": (
                "apiVersion: v2\nname: store\nversion: 1.0.0\n"
            ),
            "charts/store-1.0.0.tgz.prov": "signed\n",
        },
    ),
)
BAD: tuple[Example, ...] = (
    service_package(more={"package/demo-1.0.0.tgz.prov": "signed\n"}).expecting(
        Expected(
            "PORTAL-008",
            "warning",
            "demo/package/demo-1.0.0.tgz.prov",
            message=Message(
                "%(name)s covers bytes that change when the platform writes its"
                " registry's addresses into the package.",
                {"name": "demo-1.0.0.tgz.prov"},
            ),
            help="Leave it out, or sign the package as it is delivered.",
        )
    ),
    service_package(more={"package/demo-1.0.0.tgz.sha256": "0123\n"}).expecting(
        Expected(
            "PORTAL-008",
            "warning",
            "demo/package/demo-1.0.0.tgz.sha256",
            message=Message(
                "%(name)s covers bytes that change when the platform writes its"
                " registry's addresses into the package.",
                {"name": "demo-1.0.0.tgz.sha256"},
            ),
            help="Leave it out, or sign the package as it is delivered.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Signatures and checksums in the folder of the deploy package."""
    for holder, deploy in facts.package.holders:
        folder = deploy.name.rpartition("/")[0]
        for member in holder.files():
            if member.name.rpartition("/")[0] == folder and is_signature(member.name):
                yield Problem(
                    _(
                        "%(name)s covers bytes that change when the platform writes its"
                        " registry's addresses into the package.",
                        name=member.name.rpartition("/")[2],
                    ),
                    _("Leave it out, or sign the package as it is delivered."),
                    Place(holder.address(member.name)),
                )
