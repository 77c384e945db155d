"""What a reviewer does with a package: look at it, claim it, return, reject or approve it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from ..actions import ActionDenied, StaleState, approving, reviewing
from ..forms import ApprovalForm, VerdictForm
from ..pipeline.core.messages import Message, _
from .changes import remembering
from .in_place import INCOMPLETE, denied_in_place, is_in_place, panel_in_place
from .review_answers import again, page_of, stale_page


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings, the diff, and what stands between here and the approval."""
    page = page_of(request, pk)
    if not page.is_examined:
        return redirect("submission", pk)
    return remembering(request, render(request, "review/page.html", page.context()))


@require_safe
def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Some findings of the page, for the place where they belong. Http404: there are none."""
    page = page_of(request, pk)
    found = page.piece_at(request.GET.get("at", "")) if page.is_examined else None
    if found is None:
        raise Http404
    context = page.controls_context() | {"piece": found}
    return render(request, "review/_piece.html", context)


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it for review."""
    return _claiming(request, pk, reviewing.claim)


@require_POST
def unclaim(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to the queue."""
    return _claiming(request, pk, reviewing.unclaim)


def _claiming(request: HttpRequest, pk: int, action: Callable[..., None]) -> HttpResponse:
    page = page_of(request, pk)
    try:
        action(by=page.request.user, submission=page.submission)
    except ActionDenied as denied:
        if is_in_place(request):
            return denied_in_place(request, denied)
        messages.error(request, denied.words.text(gettext))
        return redirect("review", pk)
    return panel_in_place(page_of(request, pk)) if is_in_place(request) else redirect("review", pk)


@require_POST
def return_to_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the package to the partner."""
    return _verdict(request, pk, VerdictForm(request.POST), reviewing.return_to_partner)


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject the package for good."""
    return _verdict(request, pk, VerdictForm(request.POST), reviewing.reject)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the package as it was seen."""
    return _verdict(request, pk, ApprovalForm(request.POST), approving.approve_next)


_DONE: dict[Callable[..., Any], Message] = {
    reviewing.return_to_partner: _("%(title)s was returned to the partner."),
    reviewing.reject: _("%(title)s was rejected."),
    approving.approve_next: _("%(title)s was approved. The release is being made and proven."),
}


_STAGE_DONE = _("The stage of %(title)s was approved. The next one waits for its reviewers.")


def _verdict(
    request: HttpRequest, pk: int, form: VerdictForm, action: Callable[..., Any]
) -> HttpResponse:
    page = page_of(request, pk)
    typed = {"comment": request.POST.get("comment", "")}
    if not form.is_valid():
        return again(page, "verdict", ActionDenied(INCOMPLETE), typed)
    try:
        done = action(by=page.request.user, submission=page.submission, **form.cleaned_data)
    except StaleState as stale:
        return stale_page(page, stale)
    except ActionDenied as denied:
        return again(page, "verdict", denied, typed)
    is_stage = action is approving.approve_next and done is None
    said = _STAGE_DONE if is_stage else _DONE[action]
    words = Message(said.template, {"title": page.submission.title})
    messages.success(request, words.text(gettext))
    return redirect("submission", pk)
