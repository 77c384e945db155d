"""The image of every instance version is shipped.

**What.** For each tag of `versionDefinition.tags` an archive in `images` holds the image of the
instance with that tag, unless an earlier release of the service has published it: it is in the
registry already. A suspended release does not count, and the command line knows of none. Where the
package ships no archives at all it is a warning. A package in the OSC format that is checked alone,
without the service package around it, cannot ship any, and is left.

**Why.** Customers upgrade their instances to any of these tags. The image of one that was never
shipped is not in the platform's registry: the upgrade begins, and the new pods cannot pull it.

**How to fix it.** Pull and save the image of the tag, or take the tag out of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...facts.supply import NeededImage
from ...image_archives.commands import pull_and_save
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import image_archive
from ..examples.osc_packages import osc_package, osc_service_package

ID = "PORTAL-030"
NAME = "instance-version-image"
TITLE = _("The image of an instance version is not shipped")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_OPERATOR = {
    "operator-x86_64.tar": image_archive(
        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-operator:1.0.0"
    )
}
_DEMO = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo"
_FIRST = {"demo-1.0.0-x86_64.tar": image_archive(f"{_DEMO}:1.0.0")}
_SECOND = {"demo-1.1.0-x86_64.tar": image_archive(f"{_DEMO}:1.1.0")}
GOOD: tuple[Example, ...] = (
    osc_service_package({**_OPERATOR, **_FIRST, **_SECOND}),
    replace(osc_service_package({}), before=osc_package().files),
    osc_package(),
)
BAD: tuple[Example, ...] = (
    osc_service_package({**_OPERATOR, **_FIRST}).expecting(
        Expected(
            "PORTAL-030",
            "error",
            "demo/package/demo-operator-1.0.0.zip!/demo/manifests/demo_csd.yaml:26:9",
            message=Message(
                "Instances can be upgraded to %(tags)s, and no archive in “images”"
                " holds %(images)s.",
                {
                    "tags": Listed(("1.1.0",)),
                    "images": Listed(
                        ("swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",)
                    ),
                },
            ),
            help=Message(
                "Run this in the folder “images” for each of them, or take the tag"
                " out of the list: %(command)s",
                {
                    "command": (
                        "docker pull --platform linux/amd64"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0 &&"
                        " docker save -o demo-1.1.0-x86_64.tar"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0"
                    )
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",
            images=("swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",),
        )
    ),
    osc_service_package({}).expecting(
        Expected(
            "PORTAL-030",
            "warning",
            "demo/package/demo-operator-1.0.0.zip!/demo/manifests/demo_csd.yaml:26:9",
            message=Message(
                "Instances can be upgraded to %(tags)s, and no image is shipped:"
                " the upgrade fails unless %(images)s are in the platform's"
                " registry already.",
                {
                    "tags": Listed(("1.1.0",)),
                    "images": Listed(
                        ("swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",)
                    ),
                },
            ),
            help=Message(
                "Run this in the folder “images” for each of them, or take the tag"
                " out of the list: %(command)s",
                {
                    "command": (
                        "docker pull --platform linux/amd64"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0 &&"
                        " docker save -o demo-1.1.0-x86_64.tar"
                        " swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0"
                    )
                },
            ),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",
            images=("swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each definition with a tag of which nothing is shipped."""
    coverage = facts.coverage
    if coverage is None or not facts.package.is_service_package:
        return
    lacking: dict[str, list[NeededImage]] = {}
    for image in coverage.missing:
        if image.instance_tag is not None:
            lacking.setdefault(image.sources[0].file, []).append(image)
    for images in lacking.values():
        yield _problem(coverage, images)


def _problem(coverage: ImageCoverage, images: Sequence[NeededImage]) -> Problem:
    source = images[0].sources[0]
    return Problem(
        _words(coverage, images),
        _(
            "Run this in the folder “images” for each of them, or take the tag out of the list:"
            " %(command)s",
            command=pull_and_save(images[0].original, coverage.declared[0]),
        ),
        Place(source.file, source.line, source.column),
        image=images[0].original,
        images=tuple(image.original for image in images),
        severity=None if coverage.archives else Severity.WARNING,
    )


def _words(coverage: ImageCoverage, images: Sequence[NeededImage]) -> Message:
    tags = listed(image.instance_tag or "" for image in images)
    originals = listed(image.original for image in images)
    if coverage.archives:
        return _(
            "Instances can be upgraded to %(tags)s, and no archive in “images” holds %(images)s.",
            tags=tags,
            images=originals,
        )
    return _(
        "Instances can be upgraded to %(tags)s, and no image is shipped: the upgrade fails unless"
        " %(images)s are in the platform's registry already.",
        tags=tags,
        images=originals,
    )
