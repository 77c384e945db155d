"""An image archive calls its image as the mapping does.

**What.** The names in the archive (the `RepoTags` of `docker save`) have the name and the tag that
`images/mapping.yaml` gives the image, or those that the package pulls. Where only the registry or
the folder differs, it is for information.

**Why.** The platform gives the image the name of the mapping whatever the archive calls it, so
another registry does no harm. Another name may be another image, and another tag another version:
`web:1.24` would be delivered as `web:1.25`.

**How to fix it.** Make sure that the archive holds what the package pulls.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...image_archives import ImageArchive
from ...manifests.references import ImageReference, is_public, parsed
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, image_archive, shipping_chart

ID = "OSC-IMG-014"
NAME = "archive-reference"
TITLE = _("An image archive calls its image otherwise")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": image_archive("quay.io/coreos/etcd:3.5.9")}).expecting(
        Expected(
            "OSC-IMG-014",
            "warning",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "%(name)s holds %(found)s, but is named for %(meant)s.",
                {
                    "name": "etcd-3-x86_64.tar",
                    "found": Listed(("quay.io/coreos/etcd:3.5.9",)),
                    "meant": "etcd:3",
                },
            ),
            help="Make sure that the archive holds the image that the package pulls.",
        )
    ),
    shipping_chart({"etcd-3-x86_64.tar": image_archive("redis:7")}).expecting(
        Expected(
            "OSC-IMG-014",
            "warning",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "%(name)s holds %(found)s, but is named for %(meant)s.",
                {"name": "etcd-3-x86_64.tar", "found": Listed(("redis:7",)), "meant": "etcd:3"},
            ),
            help="Make sure that the archive holds the image that the package pulls.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive that the mapping or a likely name leads to, with no fitting name in it."""
    coverage = facts.coverage
    if coverage is None:
        return
    seen: set[str] = set()
    for name, meant in _meant(coverage):
        archive = coverage.archive_called(name)
        if archive is None or archive.flaw is not None or name in seen:
            continue
        found = [each for text in _texts(archive) if (each := parsed(text)) is not None]
        if found and not any(_fits(each, meant) for each in found):
            seen.add(name)
            yield _problem(archive, meant, found)


def _fits(found: ImageReference, meant: ImageReference) -> bool:
    """Whether name and tag are those that are meant, and the path, where both are public."""
    if (found.name, found.tag or "latest") != (meant.name, meant.tag or "latest"):
        return False
    paths = {each.repository.removeprefix("library/") for each in (found, meant)}
    return len(paths) == 1 or not (is_public(found) and is_public(meant)) or "/" not in str(meant)


def _meant(coverage: ImageCoverage) -> Iterator[tuple[str, ImageReference]]:
    """The archives that are named, each with the name and tag that its image should have."""
    for entry in coverage.mapping.entries if coverage.mapping is not None else ():
        meant = parsed(f"{entry.image}:{entry.tag}")
        if meant is not None:
            yield from ((name, meant) for name in entry.archives.values())
    for supply in coverage.supplies:
        wanted = parsed(supply.original)
        if supply.is_likely and supply.archive is not None and wanted is not None:
            yield supply.archive, wanted


def _texts(archive: ImageArchive) -> Iterator[str]:
    yield from dict.fromkeys(name for image in archive.images for name in image.references)


def _problem(archive: ImageArchive, meant: ImageReference, found: list[ImageReference]) -> Problem:
    wanted = (meant.name, meant.tag or "latest")
    is_same = any((each.name, each.tag or "latest") == wanted for each in found)
    return Problem(
        _(
            "%(name)s holds %(found)s, but is named for %(meant)s.",
            name=archive.name,
            found=listed(_texts(archive)),
            meant=str(meant),
        ),
        _("Make sure that the archive holds the image that the package pulls."),
        Place(archive.address),
        severity=Severity.INFO if is_same else None,
    )
