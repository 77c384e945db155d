"""The tab of changes, seen in the rendered manifests: each resource before and after the edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .. import storage
from ..models import Revision, rendered_manifests_of
from ..pipeline import MOST_DIFF_LINES, RenderedDocument
from .changes import is_side_by_side, remembering, tabs_of_changes
from .diff_drawing import DrawnFile, Look, draw_texts
from .shortcuts import SignedInRequest
from .submission_page import SubmissionPage

_LEAST_LINES = 200  # of a resource that are drawn even where the page is full


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """A resource and what differs in it; ``anchor`` is its permanent place on the page."""

    document: RenderedDocument
    drawn: DrawnFile
    anchor: str


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """All resources that differ; ``left_out`` more were not kept."""

    documents: Sequence[DrawnDocument]
    left_out: int


@require_safe
def rendered(request: HttpRequest, pk: int) -> HttpResponse:
    """What the proposed edits change of what the chart renders."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "changes")
    side_by_side = is_side_by_side(request)
    context = page.context(
        rendered=_rendered(page.revision, side_by_side=side_by_side),
        side_by_side=side_by_side,
        places=page.address("files"),
        **tabs_of_changes(page),
    )
    return remembering(request, render(request, "changes/rendered.html", context))


def _rendered(revision: Revision, *, side_by_side: bool) -> RenderedPage | None:
    """None where nothing was stored: no chart was rendered, or it was examined long ago."""
    stored = rendered_manifests_of(revision)
    if stored is None:
        return None
    return _drawn(stored.stored, side_by_side, get_language() or "")


@lru_cache(maxsize=4)
def _drawn(name: str, side_by_side: bool, _language: str) -> RenderedPage:
    changes = storage.read_rendered(name)
    room, drawn = MOST_DIFF_LINES, []
    for number, each in enumerate(changes.documents, 1):
        look = Look("manifest.yaml", side_by_side=side_by_side, suffix=f"-{number}")
        before, after = each.before.encode(), each.after.encode()
        found = draw_texts(look, before, after, max(room, _LEAST_LINES))
        room = max(room - found.lines, 0)
        drawn.append(DrawnDocument(each, found, f"manifest-{number}"))
    return RenderedPage(tuple(drawn), changes.left_out)
