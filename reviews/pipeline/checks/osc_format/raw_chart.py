"""A package of Helm type brings its chart, and both say the same.

**What.** With `type: helm` the folder `raw` holds exactly one chart (its folder, or the packed
`.tgz`), `manifests` has `helmrelease_crd.yaml` with a CRD of the group `helm.osc.huawei.com`, and
`name` and `version` in `metadata.yaml` and in the chart's `Chart.yaml` are equal.

**Why.** The platform installs the chart in `raw` for each instance. Where the two files differ the
catalogue shows one version and installs another.

**How to fix it.** Convert the chart with `oscctl convert`, which writes all of this. When you
change name or version, change them in both files.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.osc import HELM_GROUP, MANIFESTS, METADATA, RAW, OscPackage
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import (
    OSC_HELM_CHART,
    OSC_HELM_METADATA,
    osc_chart_package,
    osc_package,
)

ID = "OSC-FMT-036"
NAME = "raw-chart"
TITLE = _("The chart of a Helm-type package is missing or says something else")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0011.html"
_UNTYPED = OSC_HELM_METADATA.replace("type: helm\n", "")


def _renamed(name: str, other: str) -> Example:
    """The package in order with one of its files under another name."""
    files = {
        address.replace(name, other): text for address, text in osc_chart_package().files.items()
    }
    return Example(files)


GOOD: tuple[Example, ...] = (
    osc_chart_package(),
    osc_package(),
)
BAD: tuple[Example, ...] = (
    osc_chart_package(without=("raw/Chart.yaml",)).expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo",
            message=Message(
                "The folder raw holds %(count)d charts; a package of Helm type brings one.",
                {"count": 0},
            ),
            help="Put exactly one chart into raw: its folder or the packed .tgz.",
        )
    ),
    osc_chart_package(without=("manifests/helmrelease_crd.yaml",)).expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/manifests",
            message=Message(
                "manifests has no helmrelease_crd.yaml with a CRD of the group %(group)s.",
                {"group": "helm.osc.huawei.com"},
            ),
            help="Have it written by “oscctl convert”.",
        )
    ),
    _renamed("helmrelease_crd.yaml", "crd.yaml").expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/manifests/crd.yaml",
            message=Message(
                "The CRD of the group %(group)s is not in a file called helmrelease_crd.yaml.",
                {"group": "helm.osc.huawei.com"},
            ),
            help="Rename the file to helmrelease_crd.yaml.",
        )
    ),
    osc_chart_package(metadata=_UNTYPED, without=("manifests/helmrelease_crd.yaml",)).expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/manifests",
            message=Message(
                "manifests has no helmrelease_crd.yaml with a CRD of the group %(group)s.",
                {"group": "helm.osc.huawei.com"},
            ),
            help="Have it written by “oscctl convert”.",
        ),
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/metadata.yaml:1:1",
            message=(
                "metadata.yaml has no type, so the platform takes the package for an operator's."
            ),
            help="Write “type: helm” into metadata.yaml.",
        ),
    ),
    osc_chart_package(chart=OSC_HELM_CHART.replace("1.0.0", "1.0.1")).expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/raw/Chart.yaml:3:10",
            message=Message(
                "Chart.yaml has %(key)s “%(found)s”, metadata.yaml “%(other)s”.",
                {"key": "version", "found": "1.0.1", "other": "1.0.0"},
            ),
            help="Write the same in both files.",
        )
    ),
    osc_chart_package(metadata=_UNTYPED).expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/metadata.yaml:1:1",
            message=(
                "metadata.yaml has no type, so the platform takes the package for an operator's."
            ),
            help="Write “type: helm” into metadata.yaml.",
        )
    ),
    osc_chart_package(
        without=("raw/Chart.yaml", "raw/values.yaml", "raw/templates/pod.yaml"),
        more={
            "raw/demo/Chart.yaml": OSC_HELM_CHART,
            "raw/demo/templates/NOTES.txt": "",
            "raw/other/Chart.yaml": OSC_HELM_CHART,
        },
    ).expecting(
        Expected(
            "OSC-FMT-036",
            "error",
            "demo/raw",
            message=Message(
                "The folder raw holds %(count)d charts; a package of Helm type brings one.",
                {"count": 2},
            ),
            help="Put exactly one chart into raw: its folder or the packed .tgz.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is missing of the chart, and what the two files say differently."""
    osc = facts.osc
    if osc is None or not osc.is_helm:
        return
    yield from _missing(osc)
    metadata = osc.chart.metadata if osc.chart is not None else None
    for key in ("name", "version") if metadata is not None else ():
        leaf = metadata.leaf_at((key,)) if metadata is not None else None
        if metadata is None or leaf is None or leaf.text == osc.written(key):
            continue
        yield Problem(
            _(
                "Chart.yaml has %(key)s “%(found)s”, metadata.yaml “%(other)s”.",
                key=key,
                found=leaf.text[:100],
                other=osc.written(key)[:100],
            ),
            _("Write the same in both files."),
            Place(metadata.file, leaf.line, leaf.column),
        )


def _missing(osc: OscPackage) -> Iterator[Problem]:
    if osc.charts != 1:
        yield Problem(
            _(
                "The folder raw holds %(count)d charts; a package of Helm type brings one.",
                count=osc.charts,
            ),
            _("Put exactly one chart into raw: its folder or the packed .tgz."),
            Place(osc.address(RAW).rstrip("/") if osc.charts else osc.path or None),
        )
    if not osc.written("type"):
        yield Problem(
            _("metadata.yaml has no type, so the platform takes the package for an operator's."),
            _("Write “type: helm” into metadata.yaml."),
            Place(osc.address(METADATA), 1, 1),
        )
    yield from _crd(osc)


def _crd(osc: OscPackage) -> Iterator[Problem]:
    """The CRD of the chart, where it is not there or in a file of another name."""
    wanted = osc.address(f"{MANIFESTS}helmrelease_crd.yaml")
    files = [each.file for each in osc.definitions if each.group == HELM_GROUP]
    if files and wanted not in files:
        yield Problem(
            _(
                "The CRD of the group %(group)s is not in a file called helmrelease_crd.yaml.",
                group=HELM_GROUP,
            ),
            _("Rename the file to helmrelease_crd.yaml."),
            Place(files[0]),
        )
    elif not files and any(name.startswith(MANIFESTS) for name in osc.names()):
        yield Problem(
            _(
                "manifests has no helmrelease_crd.yaml with a CRD of the group %(group)s.",
                group=HELM_GROUP,
            ),
            _("Have it written by “oscctl convert”."),
            Place(osc.address(MANIFESTS).rstrip("/")),
        )
