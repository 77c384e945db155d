"""Where each character of a scalar's text is written in its file.

Between the text that a program reads and the bytes in the file lie quotes, escapes, folds and
indentation; an edit of a part of the text needs the bytes of that part.
"""

from __future__ import annotations

from bisect import bisect_right

from .positions import Positions
from .source import Leaf, YamlSource
from .unquote import CannotTrace, Run, runs_of


class WrittenText:
    """The text of one leaf together with the bytes of its token.

    Offsets of the text are code points. ``is_traced`` says whether the layout of the token
    was understood; without that nothing but the place of the token itself is known.
    """

    def __init__(self, source: YamlSource, leaf: Leaf) -> None:
        self.leaf = leaf
        token = source.data[leaf.start : leaf.end].decode()
        self._positions = Positions(token, leaf.start)
        try:
            self._runs = runs_of(token, leaf.style, leaf.text)
        except CannotTrace:
            self._runs = []
        self._starts = [run.text_at for run in self._runs]

    @property
    def is_traced(self) -> bool:
        return bool(self._runs)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The bytes in the file that spell the text from ``start`` to ``end``, end exclusive.

        None where they are not known. A line break that the text is folded over counts in.
        """
        if not self._runs:
            return None
        return self._positions.byte(self._index(start)), self._positions.byte(self._behind(end))

    def is_folded(self, start: int, end: int) -> bool:
        """Whether a line break of the file, standing for something else, lies in the span."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1)
        return any(run.fold for run in self._runs[max(first, 0) : last])

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file, both 1-based, of a character of the text."""
        line, column = self._positions.place(self._index(offset) if self._runs else 0)
        # The first line of the token begins in mid-line.
        return self.leaf.line + line - 1, column + (self.leaf.column - 1 if line == 1 else 0)

    def _run(self, offset: int) -> Run:
        return self._runs[max(bisect_right(self._starts, offset) - 1, 0)]

    def _index(self, offset: int) -> int:
        run = self._run(offset)
        return run.token_at + (offset - run.text_at if run.verbatim else 0)

    def _behind(self, offset: int) -> int:
        run = self._run(offset - 1)
        return run.token_at + (offset - run.text_at if run.verbatim else run.token_length)
