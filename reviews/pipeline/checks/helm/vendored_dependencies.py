"""Every sub-chart that the chart declares is in the package.

**What.** For each entry of `dependencies` in `Chart.yaml` (or `requirements.yaml`) there is a
chart of that name in `charts/`, unpacked or as a tgz, in the version that `Chart.lock` holds.

**Why.** One package deploys the whole service, and the platform fetches nothing from elsewhere.
Helm refuses to install a chart whose dependency is missing, even one that a condition turns off.
Images of a sub-chart that is not there are not examined by anybody.

**How to fix it.** Run `helm dependency update` in the chart's folder and pack the chart again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Limits, Policy
from ...facts.model import Facts
from ...package.helm import Chart, Dependency
from ...yaml.source import YamlBroken, YamlSource
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-014"
NAME = "vendored-dependencies"
TITLE = _("A declared sub-chart is not in the package")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_DECLARED = (
    CHART
    + "dependencies:\n- name: store\n  version: 1.x.x\n  repository: https://charts.example.com\n"
)
_STORE = {"charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.2.3\n"}
_LOCK = "dependencies:\n- name: store\n  version: {}\n"
GOOD: tuple[Example, ...] = (
    bare_chart(metadata=_DECLARED, more={**_STORE, "Chart.lock": _LOCK.format("1.2.3")}),
    bare_chart(metadata=_DECLARED + "  alias: db\n", more=_STORE),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=_DECLARED).expecting(
        Expected(
            "OSC-HELM-014",
            "error",
            "demo/Chart.yaml:14:9",
            message=Message(
                "%(file)s declares the sub-chart %(name)s %(version)s, and charts/"
                " does not hold it.",
                {"file": "demo/Chart.yaml", "name": "store", "version": "1.x.x"},
            ),
            help=("Run “helm dependency update” in the chart's folder and pack the chart again."),
        )
    ),
    bare_chart(metadata=_DECLARED, more={**_STORE, "Chart.lock": _LOCK.format("1.2.4")}).expecting(
        Expected(
            "OSC-HELM-014",
            "warning",
            "demo/Chart.lock:3:12",
            message=Message(
                "%(file)s holds %(name)s %(locked)s, and charts/ has it in version %(found)s.",
                {"file": "Chart.lock", "name": "store", "locked": "1.2.4", "found": "1.2.3"},
            ),
            help=("Run “helm dependency update” in the chart's folder and pack the chart again."),
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """Dependencies that are absent, and those in another version than Chart.lock has."""
    seen: set[str] = set()
    for parent in facts.chart.walk() if facts.chart is not None else ():
        if parent.path in seen:
            continue
        seen.add(parent.path)
        present = {each.name: each for each in parent.subcharts}
        for dependency in parent.dependencies:
            if dependency.name not in present:
                yield _absent(parent, dependency)
        if parent.is_root:
            yield from _unlike_the_lock(parent, present, policy.limits)


def _absent(chart: Chart, dependency: Dependency) -> Problem:
    return Problem(
        _(
            "%(file)s declares the sub-chart %(name)s %(version)s, and charts/ does not hold it.",
            file=dependency.file,
            name=dependency.name,
            version=dependency.version,
        ),
        _("Run “helm dependency update” in the chart's folder and pack the chart again."),
        Place(dependency.file, dependency.line, dependency.column),
        # Helm looks no deeper than the root chart's own dependencies.
        severity=None if chart.is_root else Severity.WARNING,
    )


def _unlike_the_lock(chart: Chart, present: dict[str, Chart], limits: Limits) -> Iterator[Problem]:
    for file in ("Chart.lock", "requirements.lock"):
        source = _parsed(chart, file, limits)
        locked = source.data_at(("dependencies",)) if source is not None else None
        for index, item in enumerate(locked if isinstance(locked, list) else ()):
            name = item.get("name") if isinstance(item, dict) else None
            leaf = source.leaf_at(("dependencies", index, "version")) if source else None
            found = present.get(str(name))
            if leaf is None or found is None or _plain(leaf.text) == _plain(found.version):
                continue
            yield Problem(
                _(
                    "%(file)s holds %(name)s %(locked)s, and charts/ has it in version %(found)s.",
                    file=file,
                    name=found.name,
                    locked=leaf.text,
                    found=found.version,
                ),
                _("Run “helm dependency update” in the chart's folder and pack the chart again."),
                Place(chart.address(file), leaf.line, leaf.column),
                severity=Severity.WARNING,
            )


def _parsed(chart: Chart, file: str, limits: Limits) -> YamlSource | None:
    member = chart.member(file)
    if member is None or member.content is None:
        return None
    try:
        return YamlSource.parse(member.content, chart.address(file), limits)
    except YamlBroken:
        return None


def _plain(version: str) -> str:
    return version.removeprefix("v")
