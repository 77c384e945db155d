"""Why an action was not done: an answer to whoever asked, never an internal error."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import Comment, Event
from ..pipeline.core.messages import Message


class ActionDenied(Exception):  # noqa: N818 - it is an answer to somebody, not an internal error
    """The action may not be done; ``words`` say why. ``field`` names the form's field, if one."""

    def __init__(self, words: Message, field: str | None = None) -> None:
        super().__init__(str(words))
        self.words = words
        self.field = field


class QuotaExceeded(ActionDenied):
    """The organisation has as much as it may; ``retry_after`` is in seconds, 0 where vain."""

    def __init__(self, words: Message, retry_after: int = 0) -> None:
        super().__init__(words, "file")
        self.retry_after = retry_after


class StaleState(ActionDenied):
    """The records are no longer what the person saw; ``events`` are what happened since."""

    def __init__(self, words: Message, events: Sequence[Event] = ()) -> None:
        super().__init__(words)
        self.events = tuple(events)


class UnreadMessages(StaleState):
    """The partner has written meanwhile: ``messages``, which the person has to read first."""

    def __init__(
        self, words: Message, events: Sequence[Event], messages: Sequence[Comment]
    ) -> None:
        super().__init__(words, events)
        self.messages = tuple(messages)


class ConfirmationRequired(ActionDenied):
    """It may be done once the person has confirmed ``sentences``, of which ``words`` are the first.

    ``images`` are the original images that stay outside of the target registry.
    """

    def __init__(self, sentences: Sequence[Message], images: Sequence[str]) -> None:
        super().__init__(sentences[0], "confirmed")
        self.sentences = tuple(sentences)
        self.images = tuple(images)


def require(objection: Message | None) -> None:
    """Go on where there is no objection. ActionDenied: there is one."""
    if objection is not None:
        raise ActionDenied(objection)
