"""Viewing a submission: who looked at it when is in the log."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from .. import permissions
from ..models import Event, Submission
from .errors import require

_ONE_VISIT = timedelta(minutes=10)


def view(*, by: User, submission: Submission) -> None:
    """Note that somebody looks at a submission: once a visit, not at every reload.

    ActionDenied: the user may not see it.
    """
    require(permissions.objection_to_viewing(by, submission))
    since = timezone.now() - _ONE_VISIT
    seen = Event.objects.filter(by=by, submission=submission, verb="view", at__gte=since)
    if not seen.exists():
        Event.objects.create(by=by, verb="view", submission=submission, revision=submission.current)
