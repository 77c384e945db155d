"""Every image archive is needed.

**What.** No entry of `images/mapping.yaml` names the archive, and it holds no image that the
package pulls. Of an operator without `alm-examples` it is not known which images its instances
pull, so that nothing is reported.

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
from ...package.operator import ALM_EXAMPLES
from ...yaml.embedded_json import JsonBroken
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
    if coverage is None or not coverage.needed or _is_without_sample(facts):
        return
    for archive in coverage.archives:
        is_used = archive.name in coverage.used or _is_in_unread_sample(facts, archive)
        if archive.flaw is None and not is_used:
            yield Problem(
                _description(archive),
                _("Remove the archive, or name it in the entry of its image."),
                Place(archive.address),
            )


def _is_without_sample(facts: Facts) -> bool:
    """Whether a sample of an operator's instances is missing, which another rule asks for."""
    csvs = facts.operator.csvs if facts.operator is not None else ()
    return any(csv.at(ALM_EXAMPLES) in (None, "", []) for csv in csvs)


def _is_in_unread_sample(facts: Facts, archive: ImageArchive) -> bool:
    """Whether a sample instance that is no JSON, another rule's finding, names its image."""
    texts = [
        csd.text("spec", "defaultConfiguration")
        for csd in (facts.osc.csds if facts.osc is not None else ())
        if isinstance(csd.configuration, JsonBroken)
    ]
    names = [name for image in archive.images for name in image.references]
    return any(name in text for text in texts for name in names)


def _description(archive: ImageArchive) -> Message:
    held = dict.fromkeys(name for image in archive.images for name in image.references)
    if held:
        return _(
            "%(name)s holds %(images)s, which nothing in the package pulls.",
            name=archive.name,
            images=listed(held),
        )
    return _("No image that the package pulls is in %(name)s.", name=archive.name)
