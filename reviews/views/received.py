"""Uploads as the gateway passes them on: the file is there already, or the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.template.loader import get_template
from django.utils.translation import gettext

from .. import logs
from ..received import REFUSAL_KEY, UPLOAD_KEY, ReceivedUpload, Refusal
from ..storage import Draft

if TYPE_CHECKING:
    _File = UploadedFile[bytes]
else:
    _File = UploadedFile


class DraftFile(_File):
    """A file of a form that was received before, with its hash."""

    def __init__(self, upload: ReceivedUpload) -> None:
        super().__init__(
            file=upload.draft.path.open("rb"), name=upload.file_name, size=upload.draft.size
        )
        self.draft = upload.draft


class ReceivedUploadMiddleware:
    """Puts what the gateway received among the files of the request, or answers why it did not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal: Refusal | None = request.META.get(REFUSAL_KEY)
        if refusal is not None:
            return _refused(request, refusal)
        uploads: tuple[ReceivedUpload, ...] = request.META.get(UPLOAD_KEY, ())
        with ExitStack() as opened:
            for upload in uploads:
                file = DraftFile(upload)
                opened.callback(file.close)
                request.FILES.appendlist(upload.field, file)
            return self._get_response(request)


def content_of(file: Any) -> Iterable[bytes] | Draft:
    """What an action takes: the draft that is there already, or the pieces of the file."""
    return file.draft if isinstance(file, DraftFile) else file.chunks()


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The reason: as a page, to a script as JSON; who is not signed in is sent there first."""
    words = refusal.words.text(gettext)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        response: HttpResponse = JsonResponse({"words": words}, status=refusal.status)
    elif refusal.status == 401:
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    else:
        context = {"words": words, "request_id": logs.context().get("request_id", "")}
        template = "507.html" if refusal.status == 507 else "refused.html"
        page = get_template(template).render(context)
        response = HttpResponse(page, status=refusal.status)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    response["Connection"] = "close"
    return response
