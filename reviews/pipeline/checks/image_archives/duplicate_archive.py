"""No image is shipped twice.

**What.** No two archives hold the same images.

**Why.** It does no harm beyond a longer upload. But mostly one of them was meant to be something
else: another architecture, or the version that was replaced.

**How to fix it.** Remove the redundant one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives import ImageArchive
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-013"
NAME = "duplicate-archive"
TITLE = _("Two image archives hold the same")
SEVERITY = Severity.INFO
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd(), "again-x86_64.tar": etcd()}).expecting(
        Expected(
            "OSC-IMG-013",
            "info",
            "demo/images/again-x86_64.tar",
            message=Message(
                "These hold the same images: %(names)s.",
                {
                    "names": Listed(
                        (
                            "etcd-3-x86_64.tar",
                            "again-x86_64.tar",
                        )
                    )
                },
            ),
            help="Keep one of them, or save again what the other was meant to be.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each set of archives with the same images, at the second of them."""
    alike: dict[object, list[ImageArchive]] = {}
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        if archive.flaw is None:
            held = frozenset(image.config for image in archive.images)
            alike.setdefault(held or archive.sha256, []).append(archive)
    for archives in alike.values():
        if len(archives) > 1:
            yield Problem(
                _("These hold the same images: %(names)s.", names=listed(a.name for a in archives)),
                _("Keep one of them, or save again what the other was meant to be."),
                Place(archives[1].address),
            )
