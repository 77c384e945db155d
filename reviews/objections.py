"""Why somebody cannot do something with a submission, in words, or None: who and what together.

Pages grey a button with the words, and the action behind the button denies with the same.
"""

from __future__ import annotations

from .models import Submission
from .permissions import (
    Somebody,
    is_administrator,
    objection_to_administering,
    objection_to_changing,
    objection_to_reviewing,
)
from .pipeline.core.messages import Message, _
from .preconditions import (
    objection_of_claim,
    objection_of_package,
    objection_of_result,
    objection_of_review,
    objection_of_state,
)


def to_revising(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot upload a new revision."""
    return objection_to_changing(user, submission) or objection_of_state("revise", submission)


def to_withdrawing(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot withdraw it."""
    return objection_to_changing(user, submission) or objection_of_state("withdraw", submission)


def to_claiming(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot take it for review."""
    return (
        objection_to_reviewing(user, submission)
        or objection_of_review(submission)
        or objection_of_claim(user, submission)
    )


def to_unclaiming(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot give it back to the queue."""
    if submission.is_claimed and is_administrator(user):
        return None
    if not submission.is_claimed or submission.claimed_by_id != user.pk:
        return _("You have not claimed it.")
    return None


def to_deciding(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot decide about its findings. Nobody's claim is no objection."""
    return to_claiming(user, submission)


def to_returning(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot return it to the partner."""
    return to_claiming(user, submission)


def to_rejecting(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot reject the package for good."""
    return to_claiming(user, submission)


def to_approving(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot approve the package."""
    return to_claiming(user, submission) or objection_of_package(submission)


def to_retrying(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot have failed work done again."""
    return objection_to_administering(user) or objection_of_result(submission)
