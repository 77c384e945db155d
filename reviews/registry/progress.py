"""How far a publication is, in bytes of the package's layers: it never goes backwards."""

from __future__ import annotations

from collections.abc import Callable

from ..pipeline.core.messages import Message

OnProgress = Callable[[int, int, Message], None]
"""Gets bytes done, bytes in all, and what is being done."""


class Progress:
    """Counts layers; one that is sent again counts once. ``check`` raises when all shall stop."""

    def __init__(self, report: OnProgress, check: Callable[[], None]) -> None:
        self._report = report
        self._check = check
        self._total = 0
        self._finished = 0
        self._in_layer = 0
        self._highest = 0
        self._sentence: Message | None = None

    def begin(self, total: int, sentence: Message) -> None:
        """There are ``total`` bytes of layers."""
        self._total = total
        self.say(sentence)

    def say(self, sentence: Message) -> None:
        """From here on ``sentence`` is being done."""
        self._sentence = sentence
        self._show()

    def restart_layer(self) -> None:
        """The layer is sent from its beginning."""
        self._in_layer = 0

    def add(self, count: int) -> None:
        """``count`` bytes more of the layer were read and sent. Raises ``Stopped``."""
        self._in_layer += count
        self._check()
        self._show()

    def finish_layer(self, size: int) -> None:
        """The layer of ``size`` bytes is there."""
        self._finished += size
        self._in_layer = 0
        self._show()

    def _show(self) -> None:
        self._highest = min(max(self._highest, self._finished + self._in_layer), self._total)
        if self._sentence is not None:
            self._report(self._highest, self._total, self._sentence)
