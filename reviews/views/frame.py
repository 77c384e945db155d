"""What every page's frame needs to know of who looks at it, and the doors of the frame itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ..permissions import is_administrator, is_reviewer, memberships_of, organisations_of
from ..states import SUBMISSION_MOVES
from .shortcuts import return_address

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
_YEAR = 365 * 24 * 60 * 60


def frame(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the theme chosen, the languages to choose from, and the roles held.

    An empty theme is the system's own. A single language is no choice, and ``languages`` empty.
    """
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    context: dict[str, Any] = {
        "theme": chosen if chosen in THEMES else "",
        "languages": settings.LANGUAGES if len(settings.LANGUAGES) > 1 else [],
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context |= {
            "is_reviewer": is_reviewer(user),
            "is_administrator": is_administrator(user),
            "is_partner": bool(organisations_of(user)),
            "member_of": tuple(memberships_of(user).values()),
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
    response = HttpResponseRedirect(return_address(request))
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
