"""``images.lock.json``: every address of a release with the digests that it had in the registry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .records import PublishedImage


def images_lock(
    *,
    service: str,
    version: str,
    sha256: str,
    place: str,
    read_at: datetime,
    images: Iterable[PublishedImage],
) -> bytes:
    """The file's bytes (UTF-8 JSON): the same in, the same out.

    ``sha256`` is that of the released package, ``place`` the registry (``host[:port]``) or
    "layout", ``read_at`` (with a time zone) when ``images`` were read back.
    """
    raise NotImplementedError
