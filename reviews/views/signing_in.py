"""Signing in, slowed down for those who guess; signing out; passwords."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse_lazy
from django.utils.translation import gettext

from ..signing_in import (
    objection_to_mailing,
    objection_to_trying,
    remember_device,
    seconds_to_wait,
    wait_for_password_mail,
)
from .language import restore_language


class SignInForm(AuthenticationForm):
    """Django's own, which also says when nobody may try for a while.

    ``wait`` is in how many seconds one may try again, 0 where at once.
    """

    wait = 0

    def get_invalid_login_error(self) -> ValidationError:
        """Why one was not let in."""
        self.wait = seconds_to_wait(self.request, self.cleaned_data.get("username", ""))
        if self.wait:
            return ValidationError(objection_to_trying(self.wait).text(gettext), code="too_many")
        return super().get_invalid_login_error()


class SignIn(views.LoginView):
    """The page with that form."""

    template_name = "signing_in/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Go on in the language of the account, and know this browser the next time."""
        response = super().form_valid(form)
        user = form.get_user()
        if isinstance(user, User):
            remember_device(self.request, response, user)
            restore_language(self.request, response, user)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again: 429 where one has to wait."""
        return too_many(super().form_invalid(form), getattr(form, "wait", 0))


class AskingForm(PasswordResetForm):
    """Django's own, which sends not more mails than anybody reads.

    ``wait`` is in how many seconds one may ask again, 0 where at once. ``request`` is set by its
    page.
    """

    wait = 0
    request: HttpRequest | None = None

    def clean_email(self) -> str:
        """The address, where a mail may be sent to it now."""
        email: str = self.cleaned_data["email"]
        if self.request is not None:
            self.wait = wait_for_password_mail(self.request, email)
        if self.wait:
            raise ValidationError(objection_to_mailing(self.wait).text(gettext), code="too_many")
        return email


class ForgottenPassword(views.PasswordResetView):
    """The page with that form."""

    template_name = "signing_in/password_forgotten.html"
    email_template_name = "signing_in/password_mail.txt"
    subject_template_name = "signing_in/password_mail_subject.txt"
    success_url = reverse_lazy("password_reset_done")
    form_class = AskingForm

    def get_form(self, form_class: Any = None) -> Any:
        """The form, which has to know who asks."""
        form: Any = super().get_form(form_class)
        form.request = self.request
        return form

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again: 429 where one has to wait."""
        return too_many(super().form_invalid(form), form.wait)


class NewPassword(views.PasswordResetConfirmView):
    """The page behind the link in the mail."""

    template_name = "signing_in/password_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it. Whoever has the mail is no stranger, whatever strangers tried with the name."""
        response = super().form_valid(form)
        remember_device(self.request, response, form.user)
        return response


def too_many(response: HttpResponse, seconds: int) -> HttpResponse:
    """``response`` as the answer to somebody who has to wait for so many seconds, if any."""
    if seconds:
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    return response


def _view(view: Any, template: str, **options: Any) -> Any:
    return view.as_view(template_name=f"signing_in/{template}", **options)


urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", views.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        _view(views.PasswordChangeView, "password_change.html"),
        name="password_change",
    ),
    path(
        "password/changed/",
        _view(views.PasswordChangeDoneView, "password_changed.html"),
        name="password_change_done",
    ),
    path("password/forgotten/", ForgottenPassword.as_view(), name="password_reset"),
    path(
        "password/sent/",
        _view(views.PasswordResetDoneView, "password_sent.html"),
        name="password_reset_done",
    ),
    path(
        "password/new/<uidb64>/<token>/",
        NewPassword.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password/set/",
        _view(views.PasswordResetCompleteView, "password_set.html"),
        name="password_reset_complete",
    ),
]
