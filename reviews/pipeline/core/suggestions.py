"""Which of the known words was probably meant: the remedy for a typo."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_LONGEST = 200
_MOST = 200  # words that are compared letter by letter, which takes time


def respelled(word: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that is ``word`` but for case and punctuation; None where none is."""
    plain = _plain(word)
    return next((each for each in known if _plain(each) == plain), None)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that is ``word`` but for case and punctuation, else the most alike.

    None where none is alike. Only the first 200 are looked at, and words of at most 200 letters.
    """
    if len(word) > _LONGEST:
        return None
    words = [each for each in islice(known, _MOST) if len(each) <= _LONGEST]
    return respelled(word, words) or next(iter(get_close_matches(word, words, 1, 0.6)), None)


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())
