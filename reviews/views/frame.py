"""What every page's frame needs to know of who looks at it, and the doors of the frame itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from ..permissions import is_administrator, is_reviewer, organisations_of
from ..states import SUBMISSION_MOVES

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
_YEAR = 365 * 24 * 60 * 60


def frame(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the theme chosen, empty for the system's own, and the roles held."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    context: dict[str, Any] = {"theme": chosen if chosen in THEMES else ""}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context |= {
            "is_reviewer": is_reviewer(user),
            "is_administrator": is_administrator(user),
            "is_partner": bool(organisations_of(user)),
        }
    return context


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the first page of the user's daily work."""
    if is_reviewer(request.user) and not organisations_of(request.user):
        return redirect("queue")
    return redirect("submissions")


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the colours that were chosen, and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What a service package is, what happens to it, and what the words of the portal mean."""
    return render(request, "help.html", {"moves": SUBMISSION_MOVES})
