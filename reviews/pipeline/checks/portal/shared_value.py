"""A value decides images and nothing else, or what else it decides may change with them.

**What.** Where an image can only be redirected by editing a value that also decides something else,
and that would be wrong afterwards, the value is left as it is. That is so where another image is
built from the same value and would be led to an address where nothing is, where a program completes
it to images and would be led astray, or where a label or a name is made of it and would not be
legal any more.

**Why.** The edit would fix one image and break something else in silence. The platform edits
values, too, so it would do the same.

**How to fix it.** Give each image values of its own, and make labels and names from the name of the
chart instead of from the address of an image.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.experiment.harm import Harm
from ...tracing.model import SharedValue
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-012"
NAME = "shared-value"
TITLE = _("A value decides an image and something that its edit would break")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_SHARED = "base: quay.io/a/b\n"
_TWO = pod("{{ .Values.base }}:1", "{{ .Values.base }}/c:1")
_OWN = pod("{{ .Values.base }}:1", "{{ .Values.agent }}:1")
_LABELLED = pod("{{ .Values.image }}:1").replace(
    "  name: demo\n",
    '  name: demo\n  labels: {image: {{ .Values.image | replace "/" "." }}}\n',
    1,
)
_COMPLETED = (
    pod("{{ .Values.host }}/{{ .Values.name }}:1")
    + "      env: [{name: IMAGE_REGISTRY, value: '{{ .Values.host }}/x'}]\n"
)
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
GOOD: tuple[Example, ...] = (
    bare_chart(
        _SHARED + "agent: quay.io/a/b/c\n",
        _OWN,
        fixed={"values.yaml": f"base: {_OURS}/b\nagent: {_OURS}/c\n"},
    ),
    bare_chart(
        "image: quay.io/acme/web\n",
        _LABELLED,
        fixed={"values.yaml": f"image: {_OURS}/web\n"},
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(_SHARED, _TWO).expecting(
        Expected(
            "PORTAL-012",
            "error",
            "demo/values.yaml:1:7",
            message=Message(
                "%(value)s decides %(images)s, and is not edited, for that would"
                " break more: %(broken)s.",
                {
                    "value": "base",
                    "images": Listed(
                        (
                            "quay.io/a/b:1",
                            "quay.io/a/b/c:1",
                        )
                    ),
                    "broken": Listed(
                        (
                            Message(
                                "%(image)s of %(kind)s %(name)s would become %(after)s",
                                {
                                    "image": "quay.io/a/b/c:1",
                                    "kind": "Pod",
                                    "name": "demo",
                                    "after": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/b/c:1",
                                },
                            ),
                        )
                    ),
                },
            ),
            help=Message(
                "Give each of these images values of its own, and make labels and"
                " names without %(value)s.",
                {"value": "base"},
            ),
            image="quay.io/a/b:1",
            images=(
                "quay.io/a/b:1",
                "quay.io/a/b/c:1",
            ),
        )
    ),
    bare_chart("host: quay.io\nname: team/demo\n", _COMPLETED).expecting(
        Expected(
            "PORTAL-012",
            "error",
            "demo/values.yaml:1:7",
            message=Message(
                "%(value)s decides %(images)s, and is not edited, for that would"
                " break more: %(broken)s.",
                {
                    "value": "host",
                    "images": Listed(("quay.io/team/demo:1",)),
                    "broken": Listed(
                        (
                            Message(
                                "what completes %(prefix)s of %(kind)s %(name)s (“%(path)s”) to"
                                " images would be led to neither the old place nor the target",
                                {
                                    "prefix": "quay.io/x",
                                    "kind": "Pod",
                                    "name": "demo",
                                    "path": "spec.containers.0.env",
                                },
                            ),
                        )
                    ),
                },
            ),
            help=Message(
                "Give each of these images values of its own, and make labels and"
                " names without %(value)s.",
                {"value": "host"},
            ),
            image="quay.io/team/demo:1",
            images=("quay.io/team/demo:1",),
        )
    ),
    bare_chart("image: quay.io/acme/a-component-with-a-long-name\n", _LABELLED).expecting(
        Expected(
            "PORTAL-012",
            "error",
            "demo/values.yaml:1:8",
            message=Message(
                "%(value)s decides %(images)s, and is not edited, for that would"
                " break more: %(broken)s.",
                {
                    "value": "image",
                    "images": Listed(("quay.io/acme/a-component-with-a-long-name:1",)),
                    "broken": Listed(
                        (
                            Message(
                                "“%(path)s” of %(kind)s %(name)s would be illegal: %(after)s",
                                {
                                    "path": "metadata.labels.image",
                                    "kind": "Pod",
                                    "name": "demo",
                                    "after": (
                                        "swr.cn-east-3.myhuaweicloud.com.osc-opensource.a-component-with-a-"
                                        "long-name"
                                    ),
                                },
                            ),
                        )
                    ),
                },
            ),
            help=Message(
                "Give each of these images values of its own, and make labels and"
                " names without %(value)s.",
                {"value": "image"},
            ),
            image="quay.io/acme/a-component-with-a-long-name:1",
            images=("quay.io/acme/a-component-with-a-long-name:1",),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each value that stays as it is, though images need its edit."""
    for each in facts.trace.shared_values:
        place = each.leaf.leaf
        yield Problem(
            _message(each),
            _(
                "Give each of these images values of its own, and make labels and names without"
                " %(value)s.",
                value=dotted(each.leaf.path),
            ),
            Place(each.leaf.source.file, place.line, place.column),
            image=each.images[0],
            images=each.images,
        )


def _message(each: SharedValue) -> Message:
    return _(
        "%(value)s decides %(images)s, and is not edited, for that would break more: %(broken)s.",
        value=dotted(each.leaf.path),
        images=Listed(each.images),
        broken=Listed(tuple(_distinct(each.harms))),
    )


def _distinct(harms: tuple[Harm, ...]) -> list[Message]:
    words = {str(what): what for what in map(_what, harms)}
    return list(words.values())


def _what(harm: Harm) -> Message:
    if harm.use is not None and harm.use.is_prefix:
        return _(
            "what completes %(prefix)s of %(kind)s %(name)s (“%(path)s”) to images would be led"
            " to neither the old place nor the target",
            prefix=harm.before,
            kind=harm.kind,
            name=harm.name,
            path=harm.path,
        )
    if harm.use is not None:
        return _(
            "%(image)s of %(kind)s %(name)s would become %(after)s",
            image=harm.use.image,
            kind=harm.kind,
            name=harm.name,
            after=harm.after or _("nothing"),
        )
    return _(
        "“%(path)s” of %(kind)s %(name)s would be illegal: %(after)s",
        path=harm.path,
        kind=harm.kind,
        name=harm.name,
        after=harm.after,
    )
