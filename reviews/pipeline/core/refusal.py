"""Why a package cannot be processed at all."""

from __future__ import annotations

from .messages import Message


class PackageRefused(Exception):  # noqa: N818 - it is a verdict on the package, not an error of ours
    """The package cannot be processed; the words are for the partner.

    ``code`` is the id of the rule that refuses (``OSC-PKG-005``), ``words`` say what
    is wrong and how to fix it, ``file`` is the address of the file concerned or None for
    the upload as a whole.
    """

    def __init__(self, code: str, words: Message, file: str | None = None) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
        self.file = file
