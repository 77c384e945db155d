"""Give a package to a reviewer: to another, or to oneself from another who is away."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import objections
from ..models import Event, Submission
from ..models.submission import CLAIM
from ..permissions import objection_to_reviewing
from ..pipeline.core.messages import _
from .errors import ActionDenied, require
from .notifying import notify
from .reviewing import checked_text, locked, who_loses
from .transitions import update_fields


def assign(*, by: User, submission: Submission, to: User, comment: str = "") -> None:
    """Let ``to`` have it, whoever has claimed it; ``comment`` says why.

    ActionDenied: one may not, ``to`` may not review it, or somebody else is at work on it and no
    reason is given.
    """
    with transaction.atomic():
        submission = locked(submission)
        require(objections.to_assigning(by, submission))
        if objection_to_reviewing(to, submission) is not None:
            raise ActionDenied(_("%(person)s may not review it.", person=to.username), "to")
        comment = checked_text(comment)
        holder = submission.claimed_by if submission.is_claimed else None
        if holder is not None and holder.pk != by.pk and not comment:
            words = _("Say why: %(person)s has claimed it.", person=holder.username)
            raise ActionDenied(words, "comment")
        lost = who_loses(submission, to)
        until = timezone.now() + CLAIM
        update_fields(submission, claimed_by=to, claimed_until=until, reviewer=to)
        said = {"from": lost, "comment": comment}
        event = Event.objects.create(
            by=by,
            verb="assign",
            submission=submission,
            revision=submission.current,
            detail={"person": to.username} | {name: given for name, given in said.items() if given},
        )
        notify(event)
