"""An image that is named by its digest alone must be in the target registry bit for bit.

**What.** The image has a digest (`name@sha256:…`) and no tag. The portal rewrites registry and
organisation and keeps the digest.

**Why.** A digest names exact bytes. When the image is pushed again from an archive, or for one
architecture only, its digest is another, and nothing is found under the old one. So it is an error
in a package that ships image archives, and a warning in one that ships none.

**How to fix it.** Add the tag to the value, in front of the digest; the digest is then dropped and
the tag decides. Where the digest must stay, the platform has to take the image over with all its
architectures and with its digest: say so in the note for the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.model import ImageStatus, TracedImage
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "PORTAL-005"
NAME = "digest-pinned"
TITLE = _("A redirected image is pinned by its digest alone")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_DIGEST = "sha256:" + "0123456789abcdef" * 4
_IMAGE = pod("{{ .Values.image }}")
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
GOOD: tuple[Example, ...] = (
    bare_chart("image: quay.io/coreos/etcd:v3.5\n", _IMAGE),
    bare_chart(f"image: quay.io/coreos/etcd:v3.5@{_DIGEST}\n", _IMAGE),
    bare_chart(f"image: {_OURS}/etcd@{_DIGEST}\n", _IMAGE),
)
BAD: tuple[Example, ...] = (
    replace(
        shipping_chart(
            {"etcd-3-x86_64.tar": etcd()},
            None,
            images=(f"quay.io/coreos/etcd@{_DIGEST}",),
        ),
        fixed={"demo/package/demo-1.0.0.tgz!/demo/values.yaml": f"image: {_OURS}/etcd@{_DIGEST}\n"},
    ).expecting(
        Expected(
            "PORTAL-005",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:1:8",
            message=Message(
                "%(image)s is named by its digest alone. An image that is pushed"
                " from an archive gets another digest, so nothing would be found at"
                " %(target)s.",
                {
                    "image": (
                        "quay.io/coreos/etcd@sha256:0123456789abcdef0123456789abcdef0123456"
                        "789abcdef0123456789abcdef"
                    ),
                    "target": (
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd@sha256:0123456"
                        "789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                    ),
                },
            ),
            help=(
                "Add the tag in front of the digest: the portal then drops the"
                " digest, and the tag decides."
            ),
            image=(
                "quay.io/coreos/etcd@sha256:0123456789abcdef0123456789abcdef0123456"
                "789abcdef0123456789abcdef"
            ),
        )
    ),
    bare_chart(
        f"image: quay.io/coreos/etcd@{_DIGEST}\n",
        _IMAGE,
        fixed={"values.yaml": f"image: {_OURS}/etcd@{_DIGEST}\n"},
    ).expecting(
        Expected(
            "PORTAL-005",
            "warning",
            "demo/values.yaml:1:8",
            message=Message(
                "%(image)s is named by its digest alone. It is redirected with the"
                " digest kept, so %(target)s must be there bit for bit.",
                {
                    "image": (
                        "quay.io/coreos/etcd@sha256:0123456789abcdef0123456789abcdef0123456"
                        "789abcdef0123456789abcdef"
                    ),
                    "target": (
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd@sha256:0123456"
                        "789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                    ),
                },
            ),
            help=(
                "Add the tag in front of the digest: the portal then drops the"
                " digest, and the tag decides."
            ),
            image=(
                "quay.io/coreos/etcd@sha256:0123456789abcdef0123456789abcdef0123456"
                "789abcdef0123456789abcdef"
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every redirected image with a digest and no tag."""
    for image in facts.trace.images:
        spans = image.spans
        if (
            image.status is ImageStatus.REDIRECTED
            and spans is not None
            and spans.digest is not None
            and spans.tag is None
        ):
            ships = bool(facts.package.image_archives)
            yield Problem(
                _words(image, ships=ships),
                _(
                    "Add the tag in front of the digest: the portal then drops the digest, and the"
                    " tag decides."
                ),
                _place(image),
                image=image.original,
                severity=Severity.ERROR if ships else None,
            )


def _words(image: TracedImage, *, ships: bool) -> Message:
    if ships:
        return _(
            "%(image)s is named by its digest alone. An image that is pushed from an archive gets"
            " another digest, so nothing would be found at %(target)s.",
            image=image.original,
            target=image.target,
        )
    return _(
        "%(image)s is named by its digest alone. It is redirected with the digest kept, so"
        " %(target)s must be there bit for bit.",
        image=image.original,
        target=image.target,
    )


def _place(image: TracedImage) -> Place:
    """Where the digest is written."""
    sources = [each for each in image.sources if each.role == "digest"] or list(image.sources)
    return Place(sources[0].file, sources[0].line, sources[0].column) if sources else Place()
