"""Every image is shipped for each architecture that the package promises.

**What.** For each architecture of the annotation `architecture` (`x86_64` where it says nothing)
every image of the package has an archive in `images`. An image that is rendered only when a feature
is switched on is a warning.

**Why.** On a cluster of the architecture that is missing, the containers do not start. The platform
asks for the image of each architecture by itself, and joins them.

**How to fix it.** Pull and save the image for the architecture; the finding gives the command, and
the page of the images all of them. Or promise fewer architectures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...facts.supply import NeededImage
from ...image_archives.commands import pull_and_save
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-008"
NAME = "every-architecture"
TITLE = _("An image is not shipped for an architecture that the package promises")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0006.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd()}, architecture="x86_64,aarch64").expecting(
        Expected(
            "OSC-IMG-008",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:1:8",
            message=Message(
                "%(image)s has no archive for %(architecture)s; there is %(there)s.",
                {
                    "image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
                    "architecture": "aarch64",
                    "there": Listed(("etcd-3-x86_64.tar",)),
                },
            ),
            help=Message(
                "Run this in the folder “images”, or promise fewer architectures: %(command)s",
                {
                    "command": (
                        "docker pull --platform linux/arm64"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3 && docker"
                        " save -o etcd-3-aarch64.tar"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3"
                    )
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each image and architecture; one finding where an architecture is missing altogether."""
    coverage = facts.coverage
    if coverage is None or not coverage.archives:
        return
    for architecture in coverage.declared:
        lacking = coverage.partly_missing(architecture)
        if len(lacking) > 1 and not coverage.ships(architecture):
            yield _of_all(facts, architecture, lacking)
        else:
            yield from (_of_one(coverage, each, architecture) for each in lacking)


def _of_one(coverage: ImageCoverage, image: NeededImage, architecture: str) -> Problem:
    there = listed(coverage.archives_of(image.original).values())
    source = next(iter(image.sources), None)
    return Problem(
        _(
            "%(image)s has no archive for %(architecture)s; there is %(there)s.",
            image=image.original,
            architecture=architecture,
            there=there,
        )
        if there
        else _(
            "%(image)s has no archive for %(architecture)s, and none that can be used.",
            image=image.original,
            architecture=architecture,
        ),
        _(
            "Run this in the folder “images”, or promise fewer architectures: %(command)s",
            command=pull_and_save(image.original, architecture),
        ),
        Place(source.file, source.line, source.column) if source else Place(),
        image=image.original,
        severity=Severity.WARNING if image.shown_by and image.instance_tag is None else None,
    )


def _of_all(facts: Facts, architecture: str, images: Sequence[NeededImage]) -> Problem:
    place = next((each.place("architecture") for each in facts.annotations), Place())
    return Problem(
        _(
            "The package promises %(architecture)s, but ships no archive for it. These images need"
            " one: %(images)s.",
            architecture=architecture,
            images=listed(image.original for image in images),
        ),
        _(
            "Promise fewer architectures, or run a line like this in the folder “images” for each"
            " of them: %(command)s",
            command=pull_and_save(images[0].original, architecture),
        ),
        place,
        images=tuple(image.original for image in images),
        severity=Severity.WARNING if all(image.shown_by for image in images) else None,
    )
