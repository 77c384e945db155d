"""The tab of changes, which partners and reviewers read alike, and how it is looked at."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..forms import LinesForm
from ..templatetags.folds import Fold
from .diff_drawing import Lines, draw_lines
from .diff_page import Reading, diff_page
from .shortcuts import SignedInRequest
from .submission_page import SubmissionPage

_COOKIE = "diff"
_MOST_UNFOLDED = 5000  # lines at once: more of them would stop a browser
_YEAR = 365 * 24 * 60 * 60


@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What the released package would have changed, file by file."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "changes")
    reading = reading_of(request)
    review = None if page.revision.purged_at else page.review
    context = page.context(
        diff=diff_page(review, reading, page.threads) if review else None,
        says_at=page.address("conversation") if page.is_current else "",
        side_by_side=reading.side_by_side,
        unfold=reading.is_whole,
        places=page.address("files"),
        lines_at=page.address("lines"),
        **tabs_of_changes(page),
    )
    return remembering(request, render(request, "changes/page.html", context))


def tabs_of_changes(page: SubmissionPage) -> dict[str, str]:
    """The addresses of both ways to see what changes: in files, and in rendered manifests."""
    return {"changes_tab": page.address("changes"), "rendered_tab": page.address("rendered")}


@require_safe
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Unchanged lines of a file, for the place where somebody unfolds them.

    ``file`` is its address, ``first`` to ``last`` are the lines before, of which ``from`` to
    ``to`` are asked; ``shift`` more is their number after. Http404: there are none.
    """
    page = SubmissionPage(cast("SignedInRequest", request), pk, "changes")
    form = LinesForm(request.GET)
    if not form.is_valid() or page.revision.purged_at:
        raise Http404
    asked = form.cleaned_data
    fold = Fold(asked["from"], min(asked["to"], asked["from"] + _MOST_UNFOLDED), asked["shift"])
    whole = Fold(asked["first"], asked["last"], asked["shift"])
    reading = reading_of(request)
    rows = draw_lines(
        Lines(
            page.revision.original,
            asked["file"],
            page.revision.held_to.limits,
            fold,
            side_by_side=reading.side_by_side,
            suffix=asked["suffix"],
        )
    )
    if rows is None:
        raise Http404
    context = {
        "rows": rows,
        "side_by_side": reading.side_by_side,
        "folds": _rest(whole, fold),
        "file": asked["file"],
        "places": page.address("files"),
    }
    return render(request, "changes/_lines.html", context)


def _rest(whole: Fold, shown: Fold) -> tuple[Fold | None, Fold | None]:
    """What stays folded above and below the lines that are shown."""
    above = Fold(whole.first, shown.first - 1, whole.shift)
    below = Fold(shown.last + 1, whole.last, whole.shift)
    return (
        above if above.first <= above.last else None,
        below if below.first <= below.last else None,
    )


def reading_of(request: HttpRequest) -> Reading:
    """How the reader wants to see changes: as the address asks for, else as last time."""
    return Reading(is_side_by_side(request), is_whole="unfold" in request.GET)


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
