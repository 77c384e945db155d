"""Text of a package, made harmless for a terminal.

Package text may hold escape sequences that recolour, overwrite or answer for the terminal,
and bidirectional controls that make a line read differently from what it says.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_PLAIN = re.compile(r"[^\x20-\x7e]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, formats, surrogates, separators


def safe_text(text: str) -> str:
    r"""``text`` on one line, everything that does not show written out: ``\x1b``, ``\u202e``."""
    return _NOT_PLAIN.sub(lambda match: _shown(match[0]), text)


def safe_json(text: str) -> str:
    """JSON ``text`` that means the same and holds nothing that a terminal would act on.

    JSON's own line breaks stay: those inside of strings it has escaped already.
    """
    return _NOT_PLAIN.sub(lambda match: _shown_in_json(match[0]), text)


def _shown(char: str) -> str:
    return char.encode("unicode_escape").decode() if _hides(char) else char


def _shown_in_json(char: str) -> str:
    r"""``\uXXXX``, and two of them beyond the first plane, as JSON wants it."""
    if char == "\n" or not _hides(char):
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _hides(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN
