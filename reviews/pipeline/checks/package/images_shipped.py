"""A package without image archives is installed from registries that have its images already.

**What.** The folder `images` is missing, or has no archives in it. It is a warning where at least
one address leads to the platform's registry after the rewrite: then the image has to be there
already, because nothing in the package puts it there. Where every image is pulled from elsewhere on
purpose, or was addressed there already, it is for information.

**Why.** The platform stores the images that a package ships, and rewrites the addresses to them. An
address that is rewritten while nobody stores the image fails on the day of the installation. Images
may be left out where customers can pull them from outside; then every cluster needs a way there.

**How to fix it.** Save every image into `images`, once for each architecture, and add
`images/mapping.yaml`; the portal shows the commands to do it. A reviewer who knows that the images
are in the registry dismisses the finding with that reason. One who confirms it may approve the
package all the same: the sentence is then kept with the approval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import bare_names
from ...manifests.references import ImageReference, is_public, parsed
from ...package.layout import entries
from ...tracing.model import ImageStatus, TracedImage
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import ETCD, etcd, shipping_chart

_TARGET = f"{Policy().registry}/{Policy().organization}"


def _unshipped(images: tuple[str, ...], fixed: str) -> Example:
    """A package of ``images`` without archives, whose values other rules fix."""
    values = "demo/package/demo-1.0.0.tgz!/demo/values.yaml"
    return replace(shipping_chart({}, None, images=images), fixed={values: fixed})


ID = "OSC-PKG-008"
NAME = "images-shipped"
TITLE = _("The package ships no images")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
AFTER = ("OSC-PKG-007",)
GOOD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd()}),
    shipping_chart({}, None, images=()),
)
BAD: tuple[Example, ...] = (
    _unshipped(
        ("docker.io/library/nginx:1.27", "quay.io/demo/web:2.0"),
        f"image: {_TARGET}/nginx:1.27\nimage2: {_TARGET}/web:2.0\n",
    ).expecting(
        Expected(
            "OSC-PKG-008",
            "warning",
            "demo/images",
            message=Message(
                "%(count)s addresses lead to %(registry)s and no image is shipped:"
                " pulling fails unless they are there.",
                {"count": 2, "registry": "swr.cn-east-3.myhuaweicloud.com"},
            ),
            help=Message(
                "Save the images into the folder “images”, or make sure that"
                " %(registry)s has them under these addresses.",
                {"registry": "swr.cn-east-3.myhuaweicloud.com"},
            ),
            images=(
                "docker.io/library/nginx:1.27",
                "quay.io/demo/web:2.0",
            ),
        )
    ),
    _unshipped(
        (ETCD, "docker.io/library/nginx:1.27"),
        f"image: {ETCD}\nimage2: {_TARGET}/nginx:1.27\n",
    ).expecting(
        Expected(
            "OSC-PKG-008",
            "warning",
            "demo/images",
            message=Message(
                "One address leads to %(registry)s and no image is shipped: pulling"
                " fails unless it is there.",
                {"registry": "swr.cn-east-3.myhuaweicloud.com"},
            ),
            help=Message(
                "Save the images into the folder “images”, or make sure that"
                " %(registry)s has them under these addresses.",
                {"registry": "swr.cn-east-3.myhuaweicloud.com"},
            ),
            images=("docker.io/library/nginx:1.27",),
        )
    ),
    shipping_chart({}, None).expecting(
        Expected(
            "OSC-PKG-008",
            "info",
            "demo/images",
            message=("There are no image archives, so every image is pulled from outside."),
            help=(
                "Save the images into the folder “images”, or make sure that every"
                " cluster of a customer can pull them."
            ),
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """A package that pulls images and has no archive: what its addresses then rest on."""
    package = facts.package
    if package.top is None or list(bare_names(package)) or _has_another_folder(facts):
        return
    images = [
        (image, reference)
        for image in facts.trace.images
        if (reference := parsed(image.original)) is not None
    ]
    if not images:
        return
    place = Place(package.upload.address(f"{package.top}images"))
    redirected = [image for image, _reference in images if image.status is ImageStatus.REDIRECTED]
    if redirected:
        yield _nothing_there(redirected, policy, place)
    else:
        yield _pulled_from_outside(images, policy, place)


def _nothing_there(redirected: Sequence[TracedImage], policy: Policy, place: Place) -> Problem:
    """What is rewritten leads to a registry into which nothing of this package comes."""
    count = len({image.target for image in redirected})
    return Problem(
        _(
            "One address leads to %(registry)s and no image is shipped: pulling fails unless it is"
            " there.",
            registry=policy.registry,
        )
        if count == 1
        else _(
            "%(count)s addresses lead to %(registry)s and no image is shipped: pulling fails"
            " unless they are there.",
            count=count,
            registry=policy.registry,
        ),
        _(
            "Save the images into the folder “images”, or make sure that %(registry)s has them"
            " under these addresses.",
            registry=policy.registry,
        ),
        place,
        images=tuple(dict.fromkeys(image.original for image in redirected)),
        severity=Severity.WARNING,
    )


def _pulled_from_outside(
    images: Sequence[tuple[TracedImage, ImageReference]], policy: Policy, place: Place
) -> Problem:
    """Nothing is rewritten: a warning only where it is not known that everybody can pull it."""
    closed = dict.fromkeys(
        image.original
        for image, reference in images
        if image.status is not ImageStatus.EXTERNAL
        and not is_public(reference)
        and reference.registry != policy.registry
    )
    words = _("There are no image archives, so every image is pulled from outside.")
    if closed:
        words = _(
            "There are no image archives, and it is not known that everybody can pull %(images)s.",
            images=listed(closed),
        )
    return Problem(
        words,
        _(
            "Save the images into the folder “images”, or make sure that every cluster of a"
            " customer can pull them."
        ),
        place,
        images=tuple(closed),
        severity=Severity.WARNING if closed else None,
    )


def _has_another_folder(facts: Facts) -> bool:
    """Whether a folder was meant to be ``images``: then its name is what is wrong."""
    names = entries(facts.package.upload, facts.package.top or "")
    return any(name != "images" and name.lower().startswith("im") for name in names)
