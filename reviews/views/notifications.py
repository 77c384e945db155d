"""Which mails one gets: a page for who is signed in, and the link in each mail for who is not."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..actions.preferences import choose_mails, switch_off_mails
from ..mails.links import ALL, read_off
from ..mails.recipients import kinds_for
from ..models import MailKind, Preference
from .shortcuts import SignedInRequest


class MailsForm(forms.Form):
    """How often, and about what."""

    often = forms.ChoiceField(
        label=_("How often"),
        choices=[("each", _("a mail for each event")), ("daily", _("one mail a day"))],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label=_("About what"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, kinds: list[MailKind], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Django's own
        field = self.fields["kinds"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(kind.value, kind.label) for kind in kinds]


@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The choices of who is signed in."""
    user = cast("SignedInRequest", request).user
    kinds = kinds_for(user)
    if request.method == "POST":
        form = MailsForm(kinds, request.POST)
        if form.is_valid():
            wanted, often = form.cleaned_data["kinds"], form.cleaned_data["often"]
            choose_mails(by=user, wanted=wanted, has_daily_mail=often == "daily")
            messages.success(request, gettext("Your choice is kept."))
            return redirect("notifications")
    else:
        chosen = Preference.objects.filter(user=user).first() or Preference(user=user)
        form = MailsForm(
            kinds,
            initial={
                "often": "daily" if chosen.has_daily_mail else "each",
                "kinds": [kind.value for kind in kinds if kind not in chosen.mails_off],
            },
        )
    context = {"form": form, "has_kinds": bool(kinds), "has_queue": MailKind.QUEUE in kinds}
    return render(request, "notifications/choose.html", context)


@csrf_exempt  # a mail program posts there (RFC 8058), and the link itself is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether mails of one kind are to end, and end them. Http404: it is no link of ours."""
    found = read_off(token)
    if found is None:
        raise Http404
    account, kind = found
    if request.method == "POST":
        switch_off_mails(account=account, kind=kind)
    label = "" if kind == ALL else MailKind(kind).label
    context = {"kind": label, "is_done": request.method == "POST"}
    return render(request, "notifications/off.html", context)


urlpatterns = [
    path("notifications/", notifications, name="notifications"),
    path("notifications/off/<str:token>/", off, name="mail-off"),
]
