"""The records: who submitted what, what was found in it, what was decided, what was released."""

from __future__ import annotations

from .comment import Comment
from .decision import Decision, Reason
from .event import Event
from .finding import Finding
from .heartbeat import Heartbeat
from .inspection import Inspection, inspection_of
from .organisation import Membership, Organisation
from .policy import PortalPolicy, SeverityOverride, policy_for
from .release import Release
from .revision import Revision
from .run import Run
from .seal import Seal
from .sign_in import FailedSignIn, PasswordRequest
from .submission import Service, Submission
from .tally import Tally

__all__ = [
    "Comment",
    "Decision",
    "Event",
    "FailedSignIn",
    "Finding",
    "Heartbeat",
    "Inspection",
    "Membership",
    "Organisation",
    "PasswordRequest",
    "PortalPolicy",
    "Reason",
    "Release",
    "Revision",
    "Run",
    "Seal",
    "Service",
    "SeverityOverride",
    "Submission",
    "Tally",
    "inspection_of",
    "policy_for",
]
