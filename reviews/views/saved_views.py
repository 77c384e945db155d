"""Save, rename and delete a reviewer's own filters of the queue."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from .. import permissions
from ..actions import ActionDenied
from ..actions.saved_views import delete_view, rename_view, save_view
from .shortcuts import SignedInRequest


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the queue shows under a name. Http404: no reviewer asks."""
    user, query = _reviewer(request).user, _query_of(request)
    try:
        save_view(by=user, name=request.POST.get("name", ""), query=query)
    except ActionDenied as denied:
        messages.error(request, denied.words.text(gettext))
    return _queue(query)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a view another name. Http404: no reviewer asks."""
    user, query = _reviewer(request).user, _query_of(request)
    try:
        rename_view(by=user, pk=pk, name=request.POST.get("name", ""))
    except ActionDenied as denied:
        messages.error(request, denied.words.text(gettext))
    return _queue(query)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view. Http404: no reviewer asks."""
    delete_view(by=_reviewer(request).user, pk=pk)
    return redirect("queue")


def _query_of(request: HttpRequest) -> str:
    """What the queue showed, as the query of its address."""
    return QueryDict(request.POST.get("query", "")).urlencode()


def _queue(query: str) -> HttpResponse:
    return redirect(f"{reverse('queue')}?{query}" if query else "queue")


def _reviewer(request: HttpRequest) -> SignedInRequest:
    asked = cast("SignedInRequest", request)
    if not permissions.is_reviewer(asked.user):
        raise Http404
    return asked


urlpatterns: list[URLPattern] = [
    path("review/views/", save, name="save-view"),
    path("review/views/<int:pk>/rename/", rename, name="rename-view"),
    path("review/views/<int:pk>/delete/", delete, name="delete-view"),
]
