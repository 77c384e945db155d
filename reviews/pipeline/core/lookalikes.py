"""Names that look like others: letters of another width, of another script, or that nobody sees."""

from __future__ import annotations

import re
import unicodedata

_WIDE = re.compile(r"[\uff0e\uff0f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0d\uff3f]")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts whose letters are taken for one another (Unicode TR 39)."""


def invisible_letter(text: str) -> str | None:
    """The first letter that no screen shows (zero-width, joiners, marks of order), None: none."""
    return next((letter for letter in text if unicodedata.category(letter) == "Cf"), None)


def plain_form(text: str) -> str:
    """``text`` with full-width letters, digits, dots and hyphens as keyboards write them."""
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def mixed_word(text: str) -> str | None:
    """The first word with letters of several scripts that look alike, None where there is none."""
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
        if len(scripts.intersection(_SCRIPTS)) > 1:
            return str(word)
    return None
