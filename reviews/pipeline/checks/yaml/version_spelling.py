"""A tag or version is in quotes where YAML would read a number.

**What.** The value that provides an image's tag renders exactly as it is written, and `appVersion`
of `Chart.yaml` is a text. (Its `version` has a rule of its own.)

**Why.** Without quotes `1.20` is a number to YAML and renders as `1.2`, another image; `20240101`
in values.yaml renders as `2.0240101e+07`, which is not a valid tag at all. The first is a warning,
since the image may exist; the second is an error, for nothing can be pulled. An `appVersion` that
is a number is an error to `helm lint`, and the platform takes no such chart.

**How to fix it.** Put quotes around it: `tag: "1.20"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import is_valid_tag
from ...package.chart_values import ValueLeaf
from ...package.helm import Chart
from ...tracing.experiment.markers import printed
from ...tracing.experiment.uses import TracedUse
from ...yaml.source import Leaf, dotted
from ..examples.charts import CHART, Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-YAML-003"
NAME = "version-spelling"
TITLE = _("A tag or version renders differently from how it is written")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0005.html"

_IMAGE = '"swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:{{ .Values.tag }}"'
GOOD: tuple[Example, ...] = (
    bare_chart('tag: "1.20"\nport: 1.20\n', pod(_IMAGE)),
    bare_chart("tag: 1.2\n", pod(_IMAGE)),
    bare_chart(metadata=CHART + "appVersion: '010'\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart("tag: 1.20\n", pod(_IMAGE)).expecting(
        Expected(
            "OSC-YAML-003",
            "warning",
            "demo/values.yaml:1:6",
            message=Message(
                "%(path)s is written %(text)s and renders as %(renders)s, because"
                " without quotes YAML does not read it as a string.",
                {"path": "tag", "text": "1.20", "renders": "1.2"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "1.20"}),
        )
    ),
    bare_chart("tag: 20240101\n", pod(_IMAGE)).expecting(
        Expected(
            "OSC-YAML-003",
            "error",
            "demo/values.yaml:1:6",
            message=Message(
                "%(path)s is written %(text)s and renders as %(renders)s, which is"
                " not a valid tag, because without quotes YAML does not read it as"
                " a string.",
                {"path": "tag", "text": "20240101", "renders": "2.0240101e+07"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "20240101"}),
        )
    ),
    bare_chart(metadata=CHART + "appVersion: 1.20\n").expecting(
        Expected(
            "OSC-YAML-003",
            "error",
            "demo/Chart.yaml:13:13",
            message=Message(
                "appVersion is written %(text)s without quotes, so it is not a string.",
                {"text": "1.20"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "1.20"}),
        )
    ),
    bare_chart(metadata=CHART + "appVersion: 1.5\n").expecting(
        Expected(
            "OSC-YAML-003",
            "error",
            "demo/Chart.yaml:13:13",
            message=Message(
                "appVersion is written %(text)s without quotes, so it is not a string.",
                {"text": "1.5"},
            ),
            help=Message('Put it in quotes: "%(text)s".', {"text": "1.5"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Unquoted numbers that render as something else than is written."""
    if facts.chart is None:
        return
    for leaf in _tag_leaves(facts):
        yield from _spelled(leaf.source.file, leaf.leaf, dotted(leaf.path), printed(leaf))
    yield from _of_metadata(facts.chart)


def _tag_leaves(facts: Facts) -> Iterator[ValueLeaf]:
    """Every value that provides a tag, once."""
    found: dict[tuple[str, int], ValueLeaf] = {}
    for image in facts.trace.images:
        for use in image.uses:
            for leaf in _providing_the_tag(use):
                found.setdefault((leaf.source.file, leaf.leaf.start), leaf)
    yield from found.values()


def _providing_the_tag(each: TracedUse) -> Iterator[ValueLeaf]:
    tag = each.spans.tag if each.spans is not None else None
    text = each.use.image
    # What is not a reference has no parts; its tag is the text after the last colon.
    start = tag[0] if tag else text.rfind(":") + 1
    end = tag[1] if tag else len(text)
    if each.spans is not None and tag is None:
        return
    for contribution in each.contributions:
        if start < contribution.end and contribution.start < end:
            yield contribution.leaf


def _of_metadata(chart: Chart) -> Iterator[Problem]:
    leaf = chart.metadata.leaf_at(("appVersion",)) if chart.metadata is not None else None
    if chart.metadata is None or leaf is None or isinstance(leaf.value, str | None):
        return
    yield Problem(
        _("appVersion is written %(text)s without quotes, so it is not a string.", text=leaf.text),
        _('Put it in quotes: "%(text)s".', text=leaf.text),
        Place(chart.metadata.file, leaf.line, leaf.column),
        severity=Severity.ERROR,
    )


def _spelled(file: str, leaf: Leaf, path: str, renders: str) -> Iterator[Problem]:
    if leaf.style != "plain" or not leaf.text or leaf.text == renders or leaf.value is None:
        return
    place = Place(file, leaf.line, leaf.column)
    remedy = _('Put it in quotes: "%(text)s".', text=leaf.text)
    if is_valid_tag(renders):
        words = _(
            "%(path)s is written %(text)s and renders as %(renders)s, because without quotes"
            " YAML does not read it as a string.",
            path=path,
            text=leaf.text,
            renders=renders,
        )
        yield Problem(words, remedy, place)
    else:
        words = _(
            "%(path)s is written %(text)s and renders as %(renders)s, which is not a valid"
            " tag, because without quotes YAML does not read it as a string.",
            path=path,
            text=leaf.text,
            renders=renders,
        )
        yield Problem(words, remedy, place, severity=Severity.ERROR)
