"""What a page says, whatever elements set its words apart."""

from __future__ import annotations

import re


def spoken(page: str) -> str:
    """The words of a page, or of a part of one, without its elements."""
    return re.sub(r"<[^>]*>", "", page)
