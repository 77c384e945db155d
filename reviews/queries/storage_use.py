"""How many bytes the portal keeps for each service."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..models import PublishedImage, Release, Revision, Service


def with_storage_use(services: QuerySet[Service]) -> QuerySet[Service]:
    """``services`` with ``original_bytes``, ``release_bytes`` and ``image_bytes``.

    Uploads that were removed do not count. Layers that services share count for each of them:
    the registry keeps them once.
    """
    originals = Revision.objects.filter(submission__service=OuterRef("pk"), purged_at__isnull=True)
    releases = Release.objects.filter(revision__submission__service=OuterRef("pk")).exclude(
        archive=""
    )
    images = PublishedImage.objects.filter(
        publication__release__revision__submission__service=OuterRef("pk"),
        publication__published_at__isnull=False,
    ).exclude(digest="")
    return services.annotate(
        original_bytes=_sum(originals, "submission__service"),
        release_bytes=_sum(releases, "revision__submission__service"),
        image_bytes=_sum(images, "publication__release__revision__submission__service"),
    )


def _sum(rows: QuerySet[Any], service: str) -> Coalesce:
    summed = rows.order_by().values(service).annotate(bytes=Sum("size")).values("bytes")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)
