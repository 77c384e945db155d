"""An open review page says that it is open, and asks who else looks at it."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from .. import permissions
from ..actions.viewing import be_there
from ..queries.presence import others_there
from .shortcuts import SignedInRequest, submission_or_404


@require_POST
def there(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else looks at it; status 204 where it is those whom the page names already.

    Http404: one may not see it, or does not review.
    """
    asked = cast("SignedInRequest", request)
    if not (permissions.is_reviewer(asked.user) or permissions.is_administrator(asked.user)):
        raise Http404
    submission = submission_or_404(asked, pk)
    be_there(by=asked.user, submission=submission)
    others = others_there(asked.user, submission)
    if request.POST.getlist("named") == [str(each.pk) for each in others]:
        return HttpResponse(status=204)
    context = {"others": others, "submission": submission}
    return render(request, "review/_others.html", context)


urlpatterns: list[URLPattern] = [path("review/<int:pk>/there/", there, name="there")]
