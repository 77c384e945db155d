"""What an ASGI server gives and takes, as far as the gateway uses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from ..pipeline.core.messages import Message

Scope: TypeAlias = MutableMapping[str, Any]
Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]


class Disconnected(Exception):  # noqa: N818 - it says what the visitor did
    """The visitor is gone: nobody waits for an answer."""


class Refused(Exception):  # noqa: N818 - it is an answer to the visitor, not an internal error
    """The request is answered with ``status`` and ``words``, and its body is read no further."""

    def __init__(self, status: int, words: Message, retry_after: int = 0) -> None:
        super().__init__(str(words))
        self.status = status
        self.words = words
        self.retry_after = retry_after
