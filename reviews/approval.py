"""What an approval rests on: the findings as they were seen, and the images it leaves outside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db.models import QuerySet

from .models import Event, Finding, RegistryLookup, Revision, look_up_of
from .pipeline import MAPPING_UNIT, ImageStatus, NeededAddress, Report, images_of, needed_addresses
from .pipeline.core.findings import Severity
from .pipeline.core.messages import Message, _, listed
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


def confirmations_of(revision: Revision, report: Report) -> tuple[Message, ...]:
    """The sentences to be confirmed at the approval: what will not be pulled as one may think."""
    outside = images_left_outside(revision, report)
    missing = () if _spoken_of(revision) is not None else unshipped(revision, report, outside)
    sentences = (_sentence_of_outside(revision, outside), _sentence_of_missing(revision, missing))
    found = (each for each in sentences if each is not None)
    return (*found, *obstacles_of(revision, report, outside))


def obstacles_of(
    revision: Revision, report: Report, outside: Sequence[str] = ()
) -> tuple[Message, ...]:
    """What would stop the publication of what is shipped, as the registry said when asked last.

    ``outside`` are originals that stay where they are, and are not published.
    """
    asked = look_up_of(revision)
    if asked is None or not asked.obstacles:
        return ()
    pulled = {each.reference for each in needed_addresses(report, outside)}
    return tuple(
        Message.load(each["words"]) for each in asked.obstacles if each["reference"] in pulled
    )


def sentences_of_approval(revision: Revision, report: Report) -> tuple[Message, ...]:
    """What is kept with the approval: the confirmed sentences, and that of a decided finding.

    A reviewer who decided the finding that no image is shipped has confirmed its sentence there.
    """
    finding = _spoken_of(revision)
    decided = () if finding is None else (report.findings[finding.position].message,)
    return (*decided, *confirmations_of(revision, report))


def objection_of_images(revision: Revision, report: Report) -> Message | None:
    """Why an image that is neither shipped nor found keeps the package from being approved."""
    if not revision.held_to.require_images:
        return None
    outside = images_left_outside(revision, report)
    missing = unshipped(revision, report, outside, is_moved=False)
    if not missing:
        return None
    return _(
        "The portal requires every image, and these are neither shipped nor found in %(registry)s:"
        " %(images)s.",
        registry=revision.held_to.registry,
        images=listed(map(_named, missing)),
    )


def unshipped(
    revision: Revision, report: Report, outside: Sequence[str], *, is_moved: bool = True
) -> tuple[NeededAddress, ...]:
    """The addresses for which the package ships no image, and the registry had none when asked.

    With ``is_moved``, only those which the rewrite leads there.
    """
    found = {
        row.reference: set(row.architectures)
        for row in RegistryLookup.objects.filter(revision=revision, found=True)
    }
    return tuple(
        each
        for each in needed_addresses(report, outside)
        if set(each.missing) - found.get(each.reference, set()) and (each.is_moved or not is_moved)
    )


NOTHING_SHIPPED = "OSC-PKG-008"
"""The rule whose finding is dismissed only where the images are in the registry already."""


def _spoken_of(revision: Revision) -> Finding | None:
    """The finding that no image is shipped at all, which reviewers decide."""
    found = revision.findings.filter(rule=NOTHING_SHIPPED, severity=Severity.WARNING.value)
    return found.first()


def _sentence_of_outside(revision: Revision, images: Sequence[str]) -> Message | None:
    if not images:
        return None
    return _(
        "These images will not be pulled from %(registry)s: %(images)s.",
        registry=revision.held_to.registry,
        images=tuple(images),
    )


def _sentence_of_missing(revision: Revision, missing: Sequence[NeededAddress]) -> Message | None:
    if not missing:
        return None
    return _(
        "Not shipped: %(images)s. Pulling them fails unless they are in %(registry)s.",
        images=listed(map(_named, missing)),
        registry=revision.held_to.registry,
    )


def _named(address: NeededAddress) -> Message:
    return _(
        "%(reference)s (%(architectures)s)",
        reference=address.reference,
        architectures=address.missing,
    )


def _last_event(revision: Revision) -> int:
    return _changes(revision).order_by("-pk").values_list("pk", flat=True).first() or 0


def _changes(revision: Revision) -> QuerySet[Event]:
    return Event.objects.filter(submission=revision.submission_id).exclude(verb__in=_NO_CHANGE)
