"""What a reviewer does with findings: decide one or several, comment, undo.

Every form works without a script, which is answered by a page; with one, the answer is only what
has changed (see ``in_place``).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from ..actions import ActionDenied, StaleState, conversing, reviewing
from ..forms import CommentForm, DecisionForm
from ..models import TextUse
from ..pipeline.core.messages import _
from ..states import FINDING_VERBS
from .decision_words import done
from .in_place import INCOMPLETE, decided_in_place, denied_in_place, is_in_place
from .insertable_texts import insertable, with_text
from .review_answers import UNPROCESSABLE, again, overtaken, page_of, stale_page
from .review_page import DeniedInput, ReviewPage

VERDICT_TEXTS = (TextUse.RETURN, TextUse.REJECT)
_NOTHING = _("Choose a finding first.")


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide units, the undecided ones of sections, or what was decided in one go before."""
    page = page_of(request, pk)
    stale = overtaken(page)
    if stale is not None:
        return _denied(page, [], stale)
    if not page.is_examined:
        return redirect("submission", pk)
    form = DecisionForm(page.units_known, request.POST)
    units = _units(page, form) if form.is_valid() else []
    if not units:
        return _denied(page, request.POST.getlist("units"), ActionDenied(INCOMPLETE))
    clean, batch = form.cleaned_data, uuid.uuid4()
    try:
        reviewing.decide(
            by=page.request.user,
            submission=page.submission,
            revision=clean["revision"],
            units=units,
            verb=clean["verb"],
            reason=clean["reason"],
            comment=clean["comment"],
            batch=batch,
            acceptance=clean["accepted"],
        )
    except ActionDenied as denied:
        return _denied(page, units, denied)
    return _decided(page.with_decisions(), units, clean["verb"], batch)


def _units(page: ReviewPage, form: DecisionForm) -> list[str]:
    """The keys of what is to be decided; the whole page is read only where somebody says "all"."""
    named, batch = form.cleaned_data["units"], form.cleaned_data["batch"]
    sections = page.request.POST.getlist("sections")
    if not sections and not batch:
        return list(dict.fromkeys(named))
    return [each.key for each in page.chosen(named, sections, batch)]


def _decided(page: ReviewPage, units: Sequence[str], verb: str, batch: uuid.UUID) -> HttpResponse:
    chosen = page.chosen(units, ())
    words = done(verb, chosen)
    if is_in_place(page.request):
        return decided_in_place(page, chosen, words, None if verb == "undo" else batch)
    if len(units) > 1:
        messages.success(page.request, words.text(gettext))
    is_next = page.request.POST.get("then") == "next" or len(units) > 1
    anchor = page.after(units) if is_next else page.anchor_of(units[0])
    return HttpResponseRedirect(page.address_of(anchor))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The page before a decision that asks for words, or about several units: how many, which."""
    page = page_of(request, pk)
    stale = overtaken(page) if request.method == "POST" else None
    if stale is not None:
        return stale_page(page, stale)
    if request.method != "POST" or not page.is_examined:
        return redirect("review", pk)
    verb = request.POST.get("verb", "")
    units = page.chosen(request.POST.getlist("units"), request.POST.getlist("sections"))
    if verb not in {*FINDING_VERBS, "comment"} or not units:
        messages.warning(request, gettext("Choose a finding first."))
        return redirect("review", pk)
    if verb == "comment":
        here = page.place_of(units[0].key)
        return render(request, "review/say.html", page.context(here=here))
    return render(request, "review/several.html", page.context(units=units, verb=verb))


def _denied(page: ReviewPage, units: list[str], denied: ActionDenied) -> HttpResponse:
    if is_in_place(page.request):
        return denied_in_place(page.request, denied)
    if isinstance(denied, StaleState):
        return stale_page(page, denied)
    typed = {name: page.request.POST.get(name, "") for name in ("verb", "reason", "comment")}
    chosen = page.chosen(units, ())
    asks = typed["verb"] in FINDING_VERBS and (len(units) > 1 or typed["verb"] == "reject")
    if not (asks and chosen):
        return again(page, chosen[0].key if chosen else "", denied, typed)
    context = page.context(
        refused=DeniedInput("several", denied.words, denied.field, typed),
        units=chosen,
        verb=typed["verb"],
    )
    return render(page.request, "review/several.html", context, status=UNPROCESSABLE)


@require_POST
def insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a text into what is being written, where no script does it: the page comes back."""
    page = page_of(request, pk)
    if not page.is_examined:
        return redirect("submission", pk)
    is_comment = "text" in request.POST
    name, uses = ("text", [TextUse.COMMENT]) if is_comment else ("comment", VERDICT_TEXTS)
    texts = insertable(page.revision, *uses)
    typed = {
        name: with_text(request.POST.get(name, ""), request.POST.get("canned", ""), texts),
        "is_internal": request.POST.get("is_internal", ""),
    }
    given = request.POST.get("position", "")
    position = int(given) if given.isdecimal() and len(given) < 7 else None
    unit = page.unit_at(position) if is_comment else None
    if unit is None:
        context = page.context(DeniedInput("verdict", None, None, typed))
        return render(request, "review/page.html", context)
    refused = DeniedInput("say", None, None, typed)
    return render(request, "review/say.html", page.context(refused, here=page.place_of(unit.key)))


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about a finding, or about the package."""
    page = page_of(request, pk)
    form = CommentForm(request.POST)
    typed = {name: request.POST.get(name, "") for name in ("text", "is_internal")}
    if not form.is_valid() and not form.errors.keys() <= {"text"}:
        return _unsaid(page, None, ActionDenied(INCOMPLETE), typed)
    position = form.cleaned_data["position"]
    try:
        conversing.comment(
            by=page.request.user,
            submission=page.submission,
            revision=form.cleaned_data["revision"],
            text=typed["text"],
            position=position,
            is_internal="is_internal" in request.POST,
        )
    except ActionDenied as denied:
        return _unsaid(page, position, denied, typed)
    return _said(page.with_decisions(), position)


def _said(page: ReviewPage, position: int | None) -> HttpResponse:
    unit = page.unit_at(position)
    if is_in_place(page.request) and unit is not None:
        return decided_in_place(page, [unit], _("The comment was added."), None)
    anchor = "verdict" if unit is None else page.anchor_of(unit.key)
    return HttpResponseRedirect(page.address_of(anchor))


def _unsaid(
    page: ReviewPage, position: int | None, denied: ActionDenied, typed: dict[str, str]
) -> HttpResponse:
    if is_in_place(page.request):
        return denied_in_place(page.request, denied)
    if isinstance(denied, StaleState):
        return stale_page(page, denied)
    unit = page.unit_at(position) if page.is_examined else None
    if unit is None:
        return again(page, "", denied, typed)
    refused = DeniedInput("say", denied.words, denied.field, typed)
    context = page.context(refused, here=page.place_of(unit.key))
    return render(page.request, "review/say.html", context, status=UNPROCESSABLE)
