"""Which stage of its review a package has reached, and who may approve it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Event, PortalPolicy, ReviewStage, Revision, StageApproval, Submission
from .permissions import REVIEWERS, Somebody
from .pipeline.core.messages import Message, _
from .read_once import read_once
from .states import SubmissionState

_ENDING = ("decide", "carry", "inspect", "unsettle", "use_acceptance", "reopen", "reconsider")
"""Events after which a stage was approved for findings that are no longer so."""


@read_once
def stages() -> Sequence[ReviewStage]:
    """The stages that every package passes, in their order; none: one approval is enough."""
    return tuple(ReviewStage.objects.filter(is_active=True).select_related("group"))


def stages_without_reviewers() -> list[ReviewStage]:
    """The stages that nobody can approve: no active reviewer is in their group. Two queries."""
    wanted = stages()
    if not wanted:
        return []
    staffed = set(
        _active_reviewers()
        .filter(groups__in=[each.group_id for each in wanted])
        .values_list("groups", flat=True)
    )
    return [each for each in wanted if each.group_id not in staffed]


def is_without_reviewers(stage: ReviewStage) -> bool:
    """Whether no active reviewer is in the group of the stage, so that nobody can approve it."""
    return not _active_reviewers().filter(groups=stage.group_id).exists()


def stage_without_reviewers(submission: Submission) -> ReviewStage | None:
    """The next stage of a package in review where nobody can approve it, else None."""
    if submission.state != SubmissionState.IN_REVIEW or submission.current is None:
        return None
    left = stages_left(submission.current)
    return left[0] if left and is_without_reviewers(left[0]) else None


def _active_reviewers() -> QuerySet[User]:
    reviewers = Group.objects.filter(name=REVIEWERS)
    return User.objects.filter(is_active=True, pk__in=reviewers.values("user"))


def valid_approvals() -> QuerySet[StageApproval]:
    """The approvals after which nothing has changed the findings."""
    changes = Event.objects.filter(
        submission=OuterRef("revision__submission"), pk__gt=OuterRef("event"), verb__in=_ENDING
    )
    return StageApproval.objects.filter(~Exists(changes))


def stages_left(revision: Revision) -> list[ReviewStage]:
    """The stages that the revision has still to pass, the next one first."""
    wanted = stages()
    if not wanted:
        return []
    passed = set(valid_approvals().filter(revision=revision).values_list("stage", flat=True))
    return [each for each in wanted if each.pk not in passed]


def next_stages(rows: Iterable[Submission]) -> Mapping[int, ReviewStage]:
    """The next stage of each of the ``rows`` that is in review, by its id. At most two queries."""
    waiting = [row for row in rows if row.state == SubmissionState.IN_REVIEW]
    wanted = stages() if waiting else ()
    if not wanted:
        return {}
    found = valid_approvals().filter(revision__in=[row.current_id for row in waiting])
    passed = set(found.values_list("revision", "stage"))
    left = {
        row.pk: [each for each in wanted if (row.current_id, each.pk) not in passed]
        for row in waiting
    }
    return {pk: each[0] for pk, each in left.items() if each}


def next_stage_is_of(user: User) -> Q:
    """The submissions in review whose next stage the user's groups approve; all without stages."""
    wanted = stages()
    if not wanted:
        return Q()
    groups = set(user.groups.values_list("pk", flat=True))
    return _next_among(wanted, {each.pk for each in wanted if each.group_id in groups})


def at_stage(stage: int) -> Q:
    """The submissions in review whose next stage has this id."""
    return Q(state=SubmissionState.IN_REVIEW.value) & _next_among(stages(), {stage})


def _next_among(wanted: Iterable[ReviewStage], chosen: Collection[int]) -> Q:
    found, earlier = Q(pk__in=[]), Q()
    for stage in wanted:
        passed = Exists(valid_approvals().filter(revision=OuterRef("current"), stage=stage))
        if stage.pk in chosen:
            found |= earlier & ~Q(passed)
        earlier &= Q(passed)
    return found


def objection_to_stage(user: Somebody, submission: Submission) -> Message | None:
    """Why the user cannot approve the next stage of the review; None also without stages."""
    revision = submission.current
    left = stages_left(revision) if revision is not None else []
    if revision is None or not left:
        return None
    stage = left[0]
    if not isinstance(user, User) or not user.groups.filter(pk=stage.group_id).exists():
        return _(
            "The next stage is “%(stage)s”, which reviewers of the group “%(group)s” approve.",
            stage=stage.label,
            group=stage.group.name,
        )
    earlier = valid_approvals().filter(revision=revision, by=user).exclude(stage=stage)
    is_apart = stage.needs_another or PortalPolicy.current().needs_four_eyes
    if is_apart and earlier.exists():
        return _(
            "You approved an earlier stage, so another reviewer approves “%(stage)s”.",
            stage=stage.label,
        )
    return None
