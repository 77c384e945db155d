"""Bytes, lines and columns of the code points of a text."""

from __future__ import annotations

import re
from bisect import bisect_right


class Positions:
    """From code points of a text to bytes of its file, and to lines and columns of the text.

    ``base`` is the byte at which the text begins in the file.
    """

    _STRIDE = 512

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._strides: list[int] | None = None if text.isascii() else self._measure()

    def _measure(self) -> list[int]:
        offsets = [0]
        for begin in range(0, len(self._text), self._STRIDE):
            chunk = self._text[begin : begin + self._STRIDE]
            offsets.append(offsets[-1] + len(chunk.encode()))
        return offsets

    def byte(self, index: int) -> int:
        """The byte offset in the file of the code point ``index`` (both 0-based)."""
        if self._strides is None:
            return index + self._base
        stride, rest = divmod(index, self._STRIDE)
        part = self._text[index - rest : index]
        return self._base + self._strides[stride] + len(part.encode())

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, both 1-based, of the code point ``index``."""
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1
