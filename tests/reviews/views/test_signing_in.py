"""Signing in and out, and passwords."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from reviews.signing_in import MOST_BY_ONE_VISITOR
from tests import factories

pytestmark = pytest.mark.django_db


def _try(client: Client, password: str) -> str:
    answer = client.post(reverse("login"), {"username": "petra", "password": password})
    return answer.content.decode() if answer.status_code == 200 else answer.headers["Location"]


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
