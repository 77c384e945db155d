"""What a publication writes down: the layers that repositories have, and each image's outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import F
from django.utils import timezone

from .. import registry
from ..models import Publication, PublishedBlob, PublishedImage
from ..models.publication import Outcome
from .lease import Lease


class StoredBlobs:
    """``registry.KnownBlobs`` in the records.

    An attempt that brings a layer which was not known does not count against the attempts.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._is_counted = True

    def find(self, registry_host: str, diff_id: str, /) -> Sequence[registry.PublishedBlob]:
        """The known layers of this content in any repository of the registry, newest first."""
        rows = PublishedBlob.objects.filter(registry=registry_host, diff_id=diff_id)
        return tuple(
            registry.PublishedBlob(
                registry=row.registry,
                repository=row.repository,
                diff_id=row.diff_id,
                digest=row.digest,
                size=row.size,
                compression=row.compression,
            )
            for row in rows.order_by("-at", "-pk")
        )

    def add(self, blob: registry.PublishedBlob) -> None:
        """Write down that the layer is there now."""
        _row, is_new = PublishedBlob.objects.update_or_create(
            registry=blob.registry,
            repository=blob.repository,
            diff_id=blob.diff_id,
            digest=blob.digest,
            defaults={
                "size": blob.size,
                "compression": blob.compression,
                "at": timezone.now(),
            },
        )
        if is_new and self._is_counted:
            self._is_counted = False
            self._lease.renew(attempts=F("attempts") - 1)


def write_image(publication: Publication, image: registry.PublishedImage) -> None:
    """Write down what is there. What this publication pushed in an earlier attempt stays pushed."""
    row = publication.images.filter(reference=image.reference, architecture=image.architecture)
    outcome = image.outcome.value
    if image.outcome is registry.Outcome.PRESENT and row.filter(outcome=Outcome.PUSHED).exists():
        outcome = Outcome.PUSHED.value
    PublishedImage.objects.update_or_create(
        publication=publication,
        reference=image.reference,
        architecture=image.architecture,
        defaults={
            "outcome": outcome,
            "digest": image.digest,
            "tag_digest": image.tag_digest,
            "size": image.size,
            "at": timezone.now(),
        },
    )


def settle_images(
    publication: Publication, found: Iterable[registry.PublishedImage]
) -> tuple[str, ...]:
    """Write down what was found at the end; the addresses that are missing."""
    found = tuple(found)
    for image in found:
        write_image(publication, image)
    return tuple(each.reference for each in found if each.outcome is registry.Outcome.MISSING)
