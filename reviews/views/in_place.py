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
from django.utils.safestring import SafeString, mark_safe

from ..actions import ActionDenied, StaleState
from ..pipeline.core.messages import Message, _
from ..queries.review import Unit
from .diff_page import FindingHere
from .review_heads import section_row
from .review_page import ReviewPage
from .review_rows import list_rows
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
    place = page.place_of(next(iter(keys))) if len(keys) == 1 else None
    context = page.controls_context() | page.panel_context()
    context |= {
        "is_fragment": True,
        "place": place,
        "heads": _heads(page, touched),
        "rows": _rows(touched, place),
        "words": words,
        "batch": batch,
    }
    answer = render(page.request, "review/_decided.html", context)
    if page.request.headers.get("HX-Target") != _NOTICES.removeprefix("#"):
        # A form names the place itself: its card may be drawn anew meanwhile, and finds no other.
        answer["HX-Retarget"], answer["HX-Reswap"] = _NOTICES, "innerHTML"
    answer["HX-Trigger-After-Settle"] = json.dumps({"decided": _detail(page, keys, touched)})
    return answer


def _heads(page: ReviewPage, touched: Collection[Section]) -> SafeString:
    """The heads of those sections that have one, and what the list says of each."""
    drawn = (
        html
        for each in touched
        if each.is_many
        for html in (
            page.heads.html(each, is_fragment=True),
            section_row(each, is_fragment=True),
        )
    )
    return mark_safe("\n".join(drawn))  # noqa: S308 - both are drawn as HTML


def _rows(touched: Collection[Section], place: FindingHere | None) -> SafeString:
    """The rows of the list that were changed: that of ``place``, or else all that are listed."""
    rows = (
        list_rows(
            (place,) if place and (section.is_one or section.listed) else section.listed,
            is_nested=section.is_many,
            is_fragment=True,
        )
        for section in touched
    )
    return mark_safe("\n".join(rows))  # noqa: S308 - rows are drawn as HTML


def _detail(page: ReviewPage, keys: set[str], touched: Collection[Section]) -> dict[str, Any]:
    """What the script goes on with: the pieces to draw anew."""
    pieces = [
        piece
        for section in page.sections
        for piece in section.pieces
        if any(unit.is_mapping or (len(keys) > 1 and unit.key in keys) for unit in piece.units)
    ]
    return {"pieces": [each.name for each in pieces], "sections": [each.name for each in touched]}
