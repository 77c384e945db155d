"""Where the images of a release really are: said before all else once it is out."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Place, Revision
from ..queries.publications import ReleaseState
from .report_summary import place_of


@dataclass(frozen=True, slots=True)
class PlaceNotice:
    """``words`` say where the images are; ``tone`` is a success only where that was read there."""

    tone: str
    sign: str
    words: str


def release_notice(revision: Revision, state: ReleaseState | None) -> PlaceNotice | None:
    """The notice on the page of ``revision``; None where it is not out."""
    if state is None:
        return None
    publication = state.publication
    if publication is not None and publication.published_at is None:
        return None
    words = place_of(state, revision.held_to.registry)
    is_read = publication is not None and publication.place == Place.REGISTRY
    if is_read and state.stored and not state.missing:
        return PlaceNotice("success", "success", words)
    return PlaceNotice("warning", "warning", words)
