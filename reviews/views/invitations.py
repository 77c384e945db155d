"""The page behind the link of an invitation: choose a user name and a password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ..actions import ActionDenied, inviting
from ..mails.links import read_invitation
from ..signing_in import remember_device
from .shortcuts import add_denial


class AccountForm(forms.Form):
    """Name and password of the account that is to be made."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("Letters, digits and @ . + - _"),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("password") != given.get("again"):
            self.add_error("again", ValidationError(gettext("The two passwords differ.")))
        return given


@sensitive_post_parameters("password", "again")
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account, sign in with it, and go on to the first page."""
    found = read_invitation(token)
    invitation = inviting.open_invitation(*found) if found else None
    if found is None or invitation is None:
        return render(request, "invitations/void.html", {"words": inviting.VOID}, status=410)
    if request.user.is_authenticated:
        return render(request, "invitations/signed_in.html", {"invitation": invitation})
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name, password = form.cleaned_data["username"], form.cleaned_data["password"]
        try:
            user = inviting.accept(pk=found[0], key=found[1], username=name, password=password)
        except ActionDenied as denied:
            add_denial(form, denied)
        else:
            login(request, user)
            messages.success(request, gettext("Welcome: your account is made."))
            response = redirect("home")
            remember_device(request, response, user)
            return response
    context: dict[str, Any] = {"form": form, "invitation": invitation}
    return render(request, "invitations/accept.html", context)


urlpatterns = [path("invitation/<str:token>/", accept, name="accept-invitation")]
