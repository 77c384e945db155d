"""Who guesses passwords soon has to wait, and locks out nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from reviews.models import FailedSignIn
from reviews.signing_in import address_of, objection_to_trying
from tests import factories

pytestmark = pytest.mark.django_db
RIGHT = "the password of petra"
GUESS = "the password of paul"


def _try(password: str = GUESS, name: str = "petra", address: str = "10.0.0.1") -> User | None:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    user = authenticate(request, username=name, password=password)
    assert user is None or isinstance(user, User)
    return user


def test_the_right_password_signs_in() -> None:
    petra = factories.petra()

    assert _try(RIGHT) == petra


def test_after_five_failures_even_the_right_password_waits() -> None:
    petra = factories.petra()
    assert [_try() for _attempt in range(5)] == [None] * 5

    assert _try(RIGHT) is None
    assert str(objection_to_trying("Petra", "10.0.0.1")) == (
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
