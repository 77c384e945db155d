"""`kubeVersion` lets the clusters in for which the service is sold.

**What.** Where `Chart.yaml` has `kubeVersion`, it is a range that Helm can read, and it admits a
version of Kubernetes from 1.15 on, also in the spelling of CCE clusters: `v1.28.3-r0`.

**Why.** Helm refuses to install the chart in any other cluster. To Helm, what follows a hyphen
is a pre-release, and a range admits pre-releases only where it names one: `>=1.20.0` shuts
out `v1.28.3-r0`, `>=1.20.0-0` lets it in. The portal's own rendering does not ask for
`kubeVersion`; where the range shuts out the version it renders for, that is reported as
well, because templates may look different in the clusters that are let in.

**How to fix it.** Write `-0` behind the lower limit, and no upper limit without need.
"""

from __future__ import annotations

from collections.abc import Iterator

from semver import Version

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...rendering import KUBERNETES_VERSION
from ...versions.constraint import HelmConstraint
from ...versions.semantic import core_of
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected

ID = "OSC-HELM-018"
NAME = "kube-version"
TITLE = _("kubeVersion keeps clusters out for which the service is sold")
SEVERITY = Severity.WARNING
SOURCE: str | None = (
    "https://huaweicloud.com/s/JVZQTue9keWFsyBpcHNlYyU/t_30_p_1/JeS6keWOn-eUn-acjeWKoeS4reW_gyBPU0Ml"
)
GOOD: tuple[Example, ...] = (
    bare_chart(),
    bare_chart(metadata=CHART + 'kubeVersion: ">=1.20.0-0"\n'),
    bare_chart(metadata=CHART + "kubeVersion: ^1.10.0-0\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART + 'kubeVersion: ">=1.20.0"\n').expecting(
        Expected(
            "OSC-HELM-018",
            "warning",
            "demo/Chart.yaml:13:14",
            message=Message(
                "“%(range)s” admits no version that is written like those of CCE"
                " clusters (v1.28.3-r0): Helm takes them for pre-releases.",
                {"range": ">=1.20.0"},
            ),
            help="Write a range such as “>=1.20.0-0”.",
        )
    ),
    bare_chart(metadata=CHART + 'kubeVersion: "<1.14.0-0"\n').expecting(
        Expected(
            "OSC-HELM-018",
            "error",
            "demo/Chart.yaml:13:14",
            message=Message(
                "“%(range)s” admits no version of Kubernetes from 1.15 on, so no"
                " cluster of the platform can install the chart.",
                {"range": "<1.14.0-0"},
            ),
            help="Write a range such as “>=1.20.0-0”.",
        )
    ),
    bare_chart(metadata=CHART + 'kubeVersion: "1.20 or newer"\n').expecting(
        Expected(
            "OSC-HELM-018",
            "error",
            "demo/Chart.yaml:13:14",
            message=Message(
                "Helm cannot read “%(range)s”, so no cluster can install the chart.",
                {"range": "1.20 or newer"},
            ),
            help="Write a range such as “>=1.20.0-0”.",
        )
    ),
    bare_chart(metadata=CHART + 'kubeVersion: ">=1.19.0-0 <1.26.0-0"\n').expecting(
        Expected(
            "OSC-HELM-018",
            "info",
            "demo/Chart.yaml:13:14",
            message=Message(
                "“%(range)s” shuts out Kubernetes %(version)s, for which the portal"
                " renders: templates may look different in the clusters that it"
                " lets in.",
                {"range": ">=1.19.0-0 <1.26.0-0", "version": "1.36.0"},
            ),
            help="Write a range such as “>=1.20.0-0”.",
        )
    ),
)

_OLDEST, _NEWEST = 15, 60
_REMEDY = _("Write a range such as “>=1.20.0-0”.")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the root chart's range shuts out."""
    metadata = facts.chart.metadata if facts.chart is not None else None
    leaf = metadata.leaf_at(("kubeVersion",)) if metadata is not None else None
    if metadata is None or leaf is None or not leaf.text:
        return
    found = _shut_out(leaf.text)
    if found is not None:
        message, severity = found
        yield Problem(message, _REMEDY, place_of(metadata, ("kubeVersion",)), severity=severity)


def _shut_out(text: str) -> tuple[Message, Severity] | None:
    shown = text[:100]
    constraint = HelmConstraint.parse(text)
    if constraint is None:
        words = _("Helm cannot read “%(range)s”, so no cluster can install the chart.", range=shown)
        return words, Severity.ERROR
    if not _admits_any(constraint, None):
        words = _(
            "“%(range)s” admits no version of Kubernetes from 1.15 on, so no cluster of the"
            " platform can install the chart.",
            range=shown,
        )
        return words, Severity.ERROR
    if not _admits_any(constraint, "r0"):
        words = _(
            "“%(range)s” admits no version that is written like those of CCE clusters"
            " (v1.28.3-r0): Helm takes them for pre-releases.",
            range=shown,
        )
        return words, Severity.WARNING
    if not constraint.admits(KUBERNETES_VERSION):
        words = _(
            "“%(range)s” shuts out Kubernetes %(version)s, for which the portal renders: templates"
            " may look different in the clusters that it lets in.",
            range=shown,
            version=str(KUBERNETES_VERSION),
        )
        return words, Severity.INFO
    return None


def _admits_any(constraint: HelmConstraint, labels: str | None) -> bool:
    """Whether it admits a version from 1.15 on, with these labels behind the hyphen.

    The versions tried are those next to which a limit can be: those that the range names, and the
    first and a late patch of every minor version.
    """
    named = [core_of(each.version) for group in constraint.alternatives for each in group]
    cores = [(1, minor, patch) for minor in range(_OLDEST, _NEWEST) for patch in (0, 30)]
    cores += [(1, minor, patch + step) for _one, minor, patch in named for step in (0, 1)]
    return any(
        core >= (1, _OLDEST, 0) and constraint.admits(Version(*core, labels)) for core in cores
    )
