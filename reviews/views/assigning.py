"""The page on which a package is given to a reviewer."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from .. import objections, permissions
from ..actions import ActionDenied
from ..actions.assigning import assign
from ..forms import add_objection
from ..models import Submission
from .shortcuts import SignedInRequest, submission_or_404

_UNPROCESSABLE = 422


class AssignForm(forms.Form):
    """Who is to review it, and why."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("Reviewer"), empty_label=None)
    comment = forms.CharField(
        label=_("Why (required where another has claimed it)"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}),
        required=False,
    )

    def __init__(self, by: User, submission: Submission, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        field = cast("forms.ModelChoiceField[User]", self.fields["to"])
        field.queryset = permissions.reviewers_of(submission)
        field.initial = by.pk  # who takes it over from another need not look for oneself


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form, or do what it asks for. Http404: one may not see it, or assigns nothing."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    if not (permissions.is_reviewer(asked.user) or permissions.is_administrator(asked.user)):
        raise Http404
    form = AssignForm(asked.user, submission, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            assign(by=asked.user, submission=submission, **form.cleaned_data)
        except ActionDenied as denied:
            add_objection(form, denied.words, denied.field, gettext)
        else:
            return redirect("review", pk)
    context = {
        "submission": submission,
        "form": form,
        "objection": objections.to_assigning(asked.user, submission),
    }
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "review/assign.html", context, status=status)


urlpatterns: list[URLPattern] = [path("review/<int:pk>/assign/", page, name="assign")]
