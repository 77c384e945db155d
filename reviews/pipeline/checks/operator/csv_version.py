"""Name, version and folder of a ClusterServiceVersion agree.

**What.** `metadata.name` is a name that Kubernetes takes (an error otherwise). It is the operator's
name, a dot, and the version with or without a `v` (`etcdoperator.v0.9.4`); `spec.version` is that
version; the folder is called by it.

**Why.** The version is written in three places and read from any of them. Where they differ, the
customer gets another version than the catalogue shows.

**How to fix it.** Write the same version everywhere. Quote it where it looks like a number:
`version: "1.10"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import Manifest, Operator, OperatorLayout
from ...yaml.source import Path
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CRD, CSV, LIST, operator_package

ID = "OSC-OPR-015"
NAME = "csv-version"
TITLE = _("Name, version and folder of a CSV disagree")
SEVERITY = Severity.WARNING
SOURCE: str | None = (
    "https://docs.redhat.com/zh-cn/documentation/openshift_container_platform/4.7/html/operators/olm-package-manifest-format_olm-packaging-format"
)
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(
        csv=CSV.replace("name: demo-operator.v1.0.0", "name: demo-operator.1.0.0"),
        packages=LIST.replace(".v1", ".1"),
    ),
)
BAD: tuple[Example, ...] = (
    operator_package(
        csv=CSV.replace("name: demo-operator.v1.0.0", "name: Demo_operator.v1.0.0")
    ).expecting(
        Expected(
            "OSC-OPR-015",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:19:9",
            message=Message(
                "“%(name)s” is not a name that Kubernetes accepts.",
                {"name": "Demo_operator.v1.0.0"},
            ),
            help="Use small letters, digits, dots and dashes: demo-operator.v1.0.0",
        )
    ),
    operator_package(csv=CSV.replace("  version: 1.0.0\n", "  version: 1.0.1\n")).expecting(
        Expected(
            "OSC-OPR-015",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:19:9",
            message=Message(
                "%(found)s and spec.version %(version)s are not the same version.",
                {"found": "demo-operator.v1.0.0", "version": "1.0.1"},
            ),
            help=("Write the same version in the name, in spec.version and as the folder's name."),
        ),
        Expected(
            "OSC-OPR-015",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:23:12",
            message=Message(
                "%(found)s and spec.version %(version)s are not the same version.",
                {"found": "demo/1.0.0/", "version": "1.0.1"},
            ),
            help=("Write the same version in the name, in spec.version and as the folder's name."),
        ),
    ),
    operator_package(csv=CSV.replace("  version: 1.0.0\n", "")).expecting(
        Expected(
            "OSC-OPR-015",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:22:3",
            message=Message("%(csv)s has no spec.version.", {"csv": "demo-operator.v1.0.0"}),
            help="Add it: the version that the name has.",
        )
    ),
    operator_package(
        without=("csv", "crd"),
        more={"0.9/demo.clusterserviceversion.yaml": CSV, "0.9/crd.yaml": CRD},
    ).expecting(
        Expected(
            "OSC-OPR-015",
            "warning",
            "demo/0.9/demo.clusterserviceversion.yaml:23:12",
            message=Message(
                "%(found)s and spec.version %(version)s are not the same version.",
                {"found": "demo/0.9/", "version": "1.0.0"},
            ),
            help=("Write the same version in the name, in spec.version and as the folder's name."),
        )
    ),
)
# A DNS subdomain, as Kubernetes demands of the names of such resources.
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_VERSION: Path = ("spec", "version")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every CSV whose version is missing, or is another somewhere else."""
    operator = facts.operator
    if operator is None:
        return
    for csv in operator.csvs:
        if not _NAME.fullmatch(csv.title):
            yield _illegal(csv)
        version = csv.text(_VERSION)
        if not version:
            yield Problem(
                _("%(csv)s has no spec.version.", csv=csv.title),
                _("Add it: the version that the name has."),
                csv.place(_VERSION),
            )
            continue
        named = csv.title.partition(".")[2].removeprefix("v")
        if named != version:
            yield _differs(csv, ("metadata", "name"), csv.title, version)
        folder = PurePosixPath(csv.folder).name.removeprefix("v")
        is_bundle = operator.layout is OperatorLayout.BUNDLE
        if not is_bundle and folder != version and folder not in _tops(operator):
            yield _differs(csv, _VERSION, f"{csv.folder}/", version)


def _tops(operator: Operator) -> set[str]:
    """Folders that hold the list of packages: another rule reports a CSV in them."""
    return {PurePosixPath(each.folder).name for each in operator.lists}


def _illegal(csv: Manifest) -> Problem:
    return Problem(
        _("“%(name)s” is not a name that Kubernetes accepts.", name=csv.title),
        _("Use small letters, digits, dots and dashes: demo-operator.v1.0.0"),
        csv.place(("metadata", "name")),
        severity=Severity.ERROR,
    )


def _differs(csv: Manifest, path: Path, found: str, version: str) -> Problem:
    return Problem(
        _(
            "%(found)s and spec.version %(version)s are not the same version.",
            found=found,
            version=version,
        ),
        _("Write the same version in the name, in spec.version and as the folder's name."),
        csv.place(path),
    )
