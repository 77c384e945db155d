"""The bill of materials of a release, in CycloneDX."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .records import PublishedImage


def bill_of_materials(
    *,
    service: str,
    version: str,
    sha256: str,
    released_at: datetime,
    images: Iterable[PublishedImage],
) -> bytes:
    """CycloneDX 1.6 in JSON: the package, its images by digest, its charts. The same in, the same out.

    ``sha256`` is that of the released package, ``released_at`` has a time zone.
    """
    raise NotImplementedError
