"""Texts that attack their readers are refused in exact words, and hostile kinds are many."""

from __future__ import annotations

import pytest

from .archive.hostile.reject import REJECTED
from .hostile_texts import HOSTILE_TEXTS, HostileText
from .image_archives.test_damaged import CASES


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: text.name)
def test_a_hostile_text_is_refused_in_its_words(text: HostileText) -> None:
    assert text.read(text.data) == text.words


def test_each_kind_has_a_name_of_its_own_and_there_are_many() -> None:
    names = [text.name for text in HOSTILE_TEXTS]

    assert len(set(names)) == len(names)
    # Archives that are refused, image archives with a flaw, and texts.
    assert len(REJECTED) + len(CASES) + len(HOSTILE_TEXTS) >= 250
