"""What a reviewer does on the review page: claim, decide, comment, return, reject, approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import ActionDenied, StaleState, reviewing
from ..forms import ApprovalForm, CommentForm, DecisionForm, VerdictForm
from ..pipeline.core.messages import Message, _
from ..states import FINDING_VERBS
from .changes import remembering
from .review_page import DeniedInput, ReviewPage
from .shortcuts import SignedInRequest

_CONFLICT = 409
_UNPROCESSABLE = 422
_INCOMPLETE = _("The form was not complete. Try once more.")


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings, the diff, and what stands between here and the approval."""
    page = _page(request, pk)
    if not page.is_examined:
        return redirect("submission", pk)
    return remembering(request, render(request, "review/page.html", page.context()))


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it for review."""
    return _claiming(request, pk, reviewing.claim)


@require_POST
def unclaim(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to the queue."""
    return _claiming(request, pk, reviewing.unclaim)


def _claiming(request: HttpRequest, pk: int, action: Callable[..., None]) -> HttpResponse:
    page = _page(request, pk)
    try:
        action(by=page.request.user, submission=page.submission)
    except ActionDenied as denied:
        messages.error(request, denied.words.text(gettext))
    return redirect("review", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one unit where it stands; several after a page that says how many and which."""
    page = _page(request, pk)
    overtaken = _overtaken(page) if request.method == "POST" else None
    if overtaken is not None:
        return _stale(page, overtaken)
    if not page.is_examined:
        return redirect("submission", pk)
    if request.method != "POST":
        return _ask(page)
    form = DecisionForm([each.key for each in page.review.units], request.POST)
    units = request.POST.getlist("units")
    if not form.is_valid():
        return _refuse(page, units, ActionDenied(_INCOMPLETE))
    clean = form.cleaned_data
    try:
        count = reviewing.decide(
            by=page.request.user,
            submission=page.submission,
            revision=clean["revision"],
            units=clean["units"],
            verb=clean["verb"],
            reason=clean["reason"],
            comment=clean["comment"],
        )
    except StaleState as stale:
        return _stale(page, stale)
    except ActionDenied as denied:
        return _refuse(page, units, denied)
    if len(units) > 1:
        messages.success(request, _done(clean["verb"], count))
    return _back(page, units)


def _ask(page: ReviewPage) -> HttpResponse:
    """The page before a decision about several units."""
    asked = page.request.GET
    verb = asked.get("verb", "")
    units = page.chosen(asked.getlist("units"), asked.get("group", ""))
    if verb not in FINDING_VERBS or not units:
        messages.warning(page.request, gettext("Choose a finding first."))
        return redirect("review", page.submission.pk)
    return render(page.request, "review/several.html", page.context(units=units, verb=verb))


def _refuse(page: ReviewPage, units: list[str], denied: ActionDenied) -> HttpResponse:
    typed = {name: page.request.POST.get(name, "") for name in ("verb", "reason", "comment")}
    if len(units) < 2:
        known = {each.key for each in page.review.units}
        return _again(page, units[0] if known.issuperset(units) and units else "", denied, typed)
    context = page.context(
        refused=DeniedInput("several", denied.words, denied.field, typed),
        units=page.chosen(units, ""),
        verb=typed["verb"],
    )
    return render(page.request, "review/several.html", context, status=_UNPROCESSABLE)


def _done(verb: str, count: int) -> str:
    words = {
        "approve": ngettext("%(count)s finding approved.", "%(count)s findings approved.", count),
        "reject": ngettext("%(count)s finding rejected.", "%(count)s findings rejected.", count),
        "undo": ngettext("%(count)s decision undone.", "%(count)s decisions undone.", count),
    }
    return words[verb] % {"count": count}


def _back(page: ReviewPage, units: list[str]) -> HttpResponseRedirect:
    """To where the decision was made, or on to the next one that is asked for."""
    page = ReviewPage(page.request, page.submission.pk)
    leads = {each.unit.key: each.decided.anchor for each in page.diff.leads}
    is_next = page.request.POST.get("then") == "next" or len(units) > 1
    anchor = page.after(units) if is_next else leads[units[0]]
    return HttpResponseRedirect(f"{reverse('review', args=[page.submission.pk])}#{anchor}")


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about a finding, or about the package."""
    page = _page(request, pk)
    form = CommentForm(request.POST)
    typed = {"text": request.POST.get("text", "")}
    if not form.is_valid() and not form.errors.keys() <= {"text"}:
        return _again(page, "", ActionDenied(_INCOMPLETE), typed)
    position = form.cleaned_data["position"]
    try:
        reviewing.comment(
            by=page.request.user,
            submission=page.submission,
            revision=form.cleaned_data["revision"],
            text=typed["text"],
            position=position,
        )
    except StaleState as stale:
        return _stale(page, stale)
    except ActionDenied as denied:
        where = "" if denied.field == "position" or position is None else f"say-f-{position}"
        return _again(page, where, denied, typed)
    anchor = "verdict" if position is None else f"f-{position}"
    return HttpResponseRedirect(f"{reverse('review', args=[pk])}#{anchor}")


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
    return _verdict(request, pk, ApprovalForm(request.POST), reviewing.approve)


_DONE: dict[Callable[..., Any], Message] = {
    reviewing.return_to_partner: _("%(title)s was given back to the partner."),
    reviewing.reject: _("%(title)s was rejected."),
    reviewing.approve: _("%(title)s was approved. The release is being made and proven."),
}


def _verdict(
    request: HttpRequest, pk: int, form: VerdictForm, action: Callable[..., Any]
) -> HttpResponse:
    page = _page(request, pk)
    typed = {"comment": request.POST.get("comment", "")}
    if not form.is_valid():
        return _again(page, "verdict", ActionDenied(_INCOMPLETE), typed)
    try:
        action(by=page.request.user, submission=page.submission, **form.cleaned_data)
    except StaleState as stale:
        return _stale(page, stale)
    except ActionDenied as denied:
        return _again(page, "verdict", denied, typed)
    words = Message(_DONE[action].template, {"title": page.submission.title})
    messages.success(request, words.text(gettext))
    return redirect("submission", pk)


def _page(request: HttpRequest, pk: int) -> ReviewPage:
    return ReviewPage(cast("SignedInRequest", request), pk)


def _again(
    page: ReviewPage, where: str, denied: ActionDenied, typed: dict[str, str]
) -> HttpResponse:
    """The page once more, with what was typed and why it was not done."""
    refused = DeniedInput(where, denied.words, denied.field, typed)
    if not page.is_examined:
        messages.error(page.request, denied.words.text(gettext))
        return redirect("submission", page.submission.pk)
    # What was read before the action may have changed since.
    page = ReviewPage(page.request, page.submission.pk)
    context = page.context(refused)
    return render(page.request, "review/page.html", context, status=_UNPROCESSABLE)


def _overtaken(page: ReviewPage) -> StaleState | None:
    """That the form is of an earlier revision, whose findings and units this one may not have."""
    seen = page.request.POST.get("revision", "")
    try:
        reviewing.current_revision(page.submission, int(seen) if seen.isdecimal() else 0)
    except StaleState as stale:
        return stale if seen.isdecimal() else None
    return None


def _stale(page: ReviewPage, stale: StaleState) -> HttpResponse:
    """What has happened since the reviewer looked."""
    page = ReviewPage(page.request, page.submission.pk)
    sent = page.request.POST
    context = {
        "page": page,
        "submission": page.submission,
        "revision": page.revision,
        "words": stale.words,
        "events": stale.events,
        "typed": sent.get("comment") or sent.get("text", ""),
    }
    return render(page.request, "review/stale_state.html", context, status=_CONFLICT)
