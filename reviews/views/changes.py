"""The tab of changes, which partners and reviewers read alike, and how it is looked at."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .diff_page import diff_page
from .shortcuts import SignedInRequest
from .submission_page import SubmissionPage

_COOKIE = "diff"
_YEAR = 365 * 24 * 60 * 60


@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What the released package would have changed, file by file."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "changes")
    reading = is_side_by_side(request)
    review = None if page.revision.purged_at else page.review
    diff = diff_page(review, side_by_side=reading) if review else None
    context = page.context(
        diff=diff,
        side_by_side=reading,
        unfold="unfold" in request.GET,
        places=page.address("files"),
    )
    return remembering(request, render(request, "changes/page.html", context))


def is_side_by_side(request: HttpRequest) -> bool:
    """Whether both texts stand side by side: as the address asks for, else as last time."""
    return request.GET.get("view", request.COOKIES.get(_COOKIE, "")) != "unified"


def remembering(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, keeping the view that the address asks for for the next time."""
    view = request.GET.get("view")
    if view in {"split", "unified"}:
        response.set_cookie(
            _COOKIE, view, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response
