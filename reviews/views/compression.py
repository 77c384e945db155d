"""Pages are sent compressed; downloads are not: they are archives already, and stream."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS = ("text/", "application/json")


class CompressionMiddleware(GZipMiddleware):
    """Compresses texts that are sent as a whole.

    Whoever can make a visitor's browser ask for pages and see how long the encrypted answers are
    learns nothing of secrets in them (the attack is called BREACH): each answer gets a random
    length, tokens of forms are masked anew for each, and cookies go to this site only.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The response, compressed where that is worth it and the visitor takes it."""
        is_text = response.headers.get("Content-Type", "").startswith(_TEXTS)
        if response.streaming or not is_text or response.has_header("Content-Disposition"):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
