"""The package brings the kinds of resources that it uses.

**What.** Every custom resource that the chart renders with its default values is of an API group
whose CustomResourceDefinition is in the chart: in `crds/`, in a template (also one that is off by
default), in another file, or in a sub-chart. The kinds of which this is not so are listed in one
finding.

**Why.** One package must deploy the whole service. In a cluster that does not know the kind, the
installation stops with "no matches for kind". It is a warning, because the portal does not know
what the customers' clusters bring along: monitoring add-ons, for instance, know ServiceMonitor.

**How to fix it.** Put the definitions into `crds/`, bring the operator that makes them as a
sub-chart, or turn the feature off by default and say in the README what it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.workloads import Document
from ...package.helm import Chart
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-PKG-015"
NAME = "whole-service"
TITLE = _("The package lacks resources that it uses")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: demo
"""
_DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: servicemonitors.monitoring.coreos.com
spec:
  group: monitoring.coreos.com
"""
GOOD: tuple[Example, ...] = (
    bare_chart(more={"templates/monitor.yaml": _MONITOR, "crds/monitor.yaml": _DEFINITION}),
    bare_chart(more={"templates/monitor.yaml": f"{_MONITOR}---\n{_DEFINITION}"}),
    bare_chart(
        more={
            "templates/monitor.yaml": _MONITOR,
            "templates/crds.yaml": "{{ if .Values.crds }}\n" + _DEFINITION + "{{ end }}\n",
        }
    ),
    bare_chart(more={"templates/monitor.yaml": "{{ if .Values.on }}\n" + _MONITOR + "{{ end }}\n"}),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        more={
            "templates/monitor.yaml": _MONITOR,
            "templates/rule.yaml": _MONITOR.replace("ServiceMonitor", "PrometheusRule"),
        }
    ).expecting(
        Expected(
            "OSC-PKG-015",
            "warning",
            "demo/templates/monitor.yaml",
            message=Message(
                "The chart installs kinds of resources that the package does not"
                " define, for it has no CustomResourceDefinition of their groups:"
                " %(kinds)s.",
                {
                    "kinds": Listed(
                        (
                            "ServiceMonitor (monitoring.coreos.com)",
                            "PrometheusRule (monitoring.coreos.com)",
                        )
                    )
                },
            ),
            help=("Put the definitions into crds/, or turn the features off by default."),
        )
    ),
)

_VERSION = re.compile(r"^apiVersion: *[\"']?([a-z0-9./-]+)", re.MULTILINE)
_KIND = re.compile(r"^kind: *[\"']?([A-Za-z0-9]+)", re.MULTILINE)
_DEFINED = re.compile(rb"group: *[\"']?([a-z0-9.-]+)")
# The groups of the APIs that every Kubernetes serves, or served under this name once.
_KUBERNETES = {
    f"{name}.k8s.io"
    for name in [
        "admissionregistration",
        "apiextensions",
        "apiregistration",
        "authentication",
        "authorization",
        "certificates",
        "coordination",
        "discovery",
        "events",
        "flowcontrol.apiserver",
        "networking",
        "node",
        "rbac.authorization",
        "resource",
        "scheduling",
        "storage",
    ]
}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for all kinds that nothing in the package defines, at the first of them."""
    chart = facts.chart
    if chart is None:
        return
    used = _custom_kinds(facts.documents)
    defined = _defined_groups(chart) if used else set()
    lacking = {each: document for each, document in used.items() if each[0] not in defined}
    if not lacking:
        return
    owner, name = chart.source_of(next(iter(lacking.values())).template)
    yield Problem(
        _(
            "The chart installs kinds of resources that the package does not define, for it has no"
            " CustomResourceDefinition of their groups: %(kinds)s.",
            kinds=listed([f"{kind} ({group})" for group, kind in lacking]),
        ),
        _("Put the definitions into crds/, or turn the features off by default."),
        Place(owner.address(name)),
    )


def _custom_kinds(documents: tuple[Document, ...]) -> Mapping[tuple[str, str], Document]:
    """Each kind outside of Kubernetes' own groups, with the first document that has it."""
    found: dict[tuple[str, str], Document] = {}
    for document in documents:
        version, kind = _VERSION.search(document.text), _KIND.search(document.text)
        group = version[1].rpartition("/")[0] if version else ""
        if kind and "." in group and group not in _KUBERNETES:
            found.setdefault((group, kind[1]), document)
    return found


def _defined_groups(chart: Chart) -> set[str]:
    """The groups of every definition in the package, whether or not it is installed by default."""
    contents = {
        (each.archive.where, member.name): member.content
        for each in chart.walk()
        for _name, member in each.files()
        if member.content is not None and b"CustomResourceDefinition" in member.content
    }
    return {
        found[1].decode() for text in contents.values() for found in _DEFINED.finditer(text or b"")
    }
