"""What happened: the history of a submission, and the log of all that a user may see."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from ..models import Event, Submission
from ..permissions import is_administrator, is_reviewer, visible_to


def events_of(submission: Submission) -> QuerySet[Event]:
    """All that happened to a submission, oldest first."""
    return submission.events.select_related("by", "revision").order_by("pk")


def visible_events(user: User) -> QuerySet[Event]:
    """What happened to all that the user may see, newest first."""
    events = Event.objects.select_related("by", "submission", "revision").order_by("-pk")
    if is_reviewer(user) or is_administrator(user):
        return events
    return events.filter(submission__in=visible_to(user))
