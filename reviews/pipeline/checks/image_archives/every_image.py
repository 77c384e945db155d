"""A package that ships images ships all of them.

**What.** There are archives in `images`, and an image that the package pulls is in none of them. An
image that is rendered only when a feature is switched on is a warning. Images that administrators
allow customers to pull from elsewhere need none, and those that a template names itself are
reported by another rule.

**Why.** The guide asks for every image that a deployment needs, also those of the services that
come along. The platform moves all addresses to its own registry; an image that was not shipped is
not there.

**How to fix it.** Pull and save the image; the finding gives the command for one architecture, and
the page of the images all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _, listed
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...facts.supply import NeededImage
from ...image_archives.commands import pull_and_save
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import OURS, etcd, image_archive, shipping_chart

ID = "OSC-IMG-010"
NAME = "every-image"
TITLE = _("An image that the package pulls is not shipped")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0010.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart(
        {"etcd-3-x86_64.tar": etcd()}, images=(f"{OURS}/etcd:3", f"{OURS}/agent:1")
    ).expecting(
        Expected(
            "OSC-IMG-010",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:2:9",
            message=Message(
                "No archive in “images” holds %(image)s.",
                {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/agent:1"},
            ),
            help=Message(
                "Run this in the folder “images”: %(command)s",
                {
                    "command": (
                        "docker pull --platform linux/amd64"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/agent:1 && docker"
                        " save -o agent-1-x86_64.tar"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/agent:1"
                    )
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/agent:1",
        )
    ),
    shipping_chart({"redis-7-x86_64.tar": image_archive("redis:7")}).expecting(
        Expected(
            "OSC-IMG-010",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:1:8",
            message=Message(
                "No archive in “images” holds %(image)s.",
                {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3"},
            ),
            help=Message(
                "Run this in the folder “images”: %(command)s",
                {
                    "command": (
                        "docker pull --platform linux/amd64"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3 && docker"
                        " save -o etcd-3-x86_64.tar"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3"
                    )
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each image without any archive; one finding where no image has one."""
    coverage = facts.coverage
    if coverage is None or not coverage.archives:
        return
    lacking = [image for image in coverage.missing if image.instance_tag is None]
    if len(lacking) > 1 and not any(each.archive for each in coverage.supplies):
        yield _of_all(facts, coverage, lacking)
    else:
        yield from (_of_one(coverage, image) for image in lacking)


def _of_one(coverage: ImageCoverage, image: NeededImage) -> Problem:
    source = next(iter(image.sources), None)
    return Problem(
        _("No archive in “images” holds %(image)s.", image=image.original),
        _(
            "Run this in the folder “images”: %(command)s",
            command=pull_and_save(image.original, coverage.declared[0]),
        ),
        Place(source.file, source.line, source.column) if source else Place(),
        image=image.original,
        severity=Severity.WARNING if image.shown_by else None,
    )


def _of_all(facts: Facts, coverage: ImageCoverage, images: Sequence[NeededImage]) -> Problem:
    package = facts.package
    return Problem(
        _(
            "None of the %(count)s images that the package pulls is in an archive: %(images)s.",
            count=len(images),
            images=listed(image.original for image in images),
        ),
        _(
            "Run a line like this in the folder “images” for each of them: %(command)s",
            command=pull_and_save(images[0].original, coverage.declared[0]),
        ),
        Place(package.upload.address(f"{package.top}images")),
        images=tuple(image.original for image in images),
    )
