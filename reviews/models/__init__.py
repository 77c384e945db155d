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
from .preference import Preference
from .publication import (
    LookUp,
    Place,
    Publication,
    PublishedBlob,
    PublishedImage,
    RegistryLookup,
    look_up_of,
)
from .registry_target import RegistryTarget
from .release import Release
from .revision import Revision
from .run import Run
from .seal import Seal
from .sign_in import FailedSignIn, PasswordRequest
from .submission import Service, Submission
from .tally import Tally
from .turn import Turn

__all__ = [
    "Comment",
    "Decision",
    "Event",
    "FailedSignIn",
    "Finding",
    "Heartbeat",
    "Inspection",
    "LookUp",
    "Membership",
    "Organisation",
    "PasswordRequest",
    "Place",
    "PortalPolicy",
    "Preference",
    "Publication",
    "PublishedBlob",
    "PublishedImage",
    "Reason",
    "RegistryLookup",
    "RegistryTarget",
    "Release",
    "Revision",
    "Run",
    "Seal",
    "Service",
    "SeverityOverride",
    "Submission",
    "Tally",
    "Turn",
    "inspection_of",
    "look_up_of",
    "policy_for",
]
