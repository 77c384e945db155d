"""The one exception of reading an image archive: it never leaves this folder of modules."""

from __future__ import annotations

from ..core.messages import Message
from .model import Flaw


class Spoiled(Exception):  # noqa: N818 - a verdict on the archive, not an error of ours
    """The archive cannot be used; ``words`` say why and how to mend it, for the partner.

    ``compression`` names what the archive is packed with, where that is the reason.
    """

    def __init__(self, flaw: Flaw, words: Message, compression: str | None = None) -> None:
        super().__init__(f"{flaw}: {words}")
        self.flaw = flaw
        self.words = words
        self.compression = compression
