"""Why somebody cannot do something with a submission, in words, or None: who and what together.

Pages grey a button with the words, and the action behind the button denies with the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Max

from .approval import objection_of_images
from .attachment_points import objection_of_attachments
from .models import Attachment, Decision, FindingRow, PortalPolicy, Submission
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
    objection_of_attaching,
    objection_of_claim,
    objection_of_look_up,
    objection_of_package,
    objection_of_result,
    objection_of_review,
    objection_of_state,
    objection_of_stop,
)
from .review_stages import objection_to_stage
from .storage import read_report
from .visibility import messages_unread


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


def to_assigning(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot give it to a reviewer, be it to oneself from another."""
    if is_administrator(user):
        return objection_of_review(submission)
    return objection_to_reviewing(user, submission) or objection_of_review(submission)


def to_deciding(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot decide about its findings. Nobody's claim is no objection."""
    return to_claiming(user, submission)


def to_returning(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot return it to the partner."""
    return to_claiming(user, submission)


def to_rejecting(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot reject the package for good."""
    return to_claiming(user, submission)


def before_approving(
    user: Somebody, submission: Submission, findings: Sequence[FindingRow] | None = None
) -> Message | None:
    """Why a user who can decide about its findings cannot approve the package yet.

    ``findings`` are those of the current revision, None where they are still to be read.
    """
    return (
        objection_of_package(submission, findings)
        or of_images(submission, findings)
        or of_attachments(submission)
        or of_messages(user, submission)
        or objection_to_stage(user, submission)
        or of_second_reviewer(user, submission)
    )


def of_second_reviewer(user: Somebody, submission: Submission) -> Message | None:
    """Why somebody else must approve it: the policy wants two, and the user decided findings.

    Decisions that were taken back, or carried over from an earlier revision, do not count.
    """
    if not PortalPolicy.current().needs_four_eyes:
        return None
    made = Decision.objects.filter(finding__revision=submission.current, carried_from=None)
    last = made.values("finding").annotate(last=Max("pk")).values("last")
    own = made.filter(pk__in=last, by=user.pk).exclude(verb="undo")
    count = own.values("finding__unit").distinct().count()
    if not count:
        return None
    return _(
        "Findings that you decided: %(count)s. Two reviewers are required, so another approves"
        " the package.",
        count=count,
    )


def of_messages(user: Somebody, submission: Submission) -> Message | None:
    """Why messages of the partner that the user has not read keep it from being approved."""
    count = len(messages_unread(user, submission))
    if not count:
        return None
    return _("Messages of the partner to read first: %(count)s.", count=count)


def of_images(
    submission: Submission, findings: Sequence[FindingRow] | None = None
) -> Message | None:
    """Why images that are required and not there keep the package from being approved."""
    revision = submission.current
    if revision is None or not revision.report or not revision.held_to.require_images:
        return None
    return objection_of_images(revision, read_report(revision.report), findings)


def of_attachments(submission: Submission) -> Message | None:
    """Why attachments that publishing asks for keep the package from being approved."""
    return objection_of_attachments(submission.current)


def to_attaching(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot attach anything: partners do, and reviewers what they have verified."""
    own = objection_to_changing(user, submission)
    if own is not None and objection_to_reviewing(user, submission) is not None:
        return own
    return objection_of_attaching(submission)


def to_detaching(user: Somebody, submission: Submission, attachment: Attachment) -> Message | None:
    """Why the user cannot remove an attachment: it is none of their side's."""
    objection = to_attaching(user, submission)
    if objection is not None or attachment.uploaded_by_id == user.pk:
        return objection
    if objection_to_changing(user, submission) is not None:
        return _("Only who attached it, or the partner, can remove it.")
    return None


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
