"""Who gets a mail for an event, and of which kind.

Partners hear of what they may do and of what became of their package, reviewers of what waits for
them or was taken from them, administrators of what the portal cannot do by itself and of packages
that wait for a stage without reviewers, and all of them of what was written to them. Nobody gets a
mail for a deed of their own, and nobody without an address of mail, or who is not active.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from ..models import Event, MailKind, Submission
from ..permissions import (
    ADMINISTERING,
    REVIEWERS,
    is_administrator,
    is_reviewer,
    objection_to_reviewing,
    organisations_of,
)
from ..review_stages import is_without_reviewers, stages_left
from ..visibility import partners_of, reader_of

Recipients = Iterable[tuple[User, MailKind]]


def recipients_of(event: Event) -> list[tuple[User, MailKind]]:
    """The accounts that get a mail for ``event``, each with the kind of the mail."""
    found = _BY_VERB.get(event.verb, _nobody)(event)
    return [(user, kind) for user, kind in found if user.pk != event.by_id]


def kinds_for(user: User) -> list[MailKind]:
    """The kinds of mail that the user may get for events, in the roles that the user has."""
    kinds: list[MailKind] = []
    if organisations_of(user):
        kinds += [MailKind.TURN, MailKind.RETURNED, MailKind.DECIDED, MailKind.RELEASED]
    if is_reviewer(user):
        kinds += [MailKind.TURN, MailKind.QUEUE, MailKind.TAKEN]
    if is_administrator(user):
        kinds.append(MailKind.FAILED)
    if kinds:
        kinds.append(MailKind.MESSAGE)
    return list(dict.fromkeys(kinds))


def administrators() -> list[User]:
    """The active administrators who can be reached by mail."""
    staff = User.objects.with_perm(ADMINISTERING, include_superusers=True)
    return list(staff.filter(is_staff=True).exclude(email="").distinct())


def _nobody(_event: Event) -> Recipients:
    return ()


def _partner(kind: MailKind) -> Callable[[Event], Recipients]:
    def find(event: Event) -> Recipients:
        return [(user, kind) for user in _partners_of(event.submission)]

    return find


def _partners_of(submission: Submission) -> Iterable[User]:
    """The members who uploaded something of it; where none of them is left, all members."""
    members = _reachable().filter(memberships__organisation=submission.organisation_id)
    uploaders = members.filter(
        Q(pk=submission.submitted_by_id) | Q(uploads__submission=submission)
    ).distinct()
    return list(uploaders) or list(members)


def _finished(event: Event) -> Recipients:
    """It is ready for review: the reviewer who had it before, else all reviewers."""
    reviewer = _reviewer_of(event)
    if reviewer is not None:
        return [(reviewer, MailKind.TURN)]
    return _waiting(event)


def _waiting(event: Event) -> Recipients:
    """Nobody has it: all reviewers, of the group that approves the next stage where one does.

    Where no reviewer is in that group, the administrators, who can put one there.
    """
    left = stages_left(event.revision) if event.revision is not None else []
    if left and is_without_reviewers(left[0]):
        return _administrators(event)
    reviewers = _reachable().filter(groups__name=REVIEWERS)
    if left:
        reviewers = reviewers.filter(pk__in=left[0].group.user_set.values("pk"))
    others = reviewers.exclude(memberships__organisation=event.submission.organisation_id)
    return [(user, MailKind.QUEUE) for user in others.distinct()]


def _in_review_again(event: Event) -> Recipients:
    """It is in review once more: the reviewer who had it before."""
    reviewer = _reviewer_of(event)
    return [(reviewer, MailKind.TURN)] if reviewer is not None else ()


def _assigned(event: Event) -> Recipients:
    """The reviewer to whom it is assigned, which is who has it now, and who had it before."""
    pk = event.submission.claimed_by_id
    holder = _reachable().filter(pk=pk).first() if pk is not None else None
    return [*([(holder, MailKind.TURN)] if holder is not None else []), *_taken(event)]


def _taken(event: Event) -> Recipients:
    """The reviewer who had it before, and no longer has."""
    lost = event.detail.get("from")
    return [(user, MailKind.TAKEN) for user in _reachable().filter(username=lost)] if lost else ()


def _said(event: Event) -> Recipients:
    """Whom a message concerns who has not got it by being there.

    The reviewer who has the package hears of what partners write, partners of what they are shown
    at once, and reviewers and administrators of what names them.
    """
    submission, revision = event.submission, event.revision
    found = {user.pk: user for user in _mentioned(event)}
    if event.by_id in partners_of(frozenset({submission.organisation_id})):
        reviewer = _reviewer_of(event)
        found |= {reviewer.pk: reviewer} if reviewer is not None else {}
    elif event.verb == "comment" and revision is not None and event.pk <= revision.events_shown:
        found |= {user.pk: user for user in _partners_of(submission)}
    return [(user, MailKind.MESSAGE) for user in found.values()]


def _mentioned(event: Event) -> list[User]:
    """The reviewers and administrators of other organisations whom the text names as ``@name``."""
    text = str(event.detail.get("comment", ""))
    if "@" not in text:
        return []
    reviewers = _reachable().filter(groups__name=REVIEWERS)
    insiders = {user.pk: user for user in (*reviewers, *administrators())}
    named = [user for user in insiders.values() if _names(text, user.username)]
    return [user for user in named if not reader_of(user, event.submission).is_partner]


def _names(text: str, name: str) -> bool:
    """Whether ``@name`` is in the text, also between Chinese characters, and not as an address."""
    pattern = rf"(?<![\w@.+-])@{re.escape(name)}(?![\w@+-]|\.\w)"
    return re.search(pattern, text, re.ASCII) is not None


def _reviewer_of(event: Event) -> User | None:
    """Who has it, or is to review it first; None where that one may not or cannot be reached."""
    submission = event.submission
    pk = submission.claimed_by_id or submission.reviewer_id
    if pk is None:
        return None
    reviewer = _reachable().filter(pk=pk).first()
    if reviewer is None or objection_to_reviewing(reviewer, submission) is not None:
        return None
    return reviewer


def _administrators(_event: Event) -> Recipients:
    return [(user, MailKind.FAILED) for user in administrators()]


def _reachable() -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(email="")


_BY_VERB: Mapping[str, Callable[[Event], Recipients]] = {
    "refuse": _partner(MailKind.TURN),
    "return": _partner(MailKind.RETURNED),
    "approve": _partner(MailKind.DECIDED),
    "reject": _partner(MailKind.DECIDED),
    "release": _partner(MailKind.RELEASED),
    "suspend": _partner(MailKind.RELEASED),
    "resume": _partner(MailKind.RELEASED),
    "finish": _finished,
    "approve_stage": _waiting,
    "assign": _assigned,
    "claim": _taken,
    "unclaim": _taken,
    "comment": _said,
    "note": _said,
    "reopen": _in_review_again,
    "reconsider": _in_review_again,
    "fail": _administrators,
    "stop": _administrators,
}
