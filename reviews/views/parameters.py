"""No parameter has a NUL: no text of a person does, and PostgreSQL takes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

_NUL = "\0"
_WORDS = "A parameter has a NUL, which no text has."


class ParametersMiddleware:
    """Refuses what has a NUL in its path, its query, its form or its JSON, with status 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse what has one outside its body, before anybody looks for a session."""
        query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        cookies = [*request.COOKIES, *request.COOKIES.values()]
        if b"\0" in query or any(_NUL in text for text in [request.path_info, *cookies]):
            raise BadRequest(_WORDS)
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """BadRequest, which becomes the page of status 400: the body has one."""
        if any(_NUL in text for text in _texts(request)):
            raise BadRequest(_WORDS)


def _texts(request: HttpRequest) -> Iterator[str]:
    """What of a body becomes texts."""
    if request.content_type == "application/json":
        escaped = request.body.decode("utf-8", "replace").replace("\\\\", "")
        yield escaped.replace("\\u0000", _NUL)
    elif request.method == "POST":
        for name, values in request.POST.lists():
            yield name
            yield from map(str, values)
        for name, file in request.FILES.items():
            yield from (name, getattr(file, "name", None) or "")
