"""A package without image archives is installed from the registries that its images come from.

**What.** The folder `images` is missing, or has no archives in it. A warning says that some images
come from a registry that is not known to be open to everybody.

**Why.** Images may be left out of a package where customers can pull them from outside. Then every
cluster needs a way there, and an image in a private registry fails on the day of the installation.

**How to fix it.** Save every image into `images`, once for each architecture, and add
`images/mapping.yaml`; the portal shows the commands to do it. Or make sure that customers can pull.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import bare_names
from ...manifests.references import is_public, parsed
from ...package.layout import entries
from ...tracing.model import ImageStatus
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

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
    """A package that pulls images and has no archive; with those that not everybody can pull."""
    package = facts.package
    if package.top is None or list(bare_names(package)) or _has_another_folder(facts):
        return
    images = [
        (image.original, reference)
        for image in facts.trace.images
        if image.status is not ImageStatus.EXTERNAL and (reference := parsed(image.original))
    ]
    if not images:
        return
    closed = [
        original
        for original, reference in images
        if not is_public(reference) and reference.registry != policy.registry
    ]
    words = _("There are no image archives, so every image is pulled from outside.")
    if closed:
        words = _(
            "There are no image archives, and it is not known that everybody can pull %(images)s.",
            images=listed(dict.fromkeys(closed)),
        )
    yield Problem(
        words,
        _(
            "Save the images into the folder “images”, or make sure that every cluster of a"
            " customer can pull them."
        ),
        Place(package.upload.address(f"{package.top}images")),
        images=tuple(dict.fromkeys(closed)),
        severity=Severity.WARNING if closed else None,
    )


def _has_another_folder(facts: Facts) -> bool:
    """Whether a folder was meant to be ``images``: then its name is what is wrong."""
    names = entries(facts.package.upload, facts.package.top or "")
    return any(name != "images" and name.lower().startswith("im") for name in names)
