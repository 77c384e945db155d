"""What a partner must do first: the findings to fix, and what the reviewer said at the return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..models import Event, Submission
from ..queries.groups import Group
from ..states import SubmissionState
from ..templatetags.authors import author
from ..visibility import Reader, without_names
from .finding_cards import Item, Section

_OPEN = frozenset({SubmissionState.IN_REVIEW, SubmissionState.RETURNED, SubmissionState.RECEIVED})
_SEEN = 12  # more of them fill a screen


@dataclass(frozen=True, slots=True)
class Returned:
    """Who returned the package, when, and with what words (empty: none)."""

    by: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Todo:
    """The list above the findings. ``returned`` is None where nobody has returned the package."""

    items: Sequence[Item]
    applied: int
    noted: int
    returned: Returned | None
    is_shown: bool

    @property
    def count(self) -> int:
        """How many units are to be fixed."""
        return sum(len(item.cards) for item in self.items)

    @property
    def first_items(self) -> Sequence[Item]:
        """Those that are seen at once."""
        return self.items[:_SEEN]

    @property
    def more_items(self) -> Sequence[Item]:
        """Those that are folded."""
        return self.items[_SEEN:]

    @property
    def tone(self) -> Literal["error", "warning", "success"]:
        """What its colour means."""
        if self.count:
            return "error"
        return "warning" if self.returned is not None else "success"

    @property
    def sign(self) -> str:
        """The name of its icon."""
        return {"error": "flag", "warning": "undo", "success": "success"}[self.tone]


def todo_of(
    submission: Submission, found: Sequence[Section], reader: Reader, *, is_current: bool
) -> Todo:
    """What is to be done about the findings in ``found``.

    It is shown while the partner can still do something.
    """
    by_group = {section.group: section for section in found}
    fix = by_group.get(Group.FIX)
    counts = {
        group: by_group[group].count if group in by_group else 0
        for group in (Group.APPLIED, Group.NOTED)
    }
    return Todo(
        items=fix.items if fix is not None else (),
        applied=counts[Group.APPLIED],
        noted=counts[Group.NOTED],
        returned=returned(submission, reader) if is_current else None,
        is_shown=is_current and submission.status in _OPEN,
    )


def returned(submission: Submission, reader: Reader) -> Returned | None:
    """The return after which the partner's turn began, None where it is not the partner's."""
    if submission.status is not SubmissionState.RETURNED:
        return None
    events = Event.objects.filter(submission=submission, verb="return").select_related("by")
    event = events.order_by("pk").last()
    if event is None:
        return None
    without_names(reader, [event])
    return Returned(author(event), event.at, str(event.detail.get("comment", "")))
