"""`replaces` and `skips` name other versions, by the names of their CSVs.

**What.** `spec.replaces` and each entry of `spec.skips` is the name of a ClusterServiceVersion
(`etcdoperator.v0.9.2`), and not the CSV's own. A bare version (`0.9.2`) is no such name. Whether
that release exists is not looked up here.

**Why.** From these names the way of an upgrade is built. A wrong one breaks the chain: customers of
the older version are not offered the new one.

**How to fix it.** Write the `metadata.name` of the older CSV.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import Manifest
from ...yaml.source import Path, dotted
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-OPR-013"
NAME = "replaced-version"
TITLE = _("replaces or skips names no other version")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0084.html"
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(
        csv=CSV.replace(
            "  version: 1.0.0\n", "  version: 1.0.0\n  replaces: demo-operator.v0.9.0\n"
        )
    ),
)
BAD: tuple[Example, ...] = (
    operator_package(
        csv=CSV.replace("  version: 1.0.0\n", "  version: 1.0.0\n  replaces: 0.9.0\n")
    ).expecting(
        Expected(
            "OSC-OPR-013",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:24:13",
            message=Message(
                "%(path)s is %(name)s, which is not the name of a ClusterServiceVersion.",
                {"path": "spec.replaces", "name": "0.9.0"},
            ),
            help="Write the metadata.name of the older version.",
        )
    ),
    operator_package(
        csv=CSV.replace(
            "  version: 1.0.0\n", "  version: 1.0.0\n  replaces: demo-operator.v1.0.0\n"
        )
    ).expecting(
        Expected(
            "OSC-OPR-013",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:24:13",
            message=Message("%(path)s names the version itself.", {"path": "spec.replaces"}),
            help="Write the metadata.name of the older version.",
        )
    ),
    operator_package(
        csv=CSV.replace("  version: 1.0.0\n", "  version: 1.0.0\n  skips: [v0.9]\n")
    ).expecting(
        Expected(
            "OSC-OPR-013",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:24:11",
            message=Message(
                "%(path)s is %(name)s, which is not the name of a ClusterServiceVersion.",
                {"path": "spec.skips[0]", "name": "v0.9"},
            ),
            help="Write the metadata.name of the older version.",
        )
    ),
)
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\+[a-z0-9.-]+)?", re.IGNORECASE)
_BARE_VERSION = re.compile(r"v?\d+(\.\d+)*([-+].*)?")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every name that cannot be that of an older CSV."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        paths: list[Path] = [("spec", "replaces")]
        paths += [("spec", "skips", index) for index in range(len(csv.items(("spec", "skips"))))]
        for path in paths:
            name = csv.text(path)
            if name and (message := _objection(csv, path, name)):
                yield Problem(
                    message, _("Write the metadata.name of the older version."), csv.place(path)
                )


def _objection(csv: Manifest, path: Path, name: str) -> Message | None:
    if name == csv.title:
        return _("%(path)s names the version itself.", path=dotted(path))
    if _BARE_VERSION.fullmatch(name) or not _NAME.fullmatch(name):
        return _(
            "%(path)s is %(name)s, which is not the name of a ClusterServiceVersion.",
            path=dotted(path),
            name=name,
        )
    return None
