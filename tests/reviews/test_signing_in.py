"""Who guesses passwords soon has to wait, and locks out nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from reviews.models import FailedSignIn, PasswordRequest
from reviews.signing_in import (
    address_of,
    objection_to_trying,
    remember_device,
    seconds_to_wait,
    wait_for_password_mail,
)
from tests import factories

pytestmark = pytest.mark.django_db
RIGHT = "the password of petra"
GUESS = "the password of paul"


def _request(address: str, device: str = "") -> HttpRequest:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.COOKIES["device"] = device
    return request


def _try(
    password: str = GUESS, name: str = "petra", address: str = "10.0.0.1", device: str = ""
) -> User | None:
    user = authenticate(_request(address, device), username=name, password=password)
    assert user is None or isinstance(user, User)
    return user


def test_the_right_password_signs_in() -> None:
    petra = factories.petra()

    assert _try(RIGHT) == petra


def test_after_five_failures_even_the_right_password_waits() -> None:
    petra = factories.petra()
    assert [_try() for _attempt in range(5)] == [None] * 5

    assert _try(RIGHT) is None
    wait = seconds_to_wait(_request("10.0.0.1"), "Petra")
    assert str(objection_to_trying(wait)) == (
        "Too many attempts to sign in have failed. Wait 15 minutes, then try again."
    )
    assert _try(RIGHT, address="10.0.0.2") == petra
    FailedSignIn.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert _try(RIGHT) == petra


def test_signing_in_wipes_the_slate() -> None:
    factories.petra()
    for _attempt in range(4):
        _try()

    assert _try(RIGHT) is not None
    assert not FailedSignIn.objects.exists()


def test_one_address_does_not_try_name_after_name() -> None:
    petra = factories.petra()
    for number in range(50):
        _try(name=f"user{number}")

    assert _try(RIGHT) is None
    assert _try(RIGHT, address="10.0.0.2") == petra


def test_a_visitor_behind_our_proxies_is_known_by_what_the_outermost_saw(
    settings: Settings,
) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "6.6.6.6, 192.0.2.7, 10.0.0.9"}
    )

    seen = []
    for proxies in (0, 1, 2, 4):
        settings.PORTAL_PROXIES = proxies
        seen.append(address_of(request))

    assert seen == ["10.0.0.1", "10.0.0.9", "192.0.2.7", "10.0.0.1"]


def _device(name: str = "petra") -> str:
    """The cookie of a browser in which somebody has signed in."""
    response = HttpResponse()
    remember_device(_request("10.0.0.1"), response, factories.person(name))
    return response.cookies["device"].value


def test_strangers_lock_out_nobody_who_has_signed_in_here_before() -> None:
    petra, device = factories.petra(), _device()
    for number in range(101):
        _try(address=f"10.1.{number}.1")

    assert _try(RIGHT, address="10.2.0.1") is None
    assert _try(RIGHT, address="10.2.0.1", device=device) == petra
    assert _try(RIGHT, address="10.1.1.1", device=device) == petra


def test_a_known_device_guesses_no_more_often_than_others() -> None:
    factories.petra()
    device = _device()
    for number in range(5):
        _try(address=f"10.1.{number}.1", device=device)

    assert _try(RIGHT, address="10.9.9.9", device=device) is None
    assert _try(RIGHT, address="10.9.9.9") is not None


@pytest.mark.parametrize("forged", ["", "x", "WyJwZXRyYSIsICJ4Il0:1x:y", "\N{SNOWMAN}"])
def test_a_cookie_that_proves_nothing_helps_nobody(forged: str) -> None:
    factories.petra()
    for _attempt in range(5):
        _try(device=forged)

    assert _try(RIGHT, device=forged) is None
    assert _try(RIGHT, device=_device("paul")) is None


def test_who_has_one_address_of_a_network_has_them_all() -> None:
    seen = [
        address_of(_request(address))
        for address in (
            "2001:db8::1",
            "2001:db8::ffff:2",
            "2001:db8:0:1::1",
            "::ffff:10.0.0.1",
            "x",
        )
    ]

    assert seen == ["2001:db8::/64", "2001:db8::/64", "2001:db8:0:1::/64", "10.0.0.1", "x"]


def test_many_attempts_at_once_are_counted_before_a_password_is_looked_at() -> None:
    factories.petra()
    for _attempt in range(5):
        FailedSignIn.objects.create(name="petra", address="10.0.0.1")

    assert _try(RIGHT) is None
    assert FailedSignIn.objects.count() == 5


def test_mails_for_a_forgotten_password_are_few() -> None:
    def ask(name: str, address: str = "10.0.0.1") -> bool:
        return wait_for_password_mail(_request(address), name) > 0

    assert [ask("petra@acme.example") for _each in range(4)] == [False, False, False, True]
    assert ask("PETRA@acme.example", "10.0.0.2")
    assert [ask(f"{number}@acme.example") for number in range(18)] == [False] * 17 + [True]
    PasswordRequest.objects.update(at=timezone.now() - timedelta(hours=2))
    assert not ask("petra@acme.example")
    assert PasswordRequest.objects.count() == 1
