"""`kubeVersion` and templates let the clusters in for which the service is sold.

**What.** Where `Chart.yaml` has `kubeVersion`, it is a range that Helm can read, and it admits
every cluster version for which the service is sold, also in the spelling of CCE clusters:
`v1.28.8-r0`. Where a template compares the cluster's version, it renders the same for both
spellings, and the chart renders for each of these versions.

**Why.** Helm refuses to install the chart in any other cluster. To Helm, what follows a hyphen
is a pre-release, and a range admits pre-releases only where it names one: `>=1.20.0` shuts
out `v1.28.8-r0`, `>=1.20.0-0` lets it in. A template that asks `semverCompare ">=1.19"` takes every
CCE cluster for one from before 1.19, and writes what such a cluster served.

**How to fix it.** Write `-0` behind the lower limit, and no upper limit without need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from semver import Version

from ...core.clusters import ClusterVersion
from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.manifest_faults import admits
from ...facts.model import Facts
from ...package.engine_errors import place_of_failure
from ...package.helm import Chart
from ...tracing.in_clusters import MisreadVersion
from ...versions.constraint import HelmConstraint
from ...yaml.source import place_of
from ..examples.charts import CHART, Example, bare_chart, pod
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
    bare_chart(
        template='{{ if semverCompare ">=1.19-0" .Capabilities.KubeVersion.Version }}\n'
        + pod("busybox:1.36")
        + "{{ end }}\n"
    ),
)
_POD = pod("busybox:1.36")
_TEST = '{{ if semverCompare "%s" .Capabilities.KubeVersion.Version }}\n' + _POD + "{{ end }}\n"
_FAILING = (
    '{{ if semverCompare "<1.27-0" .Capabilities.KubeVersion.Version }}{{ fail "too old" }}'
    "{{ end }}\n"
)
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART + 'kubeVersion: ">=1.20.0"\n').expecting(
        Expected(
            "OSC-HELM-018",
            "warning",
            "demo/Chart.yaml:13:14",
            message=Message(
                "“%(range)s” admits no version that is written like those of CCE"
                " clusters (%(version)s): Helm takes them for pre-releases.",
                {"range": ">=1.20.0", "version": "v1.34.0-r0"},
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
                "“%(range)s” admits none of the Kubernetes versions that the"
                " service is sold for (%(versions)s), so no cluster can install the"
                " chart.",
                {
                    "range": "<1.14.0-0",
                    "versions": (
                        "1.25",
                        "1.27",
                        "1.28",
                        "1.29",
                        "1.30",
                        "1.31",
                        "1.32",
                        "1.33",
                        "1.34",
                    ),
                },
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
            "warning",
            "demo/Chart.yaml:13:14",
            message=Message(
                "“%(range)s” shuts out Kubernetes %(versions)s, for which the"
                " service is sold, too.",
                {
                    "range": ">=1.19.0-0 <1.26.0-0",
                    "versions": (
                        "1.27",
                        "1.28",
                        "1.29",
                        "1.30",
                        "1.31",
                        "1.32",
                        "1.33",
                        "1.34",
                    ),
                },
            ),
            help="Write a range such as “>=1.20.0-0”.",
        )
    ),
    bare_chart(template=_TEST % ">=1.19").expecting(
        Expected(
            "OSC-HELM-018",
            "warning",
            "demo/templates/pod.yaml:1:1",
            message=Message(
                "%(version)s is a pre-release to Helm, which “%(ranges)s” does not"
                " admit: on such a cluster the chart renders otherwise than on"
                " %(number)s.",
                {"version": "v1.34.0-r0", "number": "v1.34.0", "ranges": (">=1.19",)},
            ),
            help="Write “-0” behind the version in semverCompare: “>=1.19-0”.",
        )
    ),
    bare_chart(template=_FAILING + _POD).expecting(
        Expected(
            "OSC-HELM-018",
            "warning",
            "demo/templates/pod.yaml:1",
            message=Message(
                "The chart does not render on Kubernetes %(versions)s: %(words)s",
                {
                    "versions": ("1.25",),
                    "words": "execution error at (demo/templates/pod.yaml:1:69): too old",
                },
            ),
            help="Let it render there, or leave these versions out of kubeVersion.",
        )
    ),
)

_REMEDY = _("Write a range such as “>=1.20.0-0”.")
_MOST_SHOWN = 100


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """What the root chart's range shuts out, and what templates take for something else."""
    if facts.chart is None:
        return
    metadata = facts.chart.metadata
    leaf = metadata.leaf_at(("kubeVersion",)) if metadata is not None else None
    if metadata is not None and leaf is not None and leaf.text:
        found = _shut_out(leaf.text, policy.clusters)
        if found is not None:
            message, severity = found
            yield Problem(
                message,
                _REMEDY,
                place_of(metadata, ("kubeVersion",)),
                severity=severity,
                by_hand=(Setting(metadata.file, ("kubeVersion",), ">=1.20.0-0"),),
            )
    if facts.clusters.misread is not None:
        yield _misread(facts.clusters.misread)
    yield from _not_rendered(facts, facts.chart)


def _shut_out(text: str, listed: Sequence[ClusterVersion]) -> tuple[Message, Severity] | None:
    shown = text[:_MOST_SHOWN]
    constraint = HelmConstraint.parse(text)
    if constraint is None:
        words = _("Helm cannot read “%(range)s”, so no cluster can install the chart.", range=shown)
        return words, Severity.ERROR
    plain = [each for each in listed if constraint.admits(_number(each))]
    if not plain:
        words = _(
            "“%(range)s” admits none of the Kubernetes versions that the service is sold for"
            " (%(versions)s), so no cluster can install the chart.",
            range=shown,
            versions=_names(listed),
        )
        return words, Severity.ERROR
    labelled = [each for each in plain if constraint.admits(_as_written(each))]
    if not labelled:
        words = _(
            "“%(range)s” admits no version that is written like those of CCE clusters"
            " (%(version)s): Helm takes them for pre-releases.",
            range=shown,
            version=str(plain[0]),
        )
        return words, Severity.WARNING
    left_out = [each for each in listed if each not in labelled]
    if left_out:
        words = _(
            "“%(range)s” shuts out Kubernetes %(versions)s, for which the service is sold, too.",
            range=shown,
            versions=_names(left_out),
        )
        return words, Severity.WARNING
    return None


def _misread(misread: MisreadVersion) -> Problem:
    return Problem(
        _(
            "%(version)s is a pre-release to Helm, which “%(ranges)s” does not admit: on such a"
            " cluster the chart renders otherwise than on %(number)s.",
            version=str(misread.version),
            number=misread.version.number,
            ranges=tuple(dict.fromkeys(test.range for test in misread.tests)),
        ),
        _("Write “-0” behind the version in semverCompare: “>=1.19-0”."),
        misread.tests[0].place,
    )


def _not_rendered(facts: Facts, chart: Chart) -> Iterator[Problem]:
    """The versions on which the chart does not render, although ``kubeVersion`` admits them."""
    for state in facts.clusters.states:
        versions = [each for each in state.versions if admits(chart, each)]
        if state.refusal and versions:
            yield Problem(
                _(
                    "The chart does not render on Kubernetes %(versions)s: %(words)s",
                    versions=_names(versions),
                    words=state.refusal.strip(),
                ),
                _("Let it render there, or leave these versions out of kubeVersion."),
                place_of_failure(state.refusal, chart) or Place(chart.path),
            )


def _names(versions: Sequence[ClusterVersion]) -> tuple[str, ...]:
    return tuple(each.short for each in sorted(versions))


def _number(version: ClusterVersion) -> Version:
    return Version(1, version.minor, version.patch)


def _as_written(version: ClusterVersion) -> Version:
    return Version(1, version.minor, version.patch, version.label.removeprefix("-") or None)
