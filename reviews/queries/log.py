"""What happened: the history of a submission, and the log of all that a user may see."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from ..models import Event, Submission
from ..visibility import Reader, events_for, events_of_one

# The policy of a revision alone is many times as long as what is shown of an event.
_SHOWN_OF_ONE = (
    *("at", "by__username", "by__is_staff", "verb", "submission_id", "revision__number"),
    *("from_state", "to_state", "detail"),
)
_SHOWN = (*_SHOWN_OF_ONE, "submission__title")


def events_of(reader: Reader, submission: Submission) -> QuerySet[Event]:
    """What happened to a submission, as far as the reader is shown it, oldest first."""
    events = submission.events.select_related("by", "revision").only(*_SHOWN_OF_ONE)
    return events_of_one(reader, events.order_by("pk"))


def visible_events(user: User) -> QuerySet[Event]:
    """What happened to all that the user may see, as far as it is shown, newest first."""
    events = Event.objects.select_related("by", "submission", "revision").only(*_SHOWN)
    return events_for(user, events.order_by("-pk"))
