"""Every image that the chart may pull was seen in a render.

**What.** The portal renders the chart with its default values, with its features switched on, with
its own `ci/*-values.yaml`, and in every cluster that the service is sold for. Listed here is what
it saw in none of these: values that name an image which no render showed, conditions on objects
that only a cluster has (`lookup`) and that decide an image, and searches that ended because the
budget of renders was spent. Hooks and tests are rendered like everything else.

**Why.** What was not rendered is not redirected and not proven. Such an image keeps its old
address and fails on the day on which a customer turns the feature on.

**How to fix it.** Add a file `ci/<name>-values.yaml` that turns the feature on: the portal renders
with it. Remove values that nothing reads. Build an image that depends on the cluster of the same
values in both branches.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.cluster_conditions import ClusterCondition, hidden_by_the_cluster
from ...tracing.mapping_trial.unseen import UnseenImage, unseen_images
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-013"
NAME = "unreached-image"
TITLE = _("No render shows some images")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_SWITCHED = (
    '{{ if regexMatch "^[a-z]{4}-[0-9]{4}$" .Values.licence }}\n'
    + pod("{{ .Values.cluster.image }}")
    + "{{ end }}\n"
)
_CLUSTERED = f"licence: none\ncluster:\n  image: {_OURS}/etcd:3\n"
_LOOKING_UP = (
    '{{ $old := lookup "v1" "ConfigMap" .Release.Namespace "old" }}\n{{ if $old }}\n'
    + pod("{{ .Values.image }}")
    + "{{ end }}\n"
)
_ASKING = (
    '{{ if .Capabilities.APIVersions.Has "example.com/v1" }}\n'
    + pod("{{ .Values.image }}")
    + "{{ end }}\n"
)
GOOD: tuple[Example, ...] = (
    bare_chart(_CLUSTERED, _SWITCHED, more={"ci/cluster-values.yaml": "licence: demo-2026\n"}),
    bare_chart(_CLUSTERED.replace("none", "demo-2026", 1), _SWITCHED),
    bare_chart(f"image: {_OURS}/etcd:3\n", _LOOKING_UP + "---\n" + pod("{{ .Values.image }}")),
    bare_chart(f"image: {_OURS}/etcd:3\n", _ASKING),
)
BAD: tuple[Example, ...] = (
    bare_chart(_CLUSTERED, _SWITCHED).expecting(
        Expected(
            "OSC-HELM-013",
            "warning",
            "demo/values.yaml:3:10",
            message=Message(
                "%(path)s names the image %(image)s, which no render showed. It is"
                " neither redirected nor proven.",
                {
                    "path": "cluster.image",
                    "image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                },
            ),
            help=(
                "Add a file ci/<name>-values.yaml that turns on what uses it, or"
                " remove the value if nothing reads it."
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
    bare_chart(f"image: {_OURS}/etcd:3\n", _LOOKING_UP).expecting(
        Expected(
            "OSC-HELM-013",
            "warning",
            "demo/templates/pod.yaml:2:4",
            message=Message(
                "Only a cluster can decide “%(condition)s”. It decides an image"
                " that no render showed: %(images)s.",
                {"condition": "if $old", "images": ("image",)},
            ),
            help=(
                "Build the image of the same values in both branches, or let a"
                " value decide instead of the cluster."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What no render showed: values, branches of conditions, and what the budget left over."""
    chart, trace = facts.chart, facts.trace
    if chart is None or not trace.scenarios:
        return
    conditions = hidden_by_the_cluster(chart, trace.images)
    reported = {path for each in conditions for path in each.values}
    for unseen in unseen_images(chart, trace.images):
        if not any(_begins(dotted(unseen.path), path) for path in reported):
            yield _of_value(unseen)
    for condition in conditions:
        yield _of_condition(condition)
    for what, words in trace.unreached:
        yield Problem(
            _(
                "The search for images ended early (%(what)s): %(words)s.",
                what=what,
                words=words,
            ),
            _(
                "Look at what is switched off by default yourself, or let the administrators of"
                " the portal raise its budget of renders."
            ),
            Place(chart.path),
        )


def _begins(path: str, start: str) -> bool:
    return path == start or path.startswith(f"{start}.")


def _of_value(unseen: UnseenImage) -> Problem:
    leaf = unseen.leaf
    return Problem(
        _(
            "%(path)s names the image %(image)s, which no render showed. It is neither"
            " redirected nor proven.",
            path=dotted(unseen.path),
            image=unseen.image,
        ),
        _(
            "Add a file ci/<name>-values.yaml that turns on what uses it, or remove the value if"
            " nothing reads it."
        ),
        Place(leaf.source.file, leaf.leaf.line, leaf.leaf.column),
        image=unseen.image,
    )


def _of_condition(condition: ClusterCondition) -> Problem:
    names: dict[str, Parameter] = {
        "condition": condition.condition,
        "images": (*condition.images, *condition.values),
    }
    words = _("Only a cluster can decide “%(condition)s”, and an image depends on it.", **names)
    if names["images"]:
        words = _(
            "Only a cluster can decide “%(condition)s”. It decides an image that"
            " no render showed: %(images)s.",
            **names,
        )
    return Problem(
        words,
        _(
            "Build the image of the same values in both branches, or let a value decide instead"
            " of the cluster."
        ),
        condition.place,
        image=condition.images[0] if condition.images else None,
        images=condition.images,
    )
