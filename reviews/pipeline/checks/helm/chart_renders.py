"""The chart renders with its default values.

**What.** The real Helm engine, without a cluster and without a network, renders the chart with
nothing but its own `values.yaml`, within the portal's limits of time and memory.

**Why.** Everything this portal proves, it proves by rendering: an image of a chart that does not
render is unverified. And the customer who presses *deploy* gives no values either. A chart that
runs for ever or uses all memory would do so in the customer's cluster, too.

**How to fix it.** Give every required value a default that renders (a generated password, an
empty list). Where that cannot be, put example values into `ci/<name>-values.yaml`: the images are
then traced with these, and this finding says so. Without such a file the portal gives what the
engine's refusal asks for, the word “example” for instance, and traces the images with that, if it
renders so; else the images that the files spell are listed as unverified.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.engine_errors import place_of_failure
from ...rendering import ChartRejected, RenderStopped
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-005"
NAME = "chart-renders"
TITLE = _("The chart does not render with its default values")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
AFTER = (
    "OSC-PKG-014",
    "OSC-YAML-002",
    "OSC-HELM-002",
    "OSC-HELM-003",
    "OSC-HELM-006",
    "OSC-ANN-010",
    "OSC-NAME-004",
)

_REQUIRED = pod() + '  hostname: {{ required "hostname is needed" .Values.hostname }}\n'
GOOD: tuple[Example, ...] = (bare_chart("hostname: demo\n", _REQUIRED),)
BAD: tuple[Example, ...] = (
    bare_chart(template=_REQUIRED).expecting(
        Expected(
            "OSC-HELM-005",
            "error",
            "demo/templates/pod.yaml:7",
            message=Message(
                "The chart does not render with its default values: %(words)s. It"
                " renders with %(settings)s; the images were traced with that.",
                {
                    "words": (
                        "execution error at (demo/templates/pod.yaml:7:15): hostname is needed"
                    ),
                    "settings": ("hostname=example",),
                },
            ),
            help=(
                "Fix it until “helm template” succeeds without further values;"
                " where a value must be given, add an example of it as"
                " ci/example-values.yaml."
            ),
        )
    ),
    bare_chart(template=_REQUIRED, more={"ci/demo-values.yaml": "hostname: demo\n"}).expecting(
        Expected(
            "OSC-HELM-005",
            "error",
            "demo/templates/pod.yaml:7",
            message=Message(
                "The chart does not render with its default values: %(words)s. It"
                " renders with %(file)s; the images were traced with that.",
                {
                    "words": (
                        "execution error at (demo/templates/pod.yaml:7:15): hostname is needed"
                    ),
                    "file": "ci/demo-values.yaml",
                },
            ),
            help=Message(
                "Give the values that %(file)s sets a default in values.yaml that renders.",
                {"file": "ci/demo-values.yaml"},
            ),
        )
    ),
    bare_chart(template="{{ if }}\n").expecting(
        Expected(
            "OSC-HELM-005",
            "error",
            "demo/templates/pod.yaml:1",
            message=Message(
                "The chart does not render, so no image could be proven: %(words)s",
                {"words": "parse error at (demo/templates/pod.yaml:1): missing value for if"},
            ),
            help=(
                "Fix it until “helm template” succeeds without further values;"
                " where a value must be given, add an example of it as"
                " ci/example-values.yaml."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Why the chart does not render, unless a file that does not parse explains it."""
    chart, failure = facts.chart, facts.render_failure
    if chart is None or failure is None:
        return
    if isinstance(failure, RenderStopped):
        yield Problem(_stopped(failure), _lighter(failure), Place(chart.path))
        return
    files = {file for file, _error in facts.broken}
    if any(file in files for each in chart.walk() for file, _error in each.broken):
        return
    place = place_of_failure(failure.words, chart) or Place(chart.path)
    if facts.rendered_under:
        yield Problem(_asked(failure, facts.rendered_under), _remedy(None), place)
        return
    yield Problem(_rejected(failure, facts.rendered_with), _remedy(facts.rendered_with), place)


def _stopped(failure: RenderStopped) -> Message:
    if failure.kind == "time":
        return _(
            "Rendering did not finish within %(seconds)s seconds and was stopped, so no image"
            " could be traced.",
            seconds=f"{failure.limit:g}",
        )
    if failure.kind == "memory":
        return _(
            "Rendering needed more than %(mebibytes)d MiB of memory and was stopped, so no image"
            " could be traced.",
            mebibytes=int(failure.limit) >> 20,
        )
    return _(
        "Rendering gave more than %(mebibytes)d MiB of output and was stopped, so no image could"
        " be traced.",
        mebibytes=int(failure.limit) >> 20,
    )


def _lighter(failure: RenderStopped) -> Message:
    if failure.kind == "time":
        return _("Look for a loop or a template that includes itself, and for many generated keys.")
    return _("Look for a loop or a “repeat” that grows without bound.")


def _asked(failure: ChartRejected, settings: tuple[str, ...]) -> Message:
    return _(
        "The chart does not render with its default values: %(words)s. It renders with"
        " %(settings)s; the images were traced with that.",
        words=failure.words.strip().rstrip("."),
        settings=settings,
    )


def _rejected(failure: ChartRejected, rendered_with: str | None) -> Message:
    words = failure.words.strip()
    if rendered_with is None:
        return _(
            "The chart does not render, so no image could be proven: %(words)s",
            words=words,
        )
    return _(
        "The chart does not render with its default values: %(words)s. It renders with %(file)s;"
        " the images were traced with that.",
        words=words.rstrip("."),
        file=rendered_with,
    )


def _remedy(rendered_with: str | None) -> Message:
    if rendered_with is None:
        return _(
            "Fix it until “helm template” succeeds without further values; where a value must"
            " be given, add an example of it as ci/example-values.yaml."
        )
    return _(
        "Give the values that %(file)s sets a default in values.yaml that renders.",
        file=rendered_with,
    )
