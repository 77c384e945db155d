"""Every file in `images` holds container images.

**What.** Every file in `images` beside `mapping.yaml` is what `docker save` writes, or an OCI image
layout in a tar, with all that it lists: the list of images, their configurations, their layers.

**Why.** The platform loads each archive and pushes its image. From anything else it takes none.

**How to fix it.** Save the image again: `docker save -o etcd-3-x86_64.tar etcd:3`. Remove files
that are no image archives.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives import Flaw
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-004"
NAME = "image-archive"
TITLE = _("A file in “images” holds no usable image")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": "the image of etcd\n" * 100}).expecting(
        Expected(
            "OSC-IMG-004",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=(
                "It is no tar. Put a tar in its place that “docker save” or “skopeo"
                " copy” writes, or remove it from images/."
            ),
            help="Save the image again with “docker save -o”, or remove the file.",
        )
    ),
    shipping_chart({"etcd-3-x86_64.tar": {"README.md": "No image here.\n"}}).expecting(
        Expected(
            "OSC-IMG-004",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=(
                "It is a tar but no image archive: it has neither manifest.json nor"
                " index.json. Save the image with “docker save” or “skopeo copy”."
            ),
            help="Save the image again with “docker save -o”, or remove the file.",
        )
    ),
    shipping_chart({"etcd-3-x86_64.tar": {"manifest.json": etcd()["manifest.json"]}}).expecting(
        Expected(
            "OSC-IMG-004",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "It lists “%(name)s”, which is not in it. Pull the image"
                " completely, for one platform, and save it again.",
                {"name": ("78cd6ac766e8e841e280647ba10121dfc0a4d814477a6c34d936a6791f3f5f66.json")},
            ),
            help="Save the image again with “docker save -o”, or remove the file.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive that is none, or not whole; ``plain_tar`` reports other compressions."""
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        if archive.flaw is Flaw.INCOMPLETE or (
            archive.flaw is Flaw.FOREIGN and archive.compression is None
        ):
            yield Problem(
                archive.words or _("%(name)s is not an image archive.", name=archive.name),
                _("Save the image again with “docker save -o”, or remove the file."),
                Place(archive.address),
            )
