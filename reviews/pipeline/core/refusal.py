"""Why a package cannot be processed at all."""

from __future__ import annotations

from .messages import Message, _


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


def too_much_work(limit: Message) -> PackageRefused:
    """The analysis was stopped at ``limit``: one of the messages below."""
    words = _(
        "the analysis was stopped: it took more than %(limit)s. Look for templates that loop over"
        " many items, for values of many thousand keys and for very many resources, and reduce"
        " them.",
        limit=limit,
    )
    return PackageRefused("PORTAL-045", words)


def limit_of_seconds(seconds: float) -> Message:
    """A limit of ``too_much_work``: the time that an analysis may take."""
    return _("%(seconds)s seconds", seconds=f"{seconds:g}")


def limit_of_processor(seconds: float) -> Message:
    """A limit of ``too_much_work``: the time of the processor that it may take."""
    return _("%(seconds)s seconds of the processor", seconds=f"{seconds:g}")


def limit_of_memory(size: int) -> Message:
    """A limit of ``too_much_work``: the memory that it may take, in bytes."""
    return _("%(size)s MiB of memory", size=size >> 20)
