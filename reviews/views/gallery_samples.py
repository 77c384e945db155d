"""What the gallery shows its components with: made up, never stored, the same each time.

Long names are as long as those of real packages, and longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from ..models import (
    Acceptance,
    Comment,
    Decision,
    Event,
    FindingRow,
    Reason,
    Revision,
    Service,
    Submission,
)
from ..models.submission import CLAIM
from ..pipeline import ChangedLine, ImageStatus, LineKind, Remedy, ReportedImage, TextSpan
from ..pipeline.core import findings as pipeline
from ..pipeline.core.findings import Edit, Place, Severity
from ..pipeline.core.messages import Message
from ..queries.review import DecidedFinding, Unit
from ..states import FindingState, SubmissionState
from .finding_cards import Card

VALUES = "demo/package/demo-helm-1.0.0.tgz!/demo/values.yaml"
CHART = "demo/package/demo-helm-1.0.0.tgz!/demo/Chart.yaml"
TARGET = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/busybox:1.36"
LONG_NAME = (
    "registry.example.com/a-team-with-a-long-name/and-a-folder/kube-prometheus-admission-webhook"
    f"@sha256:{'0123456789abcdef' * 4}"
)
_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """A component in one state: what that is called, and the context of its template."""

    words: Message
    context: Mapping[str, Any] = field(default_factory=dict)


def person(name: str) -> User:
    """Somebody with a name, and nothing else."""
    return User(pk=1, username=name)


def submission(state: SubmissionState, claimed_by: str = "") -> Submission:
    """A submission in some state, perhaps with a reviewer who has claimed it."""
    made = Submission(
        pk=1, service=Service(pk=1, name="demo"), version="1.0.0", title="demo 1.0.0", state=state
    )
    if claimed_by:
        made.claimed_by, made.claimed_until = person(claimed_by), timezone.now() + CLAIM
    return made


def event(number: int, verb: str, by: str = "rita", **detail: object) -> Event:
    """Something that happened to revision 2; an empty ``by`` is the portal itself."""
    return Event(
        pk=number,
        at=_AT,
        by=person(by) if by else None,
        verb=verb,
        submission=submission(SubmissionState.IN_REVIEW),
        revision=Revision(number=2),
        detail=detail,
    )


def line(kind: LineKind, number: int | None, *texts: str) -> ChangedLine:
    """A line of a small diff; every second of its ``texts`` is what changed."""
    spans = (TextSpan(text, changed=at % 2 == 1) for at, text in enumerate(texts))
    return ChangedLine(kind, number, tuple(spans))


def finding(
    severity: Severity, title: Message, message: Message, remedy: Message, **more: object
) -> pipeline.Finding:
    """A finding at line 6 of the values, unless ``more`` says otherwise."""
    given: dict[str, object] = {"place": Place(VALUES, 6, 9)}
    return pipeline.Finding(
        "PORTAL-002",
        "image-address",
        severity,
        title,
        message,
        remedy,
        **(given | more),  # type: ignore[arg-type]
    )


def unit(
    position: int,
    findings: Iterable[pipeline.Finding],
    state: FindingState = FindingState.OPEN,
    remedies: tuple[Remedy, ...] = (),
    said: str = "",
) -> Unit:
    """What is decided as a whole, its first finding at ``position`` of the report.

    ``said`` is the comment of a reviewer who has decided, and of another who has not.
    """
    revision = Revision(number=2, submission_id=1)
    members = []
    for at, each in enumerate(findings, position):
        row = FindingRow(
            revision=revision,
            pk=at,
            position=at,
            rule=each.rule,
            severity=each.severity.value,
            unit=f"gallery-{position}",
            has_edit=each.edit is not None,
            fingerprint="",
            content=None,
            state=state.value,
        )
        decision = Decision(
            by=person("rita"), verb="reject", reason=Reason.ACCEPTED_RISK, comment=said, at=_AT
        )
        comment = Comment(by=person("petra"), at=_AT, text=said)
        decided = state is not FindingState.OPEN
        members.append(
            DecidedFinding(
                each, row, (decision,) if decided and said else (), (comment,) if said else ()
            )
        )
    return Unit(f"gallery-{position}", tuple(members), remedies)


def acceptance(reason: str, *, hides_author: bool = False) -> Acceptance:
    """What an administrator has accepted for a service."""
    made = Acceptance(recorded_by=person("ada"), until=_AT.date(), reason=reason)
    made.hides_author = hides_author
    return made


def card(of: Unit, *rows: ChangedLine, original: str = "") -> Card:
    """A unit as a card; with an ``original`` it is an image that gets its new address."""
    image = ReportedImage(original, TARGET, ImageStatus.REDIRECTED) if original else None
    return Card(of, rows, image)


def edit(before: str, after: str) -> Edit:
    """An edit of the values; where it is does not matter here."""
    return Edit(VALUES, 0, len(before), before, after)
