"""The archive of a chart has one folder in it, named like the chart.

**What.** A chart's `.tgz` holds one top folder with the chart's name; `Chart.yaml` is directly
in it; and no name is stored with `./` before it. An OSC-format package's archive holds one
`metadata.yaml` at its root or in its top folder.

**Why.** Helm takes the first part off every name, whatever it is. With `./demo/Chart.yaml`, or with
`Chart.yaml` at the root, it finds no chart; files of a second folder become part of the chart, its
templates are installed with the others.

**How to fix it.** Pack the chart with `helm package demo`. (`tar -czf demo.tgz ./demo` stores the
`./`; `tar -czf demo.tgz demo` does not.)
"""

from __future__ import annotations

from collections.abc import Iterator

from ...archive.members import Form
from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ...package.layout import entries, is_junk
from ..examples.charts import CHART, Example, bare_chart, pod
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-PKG-014"
NAME = "chart-folder"
TITLE = _("The chart's archive is not one folder named like the chart")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (bare_chart(), osc_package())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace("name: demo", "name: store")).expecting(
        Expected(
            "OSC-PKG-014",
            "warning",
            "demo",
            message=Message(
                "The folder is called “%(folder)s”, the chart “%(chart)s”.",
                {"folder": "demo", "chart": "store"},
            ),
            help="Pack the chart with “helm package”.",
        )
    ),
    Example({**bare_chart().files, "extra/templates/pod.yaml": pod()}).expecting(
        Expected(
            "OSC-PKG-014",
            "error",
            "extra",
            message=Message(
                "“%(name)s” is beside the chart's folder. Helm reads what is in it"
                " as files of the chart.",
                {"name": "extra"},
            ),
            help="Pack the chart with “helm package”.",
        )
    ),
    Example({f"./{name}": text for name, text in bare_chart().files.items()}).expecting(
        Expected(
            "OSC-PKG-014",
            "error",
            "demo",
            message=Message(
                "%(count)d names are stored with “./” before them. Helm takes the"
                " dot for the chart's folder and finds no Chart.yaml.",
                {"count": 3},
            ),
            help="Pack the chart with “helm package”.",
        )
    ),
    Example(
        {
            f"x/package/demo-1.0.0.tgz!/{name.removeprefix('demo/')}": text
            for name, text in bare_chart().files.items()
        }
    ).expecting(
        Expected(
            "OSC-PKG-014",
            "error",
            "x/package/demo-1.0.0.tgz!/Chart.yaml",
            message=("Chart.yaml is at the root of the archive, where Helm does not take it."),
            help="Pack the chart with “helm package”.",
        )
    ),
    Example({**osc_package().files, "old/metadata.yaml": "name: demo\n"}).expecting(
        Expected(
            "OSC-PKG-014",
            "error",
            "old/metadata.yaml",
            message="A second metadata.yaml: it is an accident which one is read.",
            help="Keep the package's own and take the other out.",
        )
    ),
)

_PACK = _("Pack the chart with “helm package”.")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Names that Helm does not load, and folders that it takes for another."""
    chart = facts.chart
    if facts.osc is not None:
        yield from _second_package(facts)
    elif chart is not None and chart.archive.form is Form.TGZ:
        yield from _not_loaded(chart)
        yield from _other_folders(chart)
        folder = chart.root.rstrip("/")
        if folder and chart.metadata is not None and folder != chart.name:
            yield Problem(
                _(
                    "The folder is called “%(folder)s”, the chart “%(chart)s”.",
                    folder=folder,
                    chart=chart.name,
                ),
                _PACK,
                Place(chart.path),
                severity=Severity.WARNING,
            )


def _not_loaded(chart: Chart) -> Iterator[Problem]:
    dotted = sum(member.dotted for member in chart.archive.files())
    if dotted:
        yield Problem(
            _(
                "%(count)d names are stored with “./” before them. Helm takes the dot for the"
                " chart's folder and finds no Chart.yaml.",
                count=dotted,
            ),
            _PACK,
            Place(chart.path),
        )
    elif not chart.root:
        yield Problem(
            _("Chart.yaml is at the root of the archive, where Helm does not take it."),
            _PACK,
            Place(chart.address("Chart.yaml")),
        )


def _other_folders(chart: Chart) -> Iterator[Problem]:
    for name in entries(chart.archive, "") if chart.root else ():
        if f"{name}/" != chart.root and not is_junk(name) and not is_junk(f"{name}/x"):
            yield Problem(
                _(
                    "“%(name)s” is beside the chart's folder. Helm reads what is in it as files"
                    " of the chart.",
                    name=name,
                ),
                _PACK,
                Place(chart.archive.address(name)),
            )


def _second_package(facts: Facts) -> Iterator[Problem]:
    osc = facts.osc
    for member in osc.archive.files() if osc is not None else ():
        top, _slash, name = member.name.rpartition("/")
        is_metadata = name == "metadata.yaml" and "/" not in top
        if osc is not None and is_metadata and member.name != f"{osc.root}{name}":
            yield Problem(
                _("A second metadata.yaml: it is an accident which one is read."),
                _("Keep the package's own and take the other out."),
                Place(osc.archive.address(member.name)),
            )
