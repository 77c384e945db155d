"""Answers to a script that keeps the page: only what a decision has changed.

Without a script, the same forms are answered by a whole page.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..actions import ActionDenied, StaleState
from ..pipeline.core.messages import Message, _
from ..queries.review import Unit
from .review_page import ReviewPage
from .review_sections import Section

INCOMPLETE = _("The form was not complete. Try once more.")
_NOTICES = "#toasts"
_UNPROCESSABLE = 422
_CONFLICT = 409


def is_in_place(request: HttpRequest) -> bool:
    """Whether a script sent the form, and puts the answer into the page."""
    return request.headers.get("HX-Request") == "true"


def denied_in_place(request: HttpRequest, denied: ActionDenied) -> HttpResponse:
    """Why it was not done, at the place that the form names."""
    is_stale = isinstance(denied, StaleState)
    context = {"words": denied.words, "is_stale": is_stale}
    return render(
        request, "review/_denied.html", context, status=_CONFLICT if is_stale else _UNPROCESSABLE
    )


def panel_in_place(page: ReviewPage) -> HttpResponse:
    """Who has claimed it, and what stands between here and the approval."""
    context = page.controls_context() | page.panel_context() | {"is_fragment": True}
    return render(page.request, "review/_panel.html", context)


def decided_in_place(
    page: ReviewPage, units: Collection[Unit], words: Message, batch: uuid.UUID | None
) -> HttpResponse:
    """What a decision about ``units`` changes on the page, and a way to undo it.

    One unit is drawn anew. Of several, the pieces they are in are named, so that the script asks
    for those which the page has. ``batch`` is None where there is nothing to undo.
    """
    keys = {each.key for each in units}
    touched = [each for each in page.sections if any(unit.key in keys for unit in each.units)]
    context = page.controls_context() | page.panel_context()
    context |= {
        "is_fragment": True,
        "place": page.place_of(next(iter(keys))) if len(keys) == 1 else None,
        "touched": touched,
        "words": words,
        "batch": batch,
    }
    answer = render(page.request, "review/_decided.html", context)
    if page.request.headers.get("HX-Target") != _NOTICES.removeprefix("#"):
        # A form names the place itself: its card may be drawn anew meanwhile, and finds no other.
        answer["HX-Retarget"], answer["HX-Reswap"] = _NOTICES, "innerHTML"
    answer["HX-Trigger-After-Settle"] = json.dumps({"decided": _detail(page, keys, touched)})
    return answer


def _detail(page: ReviewPage, keys: set[str], touched: Collection[Section]) -> dict[str, Any]:
    """What the script goes on with: the pieces to draw anew."""
    pieces = [
        piece
        for section in page.sections
        for piece in section.pieces
        if any(unit.is_mapping or (len(keys) > 1 and unit.key in keys) for unit in piece.units)
    ]
    return {"pieces": [each.name for each in pieces], "sections": [each.name for each in touched]}
