"""The gallery: every component of the pages in every state, for those who work on them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from ..permissions import is_administrator
from ..pipeline.core.messages import Message
from .gallery_entries import ENTRIES
from .gallery_samples import Shown


@dataclass(frozen=True, slots=True)
class Specimen:
    """A component as it looks in one state."""

    words: Message
    html: SafeString


@dataclass(frozen=True, slots=True)
class Component:
    """A template of ``templates/components`` by its name, in each of its states."""

    name: str
    specimens: tuple[Specimen, ...]


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All components. PermissionDenied: neither an administrator asks, nor is this the demo."""
    if not (settings.DEMO or is_administrator(request.user)):
        raise PermissionDenied
    components = [
        Component(name, tuple(_specimen(request, name, each) for each in states()))
        for name, states in sorted(ENTRIES.items())
    ]
    return render(request, "gallery/page.html", {"components": components})


def _specimen(request: HttpRequest, name: str, shown: Shown) -> Specimen:
    html = render_to_string(f"components/{name}.html", dict(shown.context), request)
    return Specimen(shown.words, html)
