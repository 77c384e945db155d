"""What a check reports: problems, the edits that fix them, and findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .messages import Message, _
from .remedies import ByHand

DONE_ON_APPROVAL = _(
    "You need not do anything: when the reviewer approves this, the portal makes the change in"
    " the released package."
)
"""The remedy of every finding with an edit."""


class Severity(StrEnum):
    """How much a finding weighs, heaviest first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """0 for info, 1 for warning, 2 for error: larger is heavier."""
        return {"info": 0, "warning": 1, "error": 2}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written. ``file`` None means the upload as a whole.

    ``line`` and ``column`` are 1-based; columns count code points, a BOM is not counted.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None

    @classmethod
    def at(cls, file: str, data: bytes, offset: int) -> Place:
        """The place of byte ``offset`` in ``data``, the UTF-8 content of ``file``."""
        before = data[:offset].decode("utf-8", "replace").removeprefix("\N{BYTE ORDER MARK}")
        return cls(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement of bytes in one stored file.

    ``start`` and ``end`` are 0-based byte offsets, end exclusive, such that
    ``data[start:end].decode() == before``; an insertion has ``start == end`` and
    ``before == ""``; a new file has ``before`` None and ``start == end == 0``.
    """

    file: str
    start: int
    end: int
    before: str | None
    after: str

    @property
    def order(self) -> tuple[int, int, int, str]:
        """The place of the edit among those of its file, the same whoever sorts them.

        Of several insertions at one place the deeper indented come first: they continue the
        map that ends there, the others one that goes on around it.
        """
        text = self.after.lstrip("\r\n")
        depth = len(text) - len(text.lstrip(" ")) if self.start == self.end else 0
        return (self.start, self.end, -depth, self.after)


@dataclass(frozen=True, slots=True)
class Problem:
    """What one check found in one place.

    ``message`` says what is wrong there and why it matters, ``help`` how to fix it.
    ``severity`` is given only where it differs from the check's own.
    ``image`` is the original that it is about, ``images`` all of them where it names several.
    Problems that share a ``change_set`` are decided together. ``by_hand`` is the help once more,
    as the text to write, where that is known.
    """

    message: Message
    help: Message
    place: Place = Place()
    image: str | None = None
    images: tuple[str, ...] = ()
    change_set: str | None = None
    edit: Edit | None = None
    severity: Severity | None = None
    by_hand: tuple[ByHand, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem together with the rule that found it.

    ``by_hand`` is not kept with it: a report keeps the remedies that are made of it.
    """

    rule: str
    name: str
    severity: Severity
    title: Message
    message: Message
    help: Message
    place: Place
    image: str | None = None
    images: tuple[str, ...] = ()
    change_set: str | None = None
    edit: Edit | None = None
    by_hand: tuple[ByHand, ...] = field(default=(), compare=False)
