"""``images.lock.json``: every address of a release with the digests that it had in the registry."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .records import PublishedImage

SCHEMA = "osc-portal/images-lock/1"


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
    found: dict[str, list[PublishedImage]] = {}
    for image in images:
        found.setdefault(image.reference, []).append(image)
    whole = {
        "schema": SCHEMA,
        "package": {"service": service, "version": version, "sha256": sha256},
        "place": place,
        "read_at": read_at.isoformat(timespec="seconds"),
        "images": [_image(name, all_of) for name, all_of in found.items() if _is_image(all_of)],
        "charts": [_chart(all_of[0]) for all_of in found.values() if not _is_image(all_of)],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _is_image(all_of: list[PublishedImage]) -> bool:
    return bool(all_of[0].architecture)


def _image(reference: str, all_of: list[PublishedImage]) -> dict[str, Any]:
    return {
        "reference": reference,
        "digest": next((each.tag_digest for each in all_of if each.tag_digest), None),
        "architectures": [
            {
                "architecture": each.architecture,
                "outcome": each.outcome.value,
                "digest": each.digest or None,
                "size": each.size,
            }
            for each in sorted(all_of, key=lambda image: image.architecture)
        ],
    }


def _chart(chart: PublishedImage) -> dict[str, Any]:
    return {
        "reference": chart.reference,
        "outcome": chart.outcome.value,
        "digest": chart.digest or None,
        "size": chart.size,
    }
