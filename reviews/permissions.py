"""Who may do what: the objection in words, or None.

Pages grey a button with the words, and the action behind the button refuses with the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from .models import Finding, Membership, Organisation, Revision, Submission, inspection_of
from .pipeline import MAPPING_UNIT
from .pipeline.core.findings import Severity
from .pipeline.core.messages import Message, _
from .states import SUBMISSION_VERBS, FindingState, SubmissionState

REVIEWERS = "reviewers"
"""The group whose members review."""

Somebody: TypeAlias = AbstractBaseUser | AnonymousUser
Objection: TypeAlias = Callable[[Somebody, Submission], Message | None]

_SIGN_IN = _("Sign in first.")
_NOT_YOURS = _("It belongs to another organisation.")
_REVIEWERS_ONLY = _("Only reviewers do this.")


def is_reviewer(user: Somebody) -> bool:
    """Whether the user is an active member of the reviewers."""
    if not isinstance(user, User) or not user.is_active:
        return False
    # Kept for as long as the user object lives, which is one request.
    if not hasattr(user, "_is_reviewer"):
        user._is_reviewer = user.groups.filter(name=REVIEWERS).exists()  # type: ignore[attr-defined] # noqa: SLF001
    return bool(user._is_reviewer)  # type: ignore[attr-defined] # noqa: SLF001


def is_administrator(user: Somebody) -> bool:
    """Whether the user runs the platform."""
    return isinstance(user, User) and user.is_active and user.is_staff


def organisations_of(user: Somebody) -> frozenset[int]:
    """The ids of the organisations the user submits for."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if not hasattr(user, "_organisation_ids"):
        ids = Membership.objects.filter(user=user).values_list("organisation_id", flat=True)
        user._organisation_ids = frozenset(ids)  # type: ignore[attr-defined] # noqa: SLF001
    found: frozenset[int] = user._organisation_ids  # type: ignore[attr-defined] # noqa: SLF001
    return found


def visible_to(user: Somebody) -> QuerySet[Submission]:
    """The submissions that the user may see: all reads of pages begin here."""
    if is_reviewer(user) or is_administrator(user):
        return Submission.objects.all()
    return Submission.objects.filter(organisation__in=organisations_of(user))


def objection_to_submitting(user: Somebody, organisation: Organisation) -> Message | None:
    """Why the user cannot submit a package for this organisation."""
    if not isinstance(user, User) or not user.is_active:
        return _SIGN_IN
    if organisation.pk not in organisations_of(user):
        return _("You are not a member of %(organisation)s.", organisation=organisation.name)
    return None


def objection_to_viewing(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot see it, comment on it or download its packages."""
    if not isinstance(user, User) or not user.is_active:
        return _SIGN_IN
    may = is_reviewer(user) or is_administrator(user) or _is_member(user, submission)
    return None if may else _NOT_YOURS


objection_to_downloading: Objection = objection_to_viewing


def objection_to_commenting(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot comment on it."""
    return objection_to_viewing(user, submission)


def objection_to_revising(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot upload a new revision."""
    return _objection_to_partners(user, submission) or _wrong_state("revise", submission)


def objection_to_withdrawing(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot withdraw it."""
    return _objection_to_partners(user, submission) or _wrong_state("withdraw", submission)


def objection_to_reviewing(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot review it at all, whoever claims it and whatever its state."""
    if not is_reviewer(user):
        return _REVIEWERS_ONLY if isinstance(user, User) else _SIGN_IN
    if _is_member(user, submission):
        return _("Your own organisation submitted it: another reviewer decides.")
    if _has_uploaded(user, submission):
        return _("You uploaded it yourself: another reviewer decides.")
    return None


def objection_to_claiming(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot take it for review."""
    return (
        objection_to_reviewing(user, submission)
        or _not_in_review(submission)
        or _claimed_by_another(user, submission)
    )


def objection_to_unclaiming(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot give it back to the queue."""
    if submission.is_claimed and is_administrator(user):
        return None
    if not submission.is_claimed or submission.claimed_by_id != user.pk:
        return _("You have not claimed it.")
    return None


def objection_to_deciding(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot decide about its findings. Nobody's claim is no objection."""
    return objection_to_claiming(user, submission)


def objection_to_returning(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot give it back to the partner for mending."""
    return objection_to_claiming(user, submission)


def objection_to_rejecting(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot reject the package for good."""
    return objection_to_claiming(user, submission)


def objection_to_approving(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot approve the package."""
    return objection_to_claiming(user, submission) or objection_of_package(submission)


def objection_of_package(submission: Submission) -> Message | None:
    """What in the package stands between it and its approval: archives first, then findings."""
    return objection_of_archives(submission) or objection_of_findings(submission)


def objection_of_archives(submission: Submission) -> Message | None:
    """Why the image archives stand in the way: nobody knows yet what they hold."""
    inspection = inspection_of(submission.current) if submission.current else None
    if inspection is None or inspection.finished_at is not None:
        return None
    if inspection.is_abandoned:
        return _(
            "The image archives could not be read, which is our fault: administrators have it"
            " before them."
        )
    return _("The image archives are still being read: %(percent)s %%.", percent=inspection.percent)


def objection_to_deciding_mapping(
    revision: Revision, besides: Collection[str] = ()
) -> Message | None:
    """Why the proposed mapping cannot be decided yet: its text follows from the other edits.

    ``besides`` are units that are decided together with it.
    """
    open_ones = Finding.objects.filter(revision=revision, has_edit=True, state=FindingState.OPEN)
    others = open_ones.exclude(unit__in={MAPPING_UNIT, *besides})
    if count := others.values("unit").distinct().count():
        return _(
            "Decide the other rewrites first (%(count)s are open): the text of the mapping"
            " follows from them.",
            count=count,
        )
    return None


def objection_of_findings(submission: Submission) -> Message | None:
    """What in the findings stands between the package and its approval."""
    if submission.current is None:
        return _("Nothing was uploaded yet.")
    findings = submission.current.findings
    needed = ~Q(severity=Severity.INFO) | Q(has_edit=True)
    open_ones = findings.filter(needed, state=FindingState.OPEN)
    if count := open_ones.values("unit").distinct().count():
        return _("Still to be decided: %(count)s.", count=count)
    upheld = findings.filter(severity=Severity.ERROR, has_edit=False, state=FindingState.APPROVED)
    if count := upheld.values("unit").distinct().count():
        return _(
            "Errors upheld: %(count)s. The partner must mend them first, so return it.",
            count=count,
        )
    return None


def objection_to_retrying(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot have failed work tried again."""
    if not is_administrator(user):
        return _("Only administrators do this.")
    if submission.state == SubmissionState.APPROVED:
        release = submission.current and submission.current.releases.last()
        if release is None or not release.is_abandoned:
            return _("Its release has not failed.")
        return None
    if submission.state == SubmissionState.IN_REVIEW and submission.current is not None:
        inspection = inspection_of(submission.current)
        if inspection is not None and inspection.is_abandoned:
            return None
    return _wrong_state("retry", submission)


def _objection_to_partners(user: Somebody, submission: Submission) -> Message | None:
    if not isinstance(user, User) or not user.is_active:
        return _SIGN_IN
    return None if _is_member(user, submission) else _NOT_YOURS


def _is_member(user: Somebody, submission: Submission) -> bool:
    return submission.organisation_id in organisations_of(user)


def _has_uploaded(user: Somebody, submission: Submission) -> bool:
    return (
        submission.submitted_by_id == user.pk
        or Revision.objects.filter(submission=submission, uploaded_by_id=user.pk).exists()
    )


def _wrong_state(verb: str, submission: Submission) -> Message | None:
    if submission.status in SUBMISSION_VERBS[verb].sources:
        return None
    return _("It is %(state)s.", state=str(submission.label))


def _not_in_review(submission: Submission) -> Message | None:
    if submission.state == SubmissionState.IN_REVIEW:
        return None
    return _("It is not in review: it is %(state)s.", state=str(submission.label))


def _claimed_by_another(user: Somebody, submission: Submission) -> Message | None:
    if not submission.is_claimed or submission.claimed_by_id == user.pk:
        return None
    return _("%(reviewer)s has claimed it.", reviewer=str(submission.claimed_by))
