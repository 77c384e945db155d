"""The file of a ClusterServiceVersion is called `*.clusterserviceversion.yaml`.

**What.** The name ends so, in small letters and with `.yaml`.

**Why.** The packaging guide says of exactly these files that the platform rewrites the image
addresses in them. What the platform does with `etcd_csv.yaml`, `*.yml` or a name in capitals is
written nowhere.

**How to fix it.** Rename the file; nothing else refers to its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-OPR-004"
NAME = "csv-file-name"
TITLE = _("The file of a CSV is not called *.clusterserviceversion.yaml")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(without=("csv",), more={"1.0.0/demo_csv.yaml": CSV}).expecting(
        Expected(
            "OSC-OPR-004",
            "error",
            "demo/1.0.0/demo_csv.yaml",
            message=Message(
                "%(name)s holds a ClusterServiceVersion, but the platform's guide"
                " promises to rewrite the image addresses of"
                " *.clusterserviceversion.yaml only.",
                {"name": "demo_csv.yaml"},
            ),
            help=Message(
                "Rename it to %(title)s.clusterserviceversion.yaml.",
                {"title": "demo-operator.v1.0.0"},
            ),
        )
    ),
    operator_package(
        without=("csv",), more={"1.0.0/demo.ClusterServiceVersion.yaml": CSV}
    ).expecting(
        Expected(
            "OSC-OPR-004",
            "error",
            "demo/1.0.0/demo.ClusterServiceVersion.yaml",
            message=Message(
                "%(name)s holds a ClusterServiceVersion, but the platform's guide"
                " promises to rewrite the image addresses of"
                " *.clusterserviceversion.yaml only.",
                {"name": "demo.ClusterServiceVersion.yaml"},
            ),
            help=Message(
                "Rename it to %(title)s.clusterserviceversion.yaml.",
                {"title": "demo-operator.v1.0.0"},
            ),
        )
    ),
    operator_package(
        without=("csv",), more={"1.0.0/demo.clusterserviceversion.yml": CSV}
    ).expecting(
        Expected(
            "OSC-OPR-004",
            "error",
            "demo/1.0.0/demo.clusterserviceversion.yml",
            message=Message(
                "%(name)s holds a ClusterServiceVersion, but the platform's guide"
                " promises to rewrite the image addresses of"
                " *.clusterserviceversion.yaml only.",
                {"name": "demo.clusterserviceversion.yml"},
            ),
            help=Message(
                "Rename it to %(title)s.clusterserviceversion.yaml.",
                {"title": "demo-operator.v1.0.0"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every CSV in a file of another name."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        name = PurePosixPath(csv.name).name
        if not fnmatchcase(name, "*.clusterserviceversion.yaml"):
            yield Problem(
                _(
                    "%(name)s holds a ClusterServiceVersion, but the platform's guide promises to"
                    " rewrite the image addresses of *.clusterserviceversion.yaml only.",
                    name=name,
                ),
                _("Rename it to %(title)s.clusterserviceversion.yaml.", title=csv.title),
                Place(csv.file),
            )
