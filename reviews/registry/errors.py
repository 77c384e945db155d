"""Why publishing stops. Each error's ``words`` are for people, and never hold a secret."""

from __future__ import annotations

from ..pipeline.core.messages import Message


class PublishError(Exception):
    """Publishing, reading back or looking up could not go on; ``words`` say why and what to do.

    ``may_pass`` says that the same attempt may succeed later without anybody's doing.
    """

    may_pass = False

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


class TargetUnreachable(PublishError):  # noqa: N818 - it says what the registry is
    """The registry cannot be reached, or does not answer as a registry, after all repetitions."""

    may_pass = True


class Denied(PublishError):  # noqa: N818 - it is a verdict of the registry
    """The registry takes no login or does not allow this user to push or pull here."""


class TagConflict(PublishError):  # noqa: N818 - it says what was found
    """A tag exists with another content. It is never overwritten: an administrator decides.

    ``reference`` is the whole address with its tag, ``found`` the digest that it has in the
    registry, ``expected`` what publishing would have put there (a digest, of the same kind).
    ``architecture`` is where they differ, "" where the whole is something else (a chart).
    """

    def __init__(
        self, words: Message, *, reference: str, architecture: str, found: str, expected: str
    ) -> None:
        super().__init__(words)
        self.reference = reference
        self.architecture = architecture
        self.found = found
        self.expected = expected


class WrongContent(PublishError):  # noqa: N818 - it says what was found
    """Bytes do not have the digest under which they are listed: in the package or the registry."""


class TargetFull(PublishError):  # noqa: N818 - it says what the registry is
    """The registry, or the disk of the layout, has no room left."""

    may_pass = True


class Unsuitable(PublishError):  # noqa: N818 - it is a verdict on the plan
    """The target does not take what is to be published: its name, its size, its compression."""


class Stopped(PublishError):  # noqa: N818 - it is what somebody wished
    """``should_stop`` has said so. What was pushed stays, and is not pushed again."""

    may_pass = True
