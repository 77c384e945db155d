"""Signing in, slowed down for those who guess; signing out; passwords."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.urls import path, reverse_lazy
from django.utils.translation import gettext

from ..signing_in import address_of, objection_to_trying


class SignInForm(AuthenticationForm):
    """Django's own, which also says when nobody may try for a while."""

    def get_invalid_login_error(self) -> ValidationError:
        """Why one was not let in."""
        objection = objection_to_trying(
            self.cleaned_data.get("username", ""), address_of(self.request)
        )
        if objection is not None:
            return ValidationError(objection.text(gettext), code="too_many")
        return super().get_invalid_login_error()


class SignIn(views.LoginView):
    """The page with that form."""

    template_name = "signing_in/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


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
    path(
        "password/forgotten/",
        _view(
            views.PasswordResetView,
            "password_forgotten.html",
            email_template_name="signing_in/password_mail.txt",
            subject_template_name="signing_in/password_mail_subject.txt",
            success_url=reverse_lazy("password_reset_done"),
        ),
        name="password_reset",
    ),
    path(
        "password/sent/",
        _view(views.PasswordResetDoneView, "password_sent.html"),
        name="password_reset_done",
    ),
    path(
        "password/new/<uidb64>/<token>/",
        _view(views.PasswordResetConfirmView, "password_new.html"),
        name="password_reset_confirm",
    ),
    path(
        "password/set/",
        _view(views.PasswordResetCompleteView, "password_set.html"),
        name="password_reset_complete",
    ),
]
