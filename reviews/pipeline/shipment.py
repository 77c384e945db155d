"""What a package ships against what it needs: images, mapping entries and archives together.

Made of the first stage's results and the archives, so that the second stage renders nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from .package.archives import ImageArchive
from .proposed_mapping import WantedEntry
from .provenance.trace import Source, Status


@dataclass(frozen=True, slots=True)
class NeededImage:
    """An image that the package pulls, as tracing has told it; see ``TracedImage``."""

    original: str
    target: str | None
    status: Status
    sources: tuple[Source, ...]
    shown_by: tuple[str, ...]


@dataclass(frozen=True)
class Shipment:
    """``wanted`` are the mapping entries that tracing asks for, their archives not yet named."""

    needed: tuple[NeededImage, ...]
    wanted: tuple[WantedEntry, ...]
    archives: tuple[ImageArchive, ...]
