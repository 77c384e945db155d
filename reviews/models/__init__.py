"""The records: who submitted what, what was found in it, what was decided, what was released."""

from __future__ import annotations

from .acceptance import Acceptance
from .attachment import Attachment, AttachmentKind, AttachmentResult, AttachmentRule, Gate
from .calendar_day import CalendarDay
from .comment import Comment, CommentRead
from .decision import Decision, Reason
from .event import Event
from .finding import Finding, FindingRow, finding_rows
from .heartbeat import Heartbeat
from .inspection import Inspection, inspection_of
from .invitation import Invitation
from .last_look import LastLook
from .organisation import Membership, Organisation, Uploader
from .outgoing_mail import Fate, MailKind, OutgoingMail
from .policy import PortalPolicy, SeverityOverride, policy_for
from .portal_event import PortalEvent
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
from .rendered_manifests import RenderedManifests, rendered_manifests_of
from .review_stage import ReviewStage, StageApproval
from .revision import Revision
from .run import Run
from .saved_view import SavedView
from .seal import Seal
from .sign_in import FailedSignIn, PasswordRequest
from .submission import Service, Submission
from .tally import Tally
from .turn import Turn
from .wording import CannedText, DecisionReason, TextUse, reason_choices, reason_words

__all__ = [
    "Acceptance",
    "Attachment",
    "AttachmentKind",
    "AttachmentResult",
    "AttachmentRule",
    "CalendarDay",
    "CannedText",
    "Comment",
    "CommentRead",
    "Decision",
    "DecisionReason",
    "Event",
    "FailedSignIn",
    "Fate",
    "Finding",
    "FindingRow",
    "Gate",
    "Heartbeat",
    "Inspection",
    "Invitation",
    "LastLook",
    "LookUp",
    "MailKind",
    "Membership",
    "Organisation",
    "OutgoingMail",
    "PasswordRequest",
    "Place",
    "PortalEvent",
    "PortalPolicy",
    "Preference",
    "Publication",
    "PublishedBlob",
    "PublishedImage",
    "Reason",
    "RegistryLookup",
    "RegistryTarget",
    "Release",
    "RenderedManifests",
    "ReviewStage",
    "Revision",
    "Run",
    "SavedView",
    "Seal",
    "Service",
    "SeverityOverride",
    "StageApproval",
    "Submission",
    "Tally",
    "TextUse",
    "Turn",
    "Uploader",
    "finding_rows",
    "inspection_of",
    "look_up_of",
    "policy_for",
    "reason_choices",
    "reason_words",
    "rendered_manifests_of",
]
