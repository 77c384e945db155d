"""Of every image it is proven where it will be pulled from.

**What.** The portal renders the chart before and after the rewrite, and parses the files of an
operator. An image that it found, and of which it could not prove that it moves to its target, is
listed here with the reason.

**Why.** Nothing may pass in silence. The image may be in order, or it may fail to pull on the
day of deployment: rendering alone could not show it.

**How to fix it.** Look at the places named. Let each image be built from values of its own in
the root `values.yaml`, one for the registry, one for the repository, one for the tag. In an
operator write it as one whole reference, on one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Clause, Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.model import ImageSource, ImageStatus, TracedImage
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-004"
NAME = "unproven-image"
TITLE = _("An image is not proven to come from its target")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_UNRENDERED = pod("{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ fail `never` }}")
_HELP = _(
    "Let the image be built from values of its own in the root values.yaml, and look at what"
    " decides it now."
)
_HELP_UNRENDERED = _("Fix what keeps the chart from rendering, and it will be tried again.")
_HELP_IN_PLACE = _(
    "Write the image as one whole reference, on one line and without an anchor. JSON around it"
    " must be valid."
)
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5"
GOOD: tuple[Example, ...] = (bare_chart(f"image: {_OURS}\n", pod("{{ .Values.image }}")),)
BAD: tuple[Example, ...] = (
    bare_chart(
        "name: etcd\n",
        pod("{{ .Values.name }}/{{ .Values.name }}:3.5"),
    ).expecting(
        Expected(
            "PORTAL-004",
            "warning",
            "demo/values.yaml:1:7",
            message=Message(
                "It is not proven that %(image)s will come from %(target)s:"
                " %(reason)s. It is decided by %(sources)s.",
                {
                    "image": "etcd/etcd:3.5",
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5",
                    "reason": Clause(
                        Message(
                            "after the rewrite it renders %(found)s instead of %(wanted)s",
                            {
                                "found": (
                                    "swr.cn-east-3.myhuaweicloud.com/osc-opensource/swr.cn-east-3.myhua"
                                    "weicloud.com/osc-opensource:3.5"
                                ),
                                "wanted": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5",
                            },
                        )
                    ),
                    "sources": (
                        "name (demo/values.yaml:1)",
                        "demo/templates/pod.yaml:8",
                    ),
                },
            ),
            help=(
                "Let the image be built from values of its own in the root"
                " values.yaml, and look at what decides it now."
            ),
            image="etcd/etcd:3.5",
        )
    ),
    bare_chart(
        "image: ZG9ja2VyLmlvL2JpdG5hbWkvZXRjZDozLjU=\n",
        pod("{{ .Values.image | b64dec }}"),
    ).expecting(
        Expected(
            "PORTAL-004",
            "warning",
            "",
            message=Message(
                "It is not proven that %(image)s will come from %(target)s: %(reason)s.",
                {
                    "image": "docker.io/bitnami/etcd:3.5",
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5",
                    "reason": Clause(
                        Message(
                            "no value was found that decides it, nor the literal it comes from", {}
                        )
                    ),
                },
            ),
            help=(
                "Let the image be built from values of its own in the root"
                " values.yaml, and look at what decides it now."
            ),
            image="docker.io/bitnami/etcd:3.5",
        )
    ),
    bare_chart("image: {repository: quay.io/demo/web, tag: '1'}\n", _UNRENDERED).expecting(
        Expected(
            "PORTAL-004",
            "info",
            "demo/values.yaml:1:21",
            message=Message(
                "It is not proven that %(image)s will come from %(target)s:"
                " %(reason)s. It is decided by %(sources)s.",
                {
                    "image": "quay.io/demo/web:1",
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/web:1",
                    "reason": Clause(Message("the chart does not render", {})),
                    "sources": ("image.repository (demo/values.yaml:1)",),
                },
            ),
            help=("Fix what keeps the chart from rendering, and it will be tried again."),
            image="quay.io/demo/web:1",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every unverified image, but those of which another rule says why."""
    reported = {original for each in facts.trace.collisions for original in each.originals}
    reported |= {original for each in facts.trace.shared_values for original in each.images}
    for image in facts.trace.images:
        is_invalid = image.spans is None and image.is_pulled and facts.chart is not None
        is_reported = is_invalid or image.original in reported
        if image.status is ImageStatus.UNVERIFIED and not is_reported:
            yield _problem(image, _help(facts), is_rendered=facts.chart is not None)


def _help(facts: Facts) -> Message:
    if facts.chart is None:
        return _HELP_IN_PLACE
    is_rendered = bool(facts.trace.scenarios)
    return _HELP if is_rendered or facts.render_failure is None else _HELP_UNRENDERED


def _problem(image: TracedImage, help_: Message, *, is_rendered: bool) -> Problem:
    first = image.sources[0] if image.sources else None
    return Problem(
        _message(image),
        help_,
        Place(first.file, first.line, first.column) if first else Place(),
        image=image.original,
        severity=None if image.is_pulled or not is_rendered else Severity.INFO,
    )


def _message(image: TracedImage) -> Message:
    reason = Clause(image.reason) if image.reason else ""
    if not image.sources:
        return _(
            "It is not proven that %(image)s will come from %(target)s: %(reason)s.",
            image=image.original,
            target=image.target,
            reason=reason,
        )
    return _(
        "It is not proven that %(image)s will come from %(target)s: %(reason)s."
        " It is decided by %(sources)s.",
        image=image.original,
        target=image.target,
        reason=reason,
        sources=tuple(dict.fromkeys(map(_named, image.sources))),
    )


def _named(source: ImageSource) -> str:
    where = f"{source.file}:{source.line}"
    return f"{source.path} ({where})" if source.path else where
