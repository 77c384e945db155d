"""An image has a tag that stays what it is.

**What.** No image is named by a tag that its makers move, such as `latest`, `stable` or `edge`, nor
without a tag, which means `latest`. A digest beside the tag settles it.

**Why.** The archive in the package holds what the tag was on the day on which it was saved; nobody
can say later which version that is, or pull the same one for the other architecture. Clusters pull
`latest` anew at every start, and an update cannot be distinguished from the version before.

**How to fix it.** Name the version: find out which one the tag means now, and write its tag.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import parsed
from ...tracing.mapping_trial.required import is_certain
from ...tracing.model import ImageStatus, TracedImage
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-IMG-015"
NAME = "floating-tag"
TITLE = _("An image has a tag that its makers move")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_POD = pod("{{ .Values.image }}")
_TWO = pod("{{ .Values.hub }}/a:{{ .Values.tag }}", "{{ .Values.hub }}/b:{{ .Values.tag }}")
GOOD: tuple[Example, ...] = (
    bare_chart(f"tag: 1.27.3\nhub: {_OURS}\n", _TWO),
    bare_chart(f"image: {_OURS}/etcd:3\n", _POD),
    bare_chart(f"image: {_OURS}/etcd:latest-3\n", _POD),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        f"tag: latest\nhub: {_OURS}\n",
        _TWO,
    ).expecting(
        Expected(
            "OSC-IMG-015",
            "warning",
            "demo/values.yaml:1:6",
            message=Message(
                "The makers of %(images)s move the tag that this gives.",
                {
                    "images": Listed(
                        (
                            "swr.cn-east-3.myhuaweicloud.com/osc-opensource/a:latest",
                            "swr.cn-east-3.myhuaweicloud.com/osc-opensource/b:latest",
                        )
                    )
                },
            ),
            help=(
                "Write the tag of the version that is meant, and save that image for the package."
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/a:latest",
            images=(
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/a:latest",
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/b:latest",
            ),
        )
    ),
    bare_chart(f"image: {_OURS}/etcd:latest\n", _POD).expecting(
        Expected(
            "OSC-IMG-015",
            "warning",
            "demo/values.yaml:1:8",
            message=Message(
                "The makers of %(image)s move its tag.",
                {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:latest"},
            ),
            help=(
                "Write the tag of the version that is meant, and save that image for the package."
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:latest",
        )
    ),
    bare_chart(f"image: {_OURS}/etcd\n", _POD).expecting(
        Expected(
            "OSC-IMG-015",
            "warning",
            "demo/values.yaml:1:8",
            message=Message(
                "%(image)s has no tag, which means “latest”.",
                {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd"},
            ),
            help=(
                "Write the tag of the version that is meant, and save that image for the package."
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd",
        )
    ),
)

_FLOATING = frozenset(
    {"", "latest", "stable", "edge", "nightly", "main", "master", "dev", "develop", "canary"}
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each place that gives images such a tag, once, and each image once."""
    seen: set[str] = set()
    found: dict[object, list[TracedImage]] = {}
    for image in facts.trace.images:
        reference = parsed(image.original)
        if reference is None or reference.digest or image.status is ImageStatus.EXTERNAL:
            continue
        if not is_certain(image):
            continue
        if reference.tag.lower() in _FLOATING and reference.normal() not in seen:
            seen.add(reference.normal())
            place = _place(image)
            key = (place, bool(reference.tag)) if place.file else image.original
            found.setdefault(key, []).append(image)
    for images in found.values():
        yield _problem(images)


def _place(image: TracedImage) -> Place:
    source = next((each for each in image.sources if each.role in {"tag", "reference"}), None)
    source = source or next(iter(image.sources), None)
    return Place(source.file, source.line, source.column) if source else Place()


def _problem(images: Sequence[TracedImage]) -> Problem:
    image = images[0].original
    originals = tuple(each.original for each in images)
    reference = parsed(image)
    has_tag = reference is not None and bool(reference.tag)
    if len(images) > 1:
        words = _("%(images)s have no tag, which means “latest”.", images=listed(originals))
        if has_tag:
            words = _(
                "The makers of %(images)s move the tag that this gives.", images=listed(originals)
            )
    else:
        words = _("%(image)s has no tag, which means “latest”.", image=image)
        if has_tag:
            words = _("The makers of %(image)s move its tag.", image=image)
    return Problem(
        words,
        _("Write the tag of the version that is meant, and save that image for the package."),
        _place(images[0]),
        image=image,
        images=originals if len(images) > 1 else (),
    )
