from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reviews.views.gallery_entries import ENTRIES
from tests import factories

COMPONENTS = Path(configured.BASE_DIR) / "templates" / "components"


def test_every_component_has_its_states_in_the_gallery() -> None:
    templates = {file.stem for file in COMPONENTS.glob("*.html")}

    assert ENTRIES.keys() == templates, "add the states of a new component to the gallery"
    assert [name for name, states in ENTRIES.items() if not states()] == []


@pytest.mark.django_db
def test_the_gallery_shows_every_component_to_administrators(settings: Settings) -> None:
    settings.DEMO = False
    client = Client()
    client.force_login(factories.ada())

    page = client.get(reverse("gallery"))

    assert page.status_code == 200
    assert [each.name for each in page.context["components"]] == sorted(ENTRIES)
    assert reverse("gallery") in client.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "status"), [(True, 200), (False, 403)])
def test_in_the_demo_everybody_sees_the_gallery(
    is_demo: bool, status: int, settings: Settings
) -> None:
    settings.DEMO = is_demo
    client = Client()
    client.force_login(factories.petra())

    assert client.get(reverse("gallery")).status_code == status
