"""Why somebody cannot do something with a submission, in words, or None: who and what together.

Pages grey a button with the words, and the action behind the button denies with the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .approval import objection_of_images
from .models import Submission
from .permissions import (
    Somebody,
    is_administrator,
    is_reviewer,
    objection_to_administering,
    objection_to_changing,
    objection_to_reviewing,
)
from .pipeline.core.messages import Message, _
from .preconditions import (
    objection_of_claim,
    objection_of_look_up,
    objection_of_package,
    objection_of_result,
    objection_of_review,
    objection_of_state,
    objection_of_stop,
)
from .storage import read_report


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
    return (
        to_claiming(user, submission) or objection_of_package(submission) or of_images(submission)
    )


def of_images(submission: Submission) -> Message | None:
    """Why images that are required and not there keep the package from being approved."""
    revision = submission.current
    if revision is None or not revision.report or not revision.held_to.require_images:
        return None
    return objection_of_images(revision, read_report(revision.report))


def to_retrying(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot have failed work done again."""
    return objection_to_administering(user) or objection_of_result(submission)


def to_asking(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot have the registry asked again for the addresses of a package."""
    if not is_administrator(user) and not is_reviewer(user):
        return _("Only reviewers and administrators do this.")
    return objection_of_review(submission) or objection_of_look_up(submission)


def to_suspending(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot suspend a released version."""
    return objection_to_administering(user) or objection_of_state("suspend", submission)


def to_resuming(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot end a suspension."""
    return objection_to_administering(user) or objection_of_state("resume", submission)


def to_reconsidering(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot put what is being published back into review."""
    return (
        objection_to_administering(user)
        or objection_of_state("reconsider", submission)
        or objection_of_stop(submission)
    )


TO_ADMINISTER: Mapping[str, Callable[[Somebody, Submission], Message | None]] = {
    "suspend": to_suspending,
    "resume": to_resuming,
    "reconsider": to_reconsidering,
}
"""What administrators decide about a release, with a reason."""


def of_reason(reason: str) -> Message | None:
    """Why ``reason`` is not enough for one of these decisions."""
    if not reason:
        return _("Give a reason: the partner sees it, and it is kept.")
    if len(reason) > LONGEST_REASON:
        return _("The reason has more than %(most)s characters: shorten it.", most=LONGEST_REASON)
    return None


LONGEST_REASON = 4000
