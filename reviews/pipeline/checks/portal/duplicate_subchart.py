"""Each sub-chart is in the package once.

**What.** Two charts in one `charts/` folder have the same name: a folder and a tgz of it, as a
rule, or two versions.

**Why.** Helm reads the files of `charts/` in no fixed order. Of two charts that fit it takes one
today and the other tomorrow, so that the customer's cluster may run images that were never looked
at. Where only one of them has a version that `Chart.yaml` asks for, Helm installs a mixture: of
templates that both have it takes those of the fitting one, with the values of the other, and the
templates that only the other has come on top. It is a warning where both are equal.

**How to fix it.** Delete the one that is not meant, then pack the chart again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ...versions.constraint import HelmConstraint
from ...versions.semantic import parse_version
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-015"
NAME = "duplicate-subchart"
TITLE = _("A sub-chart is in the package twice")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_DECLARED = CHART + "dependencies:\n- {name: store, version: 1.x.x}\n"
_STORE = "apiVersion: v2\nname: store\nversion: "
_PACKED = "charts/store-1.0.0.tgz!/store/Chart.yaml"
GOOD: tuple[Example, ...] = (
    bare_chart(metadata=_DECLARED, more={_PACKED: f"{_STORE}1.0.0\n"}),
    bare_chart(
        metadata=_DECLARED + "- {name: store, version: 1.x.x, alias: second}\n",
        more={_PACKED: f"{_STORE}1.0.0\n"},
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        metadata=_DECLARED,
        more={"charts/store/Chart.yaml": f"{_STORE}1.0.1\n", _PACKED: f"{_STORE}1.0.0\n"},
    ).expecting(
        Expected(
            "PORTAL-015",
            "error",
            "demo/charts/store-1.0.0.tgz!/store",
            message=Message(
                "The sub-chart %(name)s is there more than once: %(paths)s. Helm"
                " takes one or the other, not always the same, so nobody can say"
                " which is installed.",
                {
                    "name": "store",
                    "paths": (
                        "demo/charts/store (1.0.1)",
                        "demo/charts/store-1.0.0.tgz!/store (1.0.0)",
                    ),
                },
            ),
            help="Delete the one that is not meant, then pack the chart again.",
        )
    ),
    bare_chart(
        metadata=_DECLARED,
        more={"charts/store/Chart.yaml": f"{_STORE}1.0.0\n", _PACKED: f"{_STORE}1.0.0\n"},
    ).expecting(
        Expected(
            "PORTAL-015",
            "warning",
            "demo/charts/store-1.0.0.tgz!/store",
            message=Message(
                "The sub-chart %(name)s is there more than once: %(paths)s. All of"
                " them are equal, so it does not matter yet which of them Helm"
                " takes.",
                {
                    "name": "store",
                    "paths": (
                        "demo/charts/store (1.0.0)",
                        "demo/charts/store-1.0.0.tgz!/store (1.0.0)",
                    ),
                },
            ),
            help="Delete the one that is not meant, then pack the chart again.",
        )
    ),
    bare_chart(
        metadata=_DECLARED,
        more={"charts/store/Chart.yaml": f"{_STORE}2.0.0\n", _PACKED: f"{_STORE}1.0.0\n"},
    ).expecting(
        Expected(
            "PORTAL-015",
            "error",
            "demo/charts/store",
            message=Message(
                "The sub-chart %(name)s is there more than once: %(paths)s. Helm"
                " installs a mixture: the templates of %(taken)s, for only this one"
                " has a version that the chart asks for, with values and further"
                " templates of the other.",
                {
                    "name": "store",
                    "paths": (
                        "demo/charts/store (2.0.0)",
                        "demo/charts/store-1.0.0.tgz!/store (1.0.0)",
                    ),
                    "taken": "demo/charts/store-1.0.0.tgz!/store",
                },
            ),
            help="Delete the one that is not meant, then pack the chart again.",
        )
    ),
)

_REMEDY = _("Delete the one that is not meant, then pack the chart again.")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Charts of one name in one folder, each pair of places once."""
    seen: set[str] = set()
    for parent in facts.chart.walk() if facts.chart is not None else ():
        if parent.path in seen:
            continue
        seen.add(parent.path)
        by_name: dict[str, dict[str, Chart]] = {}
        for each in parent.subcharts:
            by_name.setdefault(each.name, {}).setdefault(each.path, each)
        for name, places in by_name.items():
            if len(places) > 1:
                yield _problem(parent, name, list(places.values()))


def _problem(parent: Chart, name: str, charts: list[Chart]) -> Problem:
    paths = tuple(f"{each.path} ({each.version})" for each in charts)
    fitting = [each for each in charts if _fits(parent, each)]
    if all(_files(each) == _files(charts[0]) for each in charts):
        words = _(
            "The sub-chart %(name)s is there more than once: %(paths)s. All of them are equal, so"
            " it does not matter yet which of them Helm takes.",
            name=name,
            paths=paths,
        )
        return Problem(words, _REMEDY, Place(charts[1].path), severity=Severity.WARNING)
    if len(fitting) == 1:
        words = _(
            "The sub-chart %(name)s is there more than once: %(paths)s. Helm installs a mixture:"
            " the templates of %(taken)s, for only this one has a version that the chart asks for,"
            " with values and further templates of the other.",
            name=name,
            paths=paths,
            taken=fitting[0].path,
        )
    else:
        words = _(
            "The sub-chart %(name)s is there more than once: %(paths)s. Helm takes one or the"
            " other, not always the same, so nobody can say which is installed.",
            name=name,
            paths=paths,
        )
    other = next(each for each in reversed(charts) if each not in fitting or len(fitting) > 1)
    return Problem(words, _REMEDY, Place(other.path))


def _files(chart: Chart) -> dict[str, bytes | None]:
    return {name: member.content for name, member in chart.files()}


def _fits(parent: Chart, chart: Chart) -> bool:
    """Whether a dependency that the parent declares admits the chart's version."""
    version = parse_version(chart.version.removeprefix("v"))
    for each in parent.dependencies:
        constraint = HelmConstraint.parse(each.version) if each.name == chart.name else None
        if constraint is not None and version is not None and constraint.admits(version):
            return True
    return False
