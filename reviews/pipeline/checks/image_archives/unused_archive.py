"""Every image archive is needed.

**What.** No entry of `images/mapping.yaml` names the archive, and it holds no image that the
package pulls.

**Why.** It makes the upload longer and is pushed nowhere. Often it is an older version that was
left behind, or the mapping names another file than was meant.

**How to fix it.** Remove it, or name it in the entry of its image.
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
from ..examples.image_archives import etcd, image_archive, shipping_chart

ID = "OSC-IMG-011"
NAME = "unused-archive"
TITLE = _("Nothing needs an image archive")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart(
        {"etcd-3-x86_64.tar": etcd(), "redis-7-x86_64.tar": image_archive("redis:7")}
    ).expecting(
        Expected(
            "OSC-IMG-011",
            "warning",
            "demo/images/redis-7-x86_64.tar",
            message=Message(
                "%(name)s holds %(images)s, which nothing in the package pulls.",
                {"name": "redis-7-x86_64.tar", "images": Listed(("redis:7",))},
            ),
            help="Remove the archive, or name it in the entry of its image.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each readable archive that neither the mapping nor an image needs."""
    coverage = facts.coverage
    if coverage is None or not coverage.needed:
        return
    for archive in coverage.archives:
        if archive.flaw is None and archive.name not in coverage.used:
            yield Problem(
                _description(archive),
                _("Remove the archive, or name it in the entry of its image."),
                Place(archive.address),
            )


def _description(archive: ImageArchive) -> Message:
    held = dict.fromkeys(name for image in archive.images for name in image.references)
    if held:
        return _(
            "%(name)s holds %(images)s, which nothing in the package pulls.",
            name=archive.name,
            images=listed(held),
        )
    return _("No image that the package pulls is in %(name)s.", name=archive.name)
