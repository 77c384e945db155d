"""Viewing a submission: who looked at it when is in the log, and beside it what was seen last."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from .. import permissions
from ..models import Event, LastLook, Revision, Submission
from .errors import require

_ONE_VISIT = timedelta(minutes=10)


def view(*, by: User, submission: Submission) -> None:
    """Note that somebody looks at a submission: once a visit, not at every reload.

    ActionDenied: the user may not see it.
    """
    require(permissions.objection_to_viewing(by, submission))
    since = timezone.now() - _ONE_VISIT
    # Found by the submission alone: by the index of the user, all of their events would be read.
    lately = Event.objects.filter(submission=submission, at__gte=since).order_by()
    if (by.pk, "view") not in set(lately.values_list("by", "verb")):
        Event.objects.create(by=by, verb="view", submission=submission, revision=submission.current)


def remember(*, by: User, revision: Revision) -> None:
    """Note that somebody has opened a revision, where it is newer than all they have opened."""
    looks = LastLook.objects.filter(user=by, submission=revision.submission_id)
    last = next(iter(looks), None)  # there is one at most
    if last is None:
        LastLook.objects.get_or_create(
            user=by, submission_id=revision.submission_id, defaults={"number": revision.number}
        )
    elif last.number < revision.number:
        looks.filter(number__lt=revision.number).update(before=F("number"), number=revision.number)


def open_review(*, by: User, submission: Submission) -> None:
    """Note that its review page is opened, at its current revision: ``remember``, ``be_there``.

    One query where the revision was opened before.
    """
    revision = submission.current
    looks = LastLook.objects.filter(user=by, submission=submission)
    number = revision.number if revision is not None else 0
    if looks.filter(number__gte=number).update(at=timezone.now()):
        return
    if revision is not None:
        remember(by=by, revision=revision)
    be_there(by=by, submission=submission)


def be_there(*, by: User, submission: Submission) -> None:
    """Note that its review page is open before somebody now; that is no part of the log."""
    now = timezone.now()
    if LastLook.objects.filter(user=by, submission=submission).update(at=now):
        return
    number = submission.current.number if submission.current else 0
    LastLook.objects.get_or_create(
        user=by, submission=submission, defaults={"number": number, "at": now}
    )
