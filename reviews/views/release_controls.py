"""What an administrator may decide about a release or failed work, on the submission's page."""

from __future__ import annotations

from dataclasses import dataclass

from .. import objections, permissions
from ..models import Submission
from ..permissions import Somebody


@dataclass(frozen=True, slots=True)
class ReleaseControls:
    """Which decisions can be taken now."""

    can_suspend: bool
    can_resume: bool
    can_reconsider: bool
    can_try_again: bool

    @property
    def has_any(self) -> bool:
        return self.can_suspend or self.can_resume or self.can_reconsider or self.can_try_again


def administrators_controls(
    user: Somebody, submission: Submission, *, is_current: bool
) -> ReleaseControls | None:
    """The decisions of an administrator who looks at the current revision; None for others."""
    if not is_current or not permissions.is_administrator(user):
        return None
    return ReleaseControls(
        can_suspend=objections.to_suspending(user, submission) is None,
        can_resume=objections.to_resuming(user, submission) is None,
        can_reconsider=objections.to_reconsidering(user, submission) is None,
        can_try_again=objections.to_retrying(user, submission) is None,
    )
