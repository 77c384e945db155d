"""The word that was meant."""

from __future__ import annotations

import pytest

from reviews.pipeline.core.suggestions import nearest

KNOWN = ("fullAddress", "repository", "prefixAddress", "repo", "endpoint", "tag")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("fulladdress", "fullAddress"),
        ("prefix_address", "prefixAddress"),
        ("repositroy", "repository"),
        ("Repo", "repo"),
        ("colour", None),
        ("x" * 100_000, None),
    ],
)
def test_the_nearest_word_is_found_or_none(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN) == meant


def test_only_the_first_words_are_looked_at() -> None:
    assert nearest("tag", [f"{number}" for number in range(200)] + ["tag"]) is None
