"""What an approval rests on: the findings as they were seen, and the images it leaves outside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db.models import QuerySet

from .models import Event, FindingRow, RegistryLookup, Revision, finding_rows, look_up_of
from .pipeline import MAPPING_UNIT, ImageStatus, NeededAddress, Report, images_of, needed_addresses
from .pipeline.core.findings import Finding as ReportedFinding
from .pipeline.core.findings import Severity
from .pipeline.core.messages import Message, _, listed
from .states import FindingState

_NO_CHANGE = (
    *("view", "download", "claim", "unclaim", "assign", "comment", "note"),
    *("accept", "end_acceptance", "approve_stage"),
)
"""Events after which the findings are as they were."""


def findings_version(revision: Revision, findings: Sequence[FindingRow] | None = None) -> str:
    """An opaque name of the findings, their decisions and the history as they are now.

    ``findings`` are all of the revision, None where they are still to be read; so everywhere here.
    """
    # With the report: what the archives showed meanwhile was not what somebody saw.
    digest = hashlib.sha256(f"{revision.pk} {revision.sha256} {revision.report}".encode())
    for each in _rows(revision, findings):
        digest.update(f"\n{each.fingerprint} {each.state}".encode())
    return f"{_last_event(revision)}-{digest.hexdigest()[:32]}"


def _rows(revision: Revision, findings: Sequence[FindingRow] | None) -> Sequence[FindingRow]:
    return finding_rows(revision) if findings is None else findings


def events_since(revision: Revision, seen: str) -> tuple[Event, ...]:
    """What has changed the findings since the version ``seen``, oldest first, at most 100."""
    number = seen.partition("-")[0]
    since = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    events = _changes(revision).filter(pk__gt=since).select_related("by").order_by("pk")
    return tuple(events[:100])


def images_left_outside(
    revision: Revision, report: Report, findings: Sequence[FindingRow] | None = None
) -> tuple[str, ...]:
    """The originals that stay where they are because an edit that moves them was rejected."""
    # The mapping moves no image: it lists for the platform which one is where.
    moved = {
        image.original: None
        for row in _rows(revision, findings)
        if row.has_edit and row.state == FindingState.REJECTED and row.unit != MAPPING_UNIT
        for image in images_of(report, report.findings[row.position])
        if image.status is ImageStatus.REDIRECTED
    }
    return tuple(moved)


def confirmations_of(
    revision: Revision, report: Report, findings: Sequence[FindingRow] | None = None
) -> tuple[Message, ...]:
    """The sentences to be confirmed at the approval: what will not be pulled as one may think."""
    rows = _rows(revision, findings)
    outside = images_left_outside(revision, report, rows)
    missing = () if _spoken_of(rows) is not None else unshipped(revision, report, outside)
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
    rows = finding_rows(revision)
    finding = _spoken_of(rows)
    decided = () if finding is None else (report.findings[finding.position].message,)
    return (*decided, *confirmations_of(revision, report, rows))


def objection_of_images(
    revision: Revision, report: Report, findings: Sequence[FindingRow] | None = None
) -> Message | None:
    """Why an image that is neither shipped nor found keeps the package from being approved."""
    if not revision.held_to.require_images:
        return None
    outside = images_left_outside(revision, report, findings)
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


def path_in(report: Report, finding: ReportedFinding) -> str:
    """The path of the value that a finding speaks of, as in ``image.tag``; empty where of none."""
    place = finding.place
    for image in images_of(report, finding):
        for source in image.sources:
            here = (source.file, source.line, source.column)
            if source.path and here == (place.file, place.line, place.column):
                return source.path
    return str(finding.message.parameters.get("path", ""))


NOTHING_SHIPPED = "OSC-PKG-008"
"""The rule whose finding is dismissed only where the images are in the registry already."""


def _spoken_of(findings: Sequence[FindingRow]) -> FindingRow | None:
    """The finding that no image is shipped at all, which reviewers decide."""
    found = (each for each in findings if each.rule == NOTHING_SHIPPED)
    return next((each for each in found if each.severity == Severity.WARNING), None)


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
