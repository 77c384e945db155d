"""What the database keeps sealed is opened with the same secret key only."""

from __future__ import annotations

from pytest_django import Settings

from reviews.sealing import seal, unseal


def test_what_was_sealed_is_opened_again() -> None:
    sealed = seal("a token, 密码")

    assert "token" not in sealed
    assert unseal(sealed) == "a token, 密码"


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert seal("once") != seal("once")


def test_with_another_key_or_damaged_it_stays_closed(settings: Settings) -> None:
    sealed = seal("a token")
    settings.SECRET_KEY = "another key " * 5

    assert unseal(sealed) is None
    assert unseal("no seal at all") is None
    assert unseal("密") is None
