"""The review page once more, with what was typed, or what has happened since it was looked at."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from ..actions import ActionDenied, StaleState, UnreadMessages, conversing, reviewing
from .review_page import DeniedInput, ReviewPage
from .shortcuts import SignedInRequest

_CONFLICT = 409
UNPROCESSABLE = 422


def page_of(request: HttpRequest, pk: int) -> ReviewPage:
    """The page of a submission before a reviewer, who looks at it. Http404: see ReviewPage.

    Who sends a form of the page has looked at it before, and what they do is in the log.
    """
    page = ReviewPage(cast("SignedInRequest", request), pk)
    return page if request.method == "POST" else page.look()


def again(
    page: ReviewPage, where: str, denied: ActionDenied, typed: dict[str, str]
) -> HttpResponse:
    """The page once more, with what was typed and why it was not done."""
    refused = DeniedInput(where, denied.words, denied.field, typed)
    if not page.is_examined:
        messages.error(page.request, denied.words.text(gettext))
        return redirect("submission", page.submission.pk)
    # What was read before the action may have changed since.
    page = page.anew()
    context = page.context(refused)
    return render(page.request, "review/page.html", context, status=UNPROCESSABLE)


def overtaken(page: ReviewPage) -> StaleState | None:
    """That the form is of an earlier revision, whose findings and units this one may not have."""
    seen = page.request.POST.get("revision", "")
    try:
        reviewing.current_revision(page.submission, int(seen) if seen.isdecimal() else 0)
    except StaleState as stale:
        return stale if seen.isdecimal() else None
    return None


def stale_page(page: ReviewPage, stale: StaleState) -> HttpResponse:
    """What has happened since the reviewer looked."""
    page = page.anew()
    sent = page.request.POST
    context = {
        "page": page,
        "submission": page.submission,
        "revision": page.revision,
        "words": stale.words,
        "events": stale.events,
        "typed": sent.get("comment") or sent.get("text", ""),
    }
    response = render(page.request, "review/stale_state.html", context, status=_CONFLICT)
    if isinstance(stale, UnreadMessages):
        conversing.mark_read(
            by=page.request.user, submission=page.submission, comments=stale.messages
        )
    return response
