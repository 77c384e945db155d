"""The list of records is what Django's own template makes of it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.contrib.admin import site
from django.template.loader import render_to_string
from django.test import RequestFactory

from reviews.templatetags.record_list import record_list
from tests import factories

pytestmark = pytest.mark.django_db
_LIVE = "<b title='x'>&"


def _pieces(html: str) -> list[str]:
    """Its tags and texts, without the blanks between them."""
    return [each for piece in re.split(r"(<[^>]*>)", html) if (each := " ".join(piece.split()))]


def test_it_is_as_django_draws_it() -> None:
    request = RequestFactory().get("/admin/")
    request.user = factories.ada()
    apps = site.get_app_list(request)
    context = {"app_list": apps, "show_changelinks": True, "request": SimpleNamespace(path="/")}

    drawn = record_list(apps)

    as_django_does = render_to_string("admin/app_list.html", context)
    assert _pieces(drawn) == [
        each.replace('" >', '">') for each in _pieces(as_django_does) if each != "<tbody>"
    ]


def test_names_are_escaped() -> None:
    model = {"object_name": "Thing", "name": _LIVE, "admin_url": None, "add_url": None}
    app = {"app_label": "reviews", "app_url": "/", "name": _LIVE, "models": [model]}

    html = record_list([app])

    assert html.count("&lt;b title=&#x27;x&#x27;&gt;&amp;") == 3
    assert _LIVE not in html


def test_who_may_read_nothing_reads_why() -> None:
    assert "You don’t have permission" in record_list([])
