"""The switch between languages, before and after signing in."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reviews.actions import ActionDenied
from reviews.actions.preferences import choose_language
from reviews.models import Preference
from tests import factories

pytestmark = pytest.mark.django_db

BOTH = [("en", "EN"), ("zh-hans", "中文")]


@pytest.fixture(autouse=True)
def _both_languages(settings: Settings) -> None:
    settings.LANGUAGES = BOTH


def _language(client: Client, address: str = "/help/", accepted: str = "") -> str:
    page = client.get(address, headers={"Accept-Language": accepted}).content.decode()
    found = re.search(r'<html[^>]* lang="([\w-]+)"', page)
    assert found is not None
    return found[1]


def _choose(client: Client, language: str, back: str = "/help/") -> str:
    answer = client.post(reverse("language"), {"language": language, "next": back})
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh", "zh-hans"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_first_page_is_in_the_language_of_the_browser(
    accepted: str, language: str, client: Client
) -> None:
    assert _language(client, accepted=accepted) == language


@pytest.mark.parametrize("page", ["/help/", "/sign-in/", "/rules/", "/nowhere/"])
def test_the_language_is_chosen_before_signing_in_and_addresses_stay(
    page: str, client: Client
) -> None:
    assert _choose(client, "zh-hans", page) == page

    assert _language(client, page, accepted="en") == "zh-hans"


def test_each_page_has_the_switch_in_both_languages(client: Client) -> None:
    page = client.get("/sign-in/?next=/log/").content.decode()

    buttons = re.findall(r'<button[^>]* name="language" value="([\w-]+)"[^>]*>([^<]+)<', page)
    assert buttons == BOTH
    assert page.count('aria-pressed="true"') == 2  # this, and the theme
    assert '<input type="hidden" name="next" value="/sign-in/?next=/log/">' in page


def test_a_single_language_is_no_choice(settings: Settings, client: Client) -> None:
    settings.LANGUAGES = BOTH[:1]

    assert reverse("language") not in client.get("/help/").content.decode()


def test_the_administrators_site_has_the_switch(client: Client) -> None:
    client.force_login(factories.ada())
    _choose(client, "zh-hans")

    page = client.get(reverse("admin:index")).content.decode()

    assert 'lang="zh-hans"' in page
    assert reverse("language") in page


def test_the_account_keeps_the_language_for_other_browsers(client: Client) -> None:
    petra = factories.petra()
    client.force_login(petra)
    _choose(client, "zh-hans")
    elsewhere = Client()

    elsewhere.post("/sign-in/", {"username": "petra", "password": "the password of petra"})

    assert Preference.objects.get(user=petra).language == "zh-hans"
    assert _language(elsewhere, accepted="en") == "zh-hans"


def test_administrators_get_the_language_of_their_account_too() -> None:
    ada = factories.ada()
    choose_language(by=ada, language="zh-hans")
    client = Client()

    client.post("/admin/login/", {"username": "ada", "password": "the password of ada"})

    assert _language(client, "/admin/", accepted="en") == "zh-hans"


def test_an_account_without_a_choice_leaves_that_of_the_browser(client: Client) -> None:
    factories.petra()
    _choose(client, "zh-hans")

    client.post("/sign-in/", {"username": "petra", "password": "the password of petra"})

    assert _language(client, accepted="en") == "zh-hans"


@pytest.mark.parametrize("language", ["fr", "", "zh-hans; Domain=x", "../en"])
def test_a_language_that_is_not_offered_changes_nothing(language: str, client: Client) -> None:
    petra = factories.petra()
    client.force_login(petra)

    assert _choose(client, language) == "/help/"
    assert "language" not in client.cookies
    assert list(Preference.objects.all()) == []
    with pytest.raises(ActionDenied, match="not offered in this language"):
        choose_language(by=petra, language=language)


def test_a_language_that_is_no_longer_offered_is_not_restored(client: Client) -> None:
    Preference.objects.create(user=factories.petra(), language="fr")

    client.post("/sign-in/", {"username": "petra", "password": "the password of petra"})

    assert _language(client) == "en"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:x"])
def test_a_choice_of_language_leads_nowhere_else(elsewhere: str, client: Client) -> None:
    assert _choose(client, "zh-hans", elsewhere) == "/"


def test_the_second_choice_replaces_the_first(client: Client) -> None:
    petra: User = factories.petra()
    client.force_login(petra)

    _choose(client, "zh-hans")
    _choose(client, "en")

    assert Preference.objects.get(user=petra).language == "en"
    assert _language(client, accepted="zh-CN") == "en"
