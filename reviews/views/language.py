"""The switch between languages, kept in a cookie and in the account of who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST

from ..actions.preferences import choose_language
from ..models import Preference
from .shortcuts import return_address

_YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that was chosen, and go back; an unknown one changes nothing."""
    response = HttpResponseRedirect(return_address(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            choose_language(by=request.user, language=chosen)
        _remember(request, response, chosen)
    return response


def restore_language(
    request: HttpRequest, response: HttpResponseBase, user: AbstractBaseUser | AnonymousUser
) -> None:
    """After signing in: the language that ``user`` has chosen before, in any browser."""
    chosen = Preference.objects.filter(user=user.pk).values_list("language", flat=True).first()
    if chosen in dict(settings.LANGUAGES):
        _remember(request, response, chosen)


def _remember(request: HttpRequest, response: HttpResponseBase, chosen: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
