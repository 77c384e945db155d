"""What is kept beside a published release: its lock file, its bill of materials, signatures."""

from __future__ import annotations

from datetime import datetime

from .. import registry, storage
from ..models import Place, Publication, PublishedImage
from ..publish_targets import Destination


def keep_documents(
    publication: Publication, destination: Destination, read_at: datetime
) -> dict[str, str]:
    """Store both documents; their names in the store, by the fields of the publication."""
    if destination.target is None:
        return {}
    release = publication.release
    submission = release.revision.submission
    facts = {
        "service": submission.service.name,
        "version": submission.version,
        "sha256": release.sha256,
    }
    images = [_plain(each) for each in publication.images.all()]
    place = destination.registry or Place.LAYOUT.value
    lock = registry.images_lock(**facts, place=place, read_at=read_at, images=images)
    bill = registry.bill_of_materials(**facts, released_at=read_at, images=images)
    charts = [each.reference for each in images if not each.architecture and each.digest]
    return {
        "lock": storage.keep([lock], "locks", suffix=".json").name,
        "bill": storage.keep([bill], "bills", suffix=".json").name,
        "chart": charts[0] if charts else "",
    }


def _plain(row: PublishedImage) -> registry.PublishedImage:
    return registry.PublishedImage(
        reference=row.reference,
        architecture=row.architecture,
        outcome=registry.Outcome(row.outcome),
        digest=row.digest,
        tag_digest=row.tag_digest,
        size=row.size,
    )


def sign_images(
    destination: Destination,
    target: registry.Target | registry.LayoutTarget,
    found: tuple[registry.PublishedImage, ...],
) -> None:
    """Sign what was found, where the platform has a key and the target takes signatures."""
    key = destination.key
    if key is not None:
        registry.sign(target, found, key)
