"""The one exception of reading an image archive: it never leaves this folder of modules."""

from __future__ import annotations

from ..core.messages import Message
from .model import Flaw


class UnusableArchive(Exception):  # noqa: N818 - says something about the archive, not about the portal
    """The archive cannot be used; ``words`` say why and how to fix it, for the partner.

    ``compression`` names what the archive is packed with, where that is the reason.
    """

    def __init__(self, flaw: Flaw, words: Message, compression: str | None = None) -> None:
        super().__init__(f"{flaw}: {words}")
        self.flaw = flaw
        self.words = words
        self.compression = compression
