"""What the state of a package and its findings allow, whoever asks.

An objection is the reason in words, or None.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from .models import (
    FindingRow,
    Publication,
    Revision,
    Submission,
    finding_rows,
    inspection_of,
    look_up_of,
)
from .pipeline import MAPPING_UNIT
from .pipeline.core.findings import Severity
from .pipeline.core.messages import Message, _
from .states import SUBMISSION_VERBS, SubmissionState

_OPEN = frozenset(
    {
        SubmissionState.RECEIVED,
        SubmissionState.PROCESSING,
        SubmissionState.FAILED,
        SubmissionState.IN_REVIEW,
        SubmissionState.RETURNED,
    }
)
"""States before a decision, in which there is something to attach to."""


def objection_of_state(verb: str, submission: Submission) -> Message | None:
    """Why ``verb`` of the table of states is not possible now."""
    if submission.status in SUBMISSION_VERBS[verb].sources:
        return None
    return _("Its state is “%(state)s”.", state=submission.label)


def objection_of_review(submission: Submission) -> Message | None:
    """Why nothing can be decided: it is not in review."""
    if submission.state == SubmissionState.IN_REVIEW:
        return None
    return _("It is not in review: its state is “%(state)s”.", state=submission.label)


def objection_of_claim(
    user: AbstractBaseUser | AnonymousUser, submission: Submission
) -> Message | None:
    """Why the user cannot review it now: another reviewer has claimed it."""
    if not submission.is_claimed or submission.claimed_by_id == user.pk:
        return None
    return _("%(reviewer)s has claimed it.", reviewer=str(submission.claimed_by))


def objection_of_attaching(submission: Submission) -> Message | None:
    """Why nothing is attached or removed any more: it is decided."""
    if submission.state in _OPEN:
        return None
    return _("Its state is “%(state)s”.", state=submission.label)


def objection_of_package(
    submission: Submission, findings: Sequence[FindingRow] | None = None
) -> Message | None:
    """Why the package cannot be approved yet: its archives first, then its findings.

    ``findings`` are those of the current revision, None where they are still to be read.
    """
    return objection_of_archives(submission) or objection_of_findings(submission, findings)


def objection_of_archives(submission: Submission) -> Message | None:
    """Why its image archives keep it from being approved: they are not read yet."""
    inspection = inspection_of(submission.current) if submission.current else None
    if inspection is None or inspection.finished_at is not None:
        return None
    if inspection.is_abandoned:
        return _(
            "The image archives could not be read because of an internal error: the"
            " administrators are informed."
        )
    return _("The image archives are still being read: %(percent)s %%.", percent=inspection.percent)


def objection_of_findings(
    submission: Submission, findings: Sequence[FindingRow] | None = None
) -> Message | None:
    """Why its findings keep the package from being approved; see ``objection_of_package``."""
    if submission.current is None:
        return _("Nothing was uploaded yet.")
    rows = finding_rows(submission.current) if findings is None else findings
    if count := len({each.unit for each in rows if each.is_open and each.needs_decision}):
        return _("Still to be decided: %(count)s.", count=count)
    confirmed = (each for each in rows if each.is_confirmed and each.severity == Severity.ERROR)
    if count := len({each.unit for each in confirmed}):
        return _(
            "Confirmed errors: %(count)s. The partner must fix them first, so return it.",
            count=count,
        )
    return None


def objection_of_other_edits(
    revision: Revision,
    besides: Collection[str] = (),
    findings: Sequence[FindingRow] | None = None,
) -> Message | None:
    """Why the proposed mapping cannot be decided yet: its text follows from the other edits.

    ``besides`` are units that are decided together with it; ``findings`` as for
    ``objection_of_package``.
    """
    rows = finding_rows(revision) if findings is None else findings
    open_ones = {each.unit for each in rows if each.has_edit and each.is_open}
    if count := len(open_ones.difference(besides, {MAPPING_UNIT})):
        return _(
            "Decide the other rewrites first (%(count)s are open): the text of the mapping"
            " follows from them.",
            count=count,
        )
    return None


def publication_of(submission: Submission) -> Publication | None:
    """The newest publication of the current revision, None where there is none."""
    return Publication.objects.filter(release__revision=submission.current_id).order_by("pk").last()


def objection_of_look_up(submission: Submission) -> Message | None:
    """Why the registry is not asked again: it is being asked, or there is none to ask."""
    look_up = look_up_of(submission.current) if submission.current else None
    if look_up is None:
        return _("There is no registry to ask.")
    if look_up.finished_at is None and not look_up.is_abandoned:
        return _("It is being asked now.")
    return None


def objection_of_stop(submission: Submission) -> Message | None:
    """Why it is published and not reviewed again: its publication has not stopped."""
    publication = publication_of(submission)
    if publication is None or not publication.is_stopped:
        return _("It is still being published.")
    return None


def objection_of_result(submission: Submission) -> Message | None:
    """Why there is no failed work to do again."""
    if submission.state == SubmissionState.PUBLISHING:
        return objection_of_stop(submission)
    if submission.state == SubmissionState.APPROVED:
        release = submission.current and submission.current.releases.last()
        if release is None or not release.is_abandoned:
            return _("Its release has not failed.")
        return None
    if submission.state == SubmissionState.IN_REVIEW and submission.current is not None:
        inspection = inspection_of(submission.current)
        if inspection is not None and inspection.is_abandoned:
            return None
    return objection_of_state("retry", submission)
