"""An image that is named by its digest alone must be in the target registry bit for bit.

**What.** The image has a digest (`name@sha256:…`) and no tag. In a package that ships image
archives this is an error. Where the names of the archives, or `images/mapping.yaml`, give the image
exactly one tag, the portal proposes to write the tag in the place of the digest. Otherwise it
rewrites registry and organisation and keeps the digest; without archives this is a warning.

**Why.** A digest names exact bytes. An image from an archive of `docker save` has another digest
when it is pushed, and nothing is found under the old one. An archive in the OCI form may hold the
very manifest that the digest names; then it is pushed as it is, and can be pulled.

**How to fix it.** Add the tag to the value, in front of the digest; the digest is then dropped and
the tag decides. Or call the archive as the guide does, `etcd-3.5.0-x86_64.tar`, so that it gives
the tag. Where the digest must stay, the platform has to take the image over with all its
architectures and with its digest: say so in the note for the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core.findings import DONE_ON_APPROVAL, Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import parsed
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
            {"etcd-3-x86_64.tar": etcd()}, None, images=(f"quay.io/coreos/etcd@{_DIGEST}",)
        ),
        fixed={
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml": f"image: {_OURS}/etcd:3\n",
            "demo/images/mapping.yaml": (
                'instance:\n- image: etcd\n  tag: "3"\n  address:\n    fullAddress: image\n'
                "  package:\n    x86_64: etcd-3-x86_64.tar\n"
            ),
        },
    ).expecting(
        Expected(
            "PORTAL-005",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:1:8",
            message=Message(
                "%(image)s is named by its digest alone. An image from an archive"
                " of docker save gets another digest when it is pushed, so it is"
                " given the tag of its archive: %(target)s.",
                {
                    "image": (
                        "quay.io/coreos/etcd@sha256:0123456789abcdef0123456789abcdef0123456"
                        "789abcdef0123456789abcdef"
                    ),
                    "target": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            image=(
                "quay.io/coreos/etcd@sha256:0123456789abcdef0123456789abcdef0123456"
                "789abcdef0123456789abcdef"
            ),
            change_set="image:image",
        )
    ),
    replace(
        shipping_chart(
            {"etcd-3-x86_64.tar": etcd(), "etcd-4-x86_64.tar": etcd()},
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
                "%(image)s is named by its digest alone. An image from an archive"
                " of docker save gets another digest when it is pushed, so nothing"
                " would be found at %(target)s.",
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
                "Add the tag in front of the digest, or call the archive as the"
                " guide does, NAME-TAG-x86_64.tar: the portal then drops the"
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
    ships = bool(facts.package.image_archives)
    for image in facts.trace.images:
        spans = image.spans
        is_pinned = spans is not None and spans.digest is not None and spans.tag is None
        if image.status is ImageStatus.REDIRECTED and is_pinned:
            yield _with_tag(image) if _has_tag(image.target) else _without_tag(image, ships=ships)


def _has_tag(target: str) -> bool:
    reference = parsed(target)
    return reference is not None and bool(reference.tag)


def _with_tag(image: TracedImage) -> Problem:
    """Of an image that an archive gives a tag, which its edits write."""
    return Problem(
        _(
            "%(image)s is named by its digest alone. An image from an archive of docker save gets"
            " another digest when it is pushed, so it is given the tag of its archive: %(target)s.",
            image=image.original,
            target=image.target,
        ),
        DONE_ON_APPROVAL,
        _place(image),
        image=image.original,
        change_set=image.change_set,
        severity=Severity.ERROR,
    )


def _without_tag(image: TracedImage, *, ships: bool) -> Problem:
    return Problem(
        _words(image, ships=ships),
        _NAME_IT if ships else _ADD_IT,
        _place(image),
        image=image.original,
        severity=Severity.ERROR if ships else None,
    )


_ADD_IT = _(
    "Add the tag in front of the digest: the portal then drops the digest, and the tag decides."
)
_NAME_IT = _(
    "Add the tag in front of the digest, or call the archive as the guide does,"
    " NAME-TAG-x86_64.tar: the portal then drops the digest, and the tag decides."
)


def _words(image: TracedImage, *, ships: bool) -> Message:
    if ships:
        return _(
            "%(image)s is named by its digest alone. An image from an archive of docker save gets"
            " another digest when it is pushed, so nothing would be found at %(target)s.",
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
