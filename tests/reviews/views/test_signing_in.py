"""Signing in and out, and passwords."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reviews.signing_in import MOST_BY_ONE_VISITOR
from tests import factories

pytestmark = pytest.mark.django_db


def _try(client: Client, password: str) -> str:
    answer = client.post(reverse("login"), {"username": "petra", "password": password})
    return answer.headers["Location"] if answer.status_code == 302 else answer.content.decode()


def test_the_right_password_leads_in_and_signing_out_leads_out(client: Client) -> None:
    factories.petra()

    assert _try(client, "the password of petra") == "/"
    assert client.get(reverse("submissions")).status_code == 200
    client.post(reverse("logout"))
    assert client.get(reverse("submissions")).status_code == 302


def test_a_wrong_password_is_shown_as_such(client: Client) -> None:
    factories.petra()

    page = _try(client, "a guess")

    assert "Please enter a correct username and password." in page
    assert 'value="petra"' in page
    assert "a guess" not in page


def test_whoever_guesses_too_often_has_to_wait(client: Client) -> None:
    factories.petra()
    for _each in range(MOST_BY_ONE_VISITOR):
        page = _try(client, "a guess")

    assert "Wait 15 minutes, then try again." in page
    assert "Wait 15 minutes, then try again." in _try(client, "the password of petra")


@pytest.mark.parametrize("page", ["login", "admin:login"])
def test_the_answer_says_when_to_try_again(page: str, client: Client) -> None:
    factories.ada()
    guess = {"username": "ada", "password": "a guess"}
    seen = [client.post(reverse(page), guess) for _each in range(MOST_BY_ONE_VISITOR)]

    assert [answer.status_code for answer in seen] == [200, 200, 200, 200, 429]
    assert 890 < int(seen[-1].headers["Retry-After"]) <= 901
    assert "Wait 15 minutes, then try again." in seen[-1].content.decode()


@pytest.mark.parametrize("page", ["login", "admin:login"])
def test_who_signs_in_is_known_here_from_then_on(page: str, client: Client) -> None:
    factories.ada()

    client.post(reverse(page), {"username": "ada", "password": "the password of ada"})

    cookie = client.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_link_that_sets_a_password_is_sent_three_times_an_hour(client: Client) -> None:
    email = {"email": "petra@acme.example"}
    seen = [client.post(reverse("password_reset"), email) for _each in range(4)]

    assert [answer.status_code for answer in seen] == [302, 302, 302, 429]
    assert "Several mails were asked for already" in seen[-1].content.decode()


def test_no_page_of_somebody_is_kept_by_a_browser(client: Client) -> None:
    client.force_login(factories.petra())

    kept = {}
    for path in ("/submissions/", "/help/", "/log/", "/static/css/portal.css"):
        answer = client.get(path)
        answer.close()
        kept[path] = answer.headers.get("Cache-Control", "")

    assert {path: "no-store" in each for path, each in kept.items()} == {
        "/submissions/": True,
        "/help/": True,
        "/log/": True,
        "/static/css/portal.css": False,
    }


def test_a_link_is_no_way_to_sign_out(client: Client) -> None:
    client.force_login(factories.petra())

    assert client.get(reverse("logout")).status_code == 405
    assert client.get(reverse("submissions")).status_code == 200


def test_a_forgotten_password_is_set_anew_by_mail_and_only_once(client: Client) -> None:
    user = factories.petra()
    user.email = "petra@acme.example"
    user.save()

    client.post(reverse("password_reset"), {"email": user.email})
    assert [message.to for message in mail.outbox] == [["petra@acme.example"]]
    assert mail.outbox[0].subject == "OSC Portal: set a new password"
    address = re.search(r"http://testserver(/password/new/\S+)", str(mail.outbox[0].body))
    assert address is not None
    form = client.get(address[1], follow=True)
    new = {"new_password1": "berths and moorings", "new_password2": "berths and moorings"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)

    assert "Password set" in done.content.decode()
    assert _try(client, "berths and moorings") == "/"
    client.post(reverse("logout"))
    assert "This link has already been used" in client.get(address[1], follow=True).content.decode()


def test_nobody_learns_who_has_an_account(client: Client) -> None:
    known = client.post(reverse("password_reset"), {"email": "nobody@acme.example"})

    assert known.headers["Location"] == reverse("password_reset_done")
    assert mail.outbox == []


def test_one_changes_ones_own_password(client: Client) -> None:
    client.force_login(factories.petra())

    client.post(
        reverse("password_change"),
        {
            "old_password": "the password of petra",
            "new_password1": "berths and moorings",
            "new_password2": "berths and moorings",
        },
    )

    client.logout()
    assert _try(client, "berths and moorings") == "/"


def test_behind_a_proxy_with_https_links_in_mails_have_it(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    user = factories.petra()
    user.email = "petra@acme.example"
    user.save()

    https = {"X-Forwarded-Proto": "https", "Host": "testserver"}
    plain = client.get(reverse("login"))
    secure = client.get(reverse("login"), headers=https)
    client.post(reverse("password_reset"), {"email": user.email}, headers=https)

    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/sign-in/")
    assert (secure.status_code, secure.headers["Strict-Transport-Security"]) == (200, "max-age=60")
    assert "https://testserver/password/new/" in str(mail.outbox[0].body)
