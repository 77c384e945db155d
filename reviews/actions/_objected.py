"""Why an action was not done: people's affair, never an error of ours."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import Event
from ..pipeline.core.messages import Message


class Objected(Exception):  # noqa: N818 - it is an answer to somebody, not an error of ours
    """The action may not be done; ``words`` say why. ``field`` names the form's field, if one."""

    def __init__(self, words: Message, field: str | None = None) -> None:
        super().__init__(str(words))
        self.words = words
        self.field = field


class Overtaken(Objected):
    """The records are not what the person saw any more; ``events`` tell what happened since."""

    def __init__(self, words: Message, events: Sequence[Event] = ()) -> None:
        super().__init__(words)
        self.events = tuple(events)


class Unconfirmed(Objected):
    """It may be done once the person has confirmed the sentence in ``words``.

    ``images`` are the original images of which it speaks.
    """

    def __init__(self, words: Message, images: Sequence[str]) -> None:
        super().__init__(words, "confirmed")
        self.images = tuple(images)


def unless(objection: Message | None) -> None:
    """Objected: there is an objection."""
    if objection is not None:
        raise Objected(objection)
