"""In which language a request is answered that never comes to the pages."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIRequest
from django.utils import translation

from .asgi import Refused, Scope
from .environ import environ_of


def refused_words(refused: Refused, scope: Scope) -> str:
    """Why a request is refused, in the language that the pages would have, by cookie or browser."""
    language = translation.get_language_from_request(WSGIRequest(environ_of(scope)))
    with translation.override(language):
        return refused.words.text(translation.gettext)
