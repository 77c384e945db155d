"""Recording what is known and accepted for a service: administrators come here from a finding."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from ..actions import ActionDenied
from ..actions.accepting import Scope, accept
from ..approval import path_in
from ..forms import AcceptanceForm
from ..models import Acceptance
from ..models.acceptance import inner_file
from ..permissions import is_administrator
from .shortcuts import SignedInRequest, add_denial
from .submission_page import SubmissionPage

_UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def accepting(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """The form for the finding at ``position``.

    Http404: there is none, it proposes an edit, or one is no administrator.
    """
    page = SubmissionPage(cast("SignedInRequest", request), pk, "submission")
    found = page.review.findings if page.review is not None else ()
    here = next(
        (each for each in found if each.row.position == position and not each.row.has_edit), None
    )
    if page.review is None or here is None or not is_administrator(request.user):
        raise Http404
    initial = {
        "rule": here.finding.rule,
        "file": inner_file(here.finding.place.file or ""),
        "path": path_in(page.review.report, here.finding),
    }
    form = AcceptanceForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = _UNPROCESSABLE
        if form.is_valid():
            given = form.cleaned_data
            scope = Scope(here.finding.rule, given["file"], given["path"])
            try:
                accept(
                    by=page.request.user,
                    service=page.submission.service,
                    scope=scope,
                    until=given["until"],
                    reason=given["reason"],
                )
            except ActionDenied as denied:
                add_denial(form, denied)
            else:
                messages.success(request, gettext("The acceptance was recorded."))
                return redirect("submission", pk)
    valid = Acceptance.valid_for(page.submission.service_id)
    context = {
        "page": page,
        "submission": page.submission,
        "form": form,
        "finding": here.finding,
        "known": [each for each in valid if each.rule == here.finding.rule],
    }
    return render(request, "acceptances/record.html", context, status=status)
