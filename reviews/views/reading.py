"""A page that is only read asks the database once for what several of its parts show."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from ..read_once import reading

_READING = frozenset({"GET", "HEAD"})


class ReadingMiddleware:
    """Keeps what was read until the answer is there; not where the request changes something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in _READING:
            return self._get_response(request)
        with reading():
            return self._get_response(request)
