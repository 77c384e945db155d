"""Who may do what: roles, memberships, and what a user may see.

An objection is the reason in words, or None. What the state of a package allows is the affair
of ``preconditions``; both together, for each thing that people do, are in ``objections``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from .models import Membership, Organisation, Revision, Submission
from .pipeline.core.messages import Message, _

REVIEWERS = "reviewers"
"""The group whose members review."""

Somebody: TypeAlias = AbstractBaseUser | AnonymousUser

_SIGN_IN = _("Sign in first.")
_OTHER_ORGANISATION = _("It belongs to another organisation.")


def is_reviewer(user: Somebody) -> bool:
    """Whether the user is an active member of the reviewers."""
    if not isinstance(user, User) or not user.is_active:
        return False
    # Kept for as long as the user object lives, which is one request.
    if not hasattr(user, "_is_reviewer"):
        user._is_reviewer = user.groups.filter(name=REVIEWERS).exists()  # type: ignore[attr-defined] # noqa: SLF001
    return bool(user._is_reviewer)  # type: ignore[attr-defined] # noqa: SLF001


ADMINISTERING = "reviews.change_submission"
"""The permission that makes one of the staff an administrator; superusers have every one."""


def is_administrator(user: Somebody) -> bool:
    """Whether the user runs the platform: staff with other tasks see nothing of packages."""
    return (
        isinstance(user, User) and user.is_active and user.is_staff and user.has_perm(ADMINISTERING)
    )


def organisations_of(user: Somebody) -> frozenset[int]:
    """The ids of the organisations the user submits for."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(memberships_of(user))


def memberships_of(user: User) -> Mapping[int, str]:
    """The names of the organisations the user belongs to, by their ids, in the order of names."""
    if not hasattr(user, "_memberships"):
        found = Membership.objects.filter(user=user).order_by("organisation__name")
        names = dict(found.values_list("organisation_id", "organisation__name"))
        user._memberships = names  # type: ignore[attr-defined] # noqa: SLF001
    known: dict[int, str] = user._memberships  # type: ignore[attr-defined] # noqa: SLF001
    return known


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
    return None if may else _OTHER_ORGANISATION


def objection_to_changing(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot act for the organisation that submitted it."""
    if not isinstance(user, User) or not user.is_active:
        return _SIGN_IN
    return None if _is_member(user, submission) else _OTHER_ORGANISATION


def objection_to_reviewing(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot review it at all, whoever claims it and whatever its state."""
    if not is_reviewer(user):
        return _("Only reviewers do this.") if isinstance(user, User) else _SIGN_IN
    if _is_member(user, submission):
        return _("Your own organisation submitted it: another reviewer decides.")
    if _has_uploaded(user, submission):
        return _("You uploaded it yourself: another reviewer decides.")
    return None


def reviewers() -> QuerySet[User]:
    """All active reviewers, by name."""
    return User.objects.filter(is_active=True, groups__name=REVIEWERS).order_by("username")


def reviewers_of(submission: Submission) -> QuerySet[User]:
    """All who may review it, by name."""
    uploaders = Revision.objects.filter(submission=submission).values("uploaded_by")
    return (
        reviewers()
        .exclude(
            pk__in=Membership.objects.filter(organisation=submission.organisation_id).values("user")
        )
        .exclude(pk__in=uploaders)
        .exclude(pk=submission.submitted_by_id)
    )


def objection_to_administering(user: Somebody) -> Message | None:
    """Why the user cannot do what administrators do."""
    return None if is_administrator(user) else _("Only administrators do this.")


def _is_member(user: Somebody, submission: Submission) -> bool:
    return submission.organisation_id in organisations_of(user)


def _has_uploaded(user: Somebody, submission: Submission) -> bool:
    if submission.submitted_by_id == user.pk:
        return True
    # Kept as the roles are: a page and the action behind it ask for the same.
    if not hasattr(user, "_has_uploaded"):
        user._has_uploaded = {}  # type: ignore[union-attr] # noqa: SLF001
    known: dict[int, bool] = user._has_uploaded  # type: ignore[union-attr] # noqa: SLF001
    if submission.pk not in known:
        uploads = Revision.objects.filter(submission=submission, uploaded_by_id=user.pk)
        known[submission.pk] = uploads.exists()
    return known[submission.pk]
