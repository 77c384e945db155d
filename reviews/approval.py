"""What an approval rests on: the findings as they were seen, and the images it leaves outside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db.models import QuerySet

from .models import Event, Revision
from .pipeline import MAPPING_UNIT, ImageStatus, Report, images_of
from .pipeline.core.messages import Message, _
from .states import FindingState

_NO_CHANGE = ("view", "download", "claim", "unclaim", "comment")
"""Events after which the findings are as they were."""


def findings_version(revision: Revision) -> str:
    """An opaque name of the findings, their decisions and the history as they are now."""
    # With the report: what the archives showed meanwhile was not what somebody saw.
    digest = hashlib.sha256(f"{revision.pk} {revision.sha256} {revision.report}".encode())
    findings = revision.findings.order_by("position").values_list("fingerprint", "state")
    for fingerprint, state in findings:
        digest.update(f"\n{fingerprint} {state}".encode())
    return f"{_last_event(revision)}-{digest.hexdigest()[:32]}"


def events_since(revision: Revision, seen: str) -> tuple[Event, ...]:
    """What has changed the findings since the version ``seen``, oldest first, at most 100."""
    number = seen.partition("-")[0]
    since = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    events = _changes(revision).filter(pk__gt=since).select_related("by").order_by("pk")
    return tuple(events[:100])


def images_left_outside(revision: Revision, report: Report) -> tuple[str, ...]:
    """The originals that stay where they are because an edit that moves them was rejected."""
    # The mapping moves no image: it lists for the platform which one is where.
    rejected = revision.findings.filter(state=FindingState.REJECTED, has_edit=True)
    moved = {
        image.original: None
        for position in rejected.exclude(unit=MAPPING_UNIT)
        .order_by("position")
        .values_list("position", flat=True)
        for image in images_of(report, report.findings[position])
        if image.status is ImageStatus.REDIRECTED
    }
    return tuple(moved)


def confirmation_of(revision: Revision, images: Sequence[str]) -> Message | None:
    """The sentence to be confirmed when ``images`` stay where they are, None where none do."""
    if not images:
        return None
    return _(
        "These images will not be pulled from %(registry)s: %(images)s.",
        registry=revision.held_to.registry,
        images=tuple(images),
    )


def _last_event(revision: Revision) -> int:
    return _changes(revision).order_by("-pk").values_list("pk", flat=True).first() or 0


def _changes(revision: Revision) -> QuerySet[Event]:
    return Event.objects.filter(submission=revision.submission_id).exclude(verb__in=_NO_CHANGE)
