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
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...image_archives import ImageArchive
from ...manifests.references import parsed
from ...package.csd import Csd
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
    shipping_chart({"etcd-4-x86_64.tar": image_archive("quay.io/coreos/etcd:4")}, None).expecting(
        Expected(
            "OSC-IMG-011",
            "warning",
            "demo/images/etcd-4-x86_64.tar",
            message=Message(
                "%(name)s holds %(images)s, but the package pulls %(meant)s.",
                {
                    "name": "etcd-4-x86_64.tar",
                    "images": Listed(("quay.io/coreos/etcd:4",)),
                    "meant": Listed(("swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3",)),
                },
            ),
            help="Remove the archive, or name it in the entry of its image.",
        )
    ),
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
                _description(archive, coverage),
                _("Remove the archive, or name it in the entry of its image."),
                Place(archive.address),
            )


def _is_without_sample(facts: Facts) -> bool:
    """Whether a sample of an operator's instances is missing, which another rule asks for."""
    csvs = facts.operator.csvs if facts.operator is not None else ()
    return any(csv.at(ALM_EXAMPLES) in (None, "", []) for csv in csvs)


def _is_in_unread_sample(facts: Facts, archive: ImageArchive) -> bool:
    """Whether a sample instance that is no JSON, another rule's finding, names its image.

    Also one of the tags to which such instances can be moved.
    """
    csds = facts.osc.csds if facts.osc is not None else ()
    unread = [csd for csd in csds if isinstance(csd.configuration, JsonBroken)]
    names = [name for image in archive.images for name in image.references]
    return any(_is_named_in(csd, name) for csd in unread for name in names)


def _is_named_in(csd: Csd, name: str) -> bool:
    text, definition = csd.text("spec", "defaultConfiguration"), csd.version_definition
    repository, _colon, tag = name.rpartition(":")
    is_version = definition is not None and tag in definition.tags
    return name in text or (is_version and f"{repository}:" in text)


def _meant(archive: ImageArchive, coverage: ImageCoverage) -> Iterator[str]:
    """The images without an archive that are called like one in ``archive``, with another tag."""
    held = [parsed(name) for image in archive.images for name in image.references]
    names = {each.name for each in held if each is not None}
    for image in coverage.missing:
        if image.reference is not None and image.reference.name in names:
            yield image.original


def _description(archive: ImageArchive, coverage: ImageCoverage) -> Message:
    held = dict.fromkeys(name for image in archive.images for name in image.references)
    meant = tuple(_meant(archive, coverage))
    if held and meant:
        return _(
            "%(name)s holds %(images)s, but the package pulls %(meant)s.",
            name=archive.name,
            images=listed(held),
            meant=listed(meant),
        )
    if held:
        return _(
            "%(name)s holds %(images)s, which nothing in the package pulls.",
            name=archive.name,
            images=listed(held),
        )
    return _("No image that the package pulls is in %(name)s.", name=archive.name)
