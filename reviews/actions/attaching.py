"""What partners attach to a package, and take back; each is an event."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import objections, permissions, storage
from ..attachment_points import attachments_of
from ..models import Attachment, AttachmentKind, Event, Revision, Submission
from ..models.tally import count
from ..pipeline.core.messages import _
from ..vulnerability_reports import Exemption, Level, Vulnerability, counted
from .attached_files import AttachedFile, base_name, is_text, kept
from .attachment_facts import Declared, checked, facts_of, read_report
from .downloads import Download
from .errors import ActionDenied, StaleState, require


def most_attachments() -> int:
    """How many attachments a revision may have."""
    return int(settings.PORTAL_ATTACHMENTS["number"])


def attach(
    *,
    by: User,
    submission: Submission,
    revision: int,
    kind: str,
    file: AttachedFile,
    declared: Declared,
) -> Attachment:
    """Attach ``file`` to the current revision, which number ``revision`` has to be.

    A vulnerability report is read; what it says itself counts before what is declared.
    ActionDenied: one may not, a field is wrong, or the file is no report that can be read.
    StaleState: another revision was uploaded meanwhile. Nothing of a refused file is kept.
    """
    require(objections.to_attaching(by, submission))
    declared = checked(kind, declared)
    with kept(submission, file) as stored:
        report = read_report(stored) if kind == AttachmentKind.VULNERABILITIES else None
        with transaction.atomic():
            submission = Submission.objects.select_for_update().get(pk=submission.pk)
            require(objections.to_attaching(by, submission))
            current = _current(submission, revision)
            _require_room(current, kind, stored)
            attachment = Attachment(
                revision=current,
                kind=kind,
                file_name=base_name(file.name),
                stored=stored.name,
                sha256=stored.sha256,
                size=stored.size,
                is_text=is_text(stored),
                uploaded_by=by,
                **facts_of(declared, report, current),
            )
            attachment.save()
            recount(current)
            _log("attach", attachment, by)
    count("osc_portal_bytes_total", stored.size, deed="uploaded")
    attachment.refresh_from_db()
    return attachment


def detach(*, by: User, submission: Submission, attachment: int) -> None:
    """Remove an attachment; the record of it stays. ActionDenied: one may not, or it is gone."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        found = Attachment.objects.filter(
            pk=attachment, revision=submission.current_id, removed_at__isnull=True
        ).first()
        if found is None:
            raise ActionDenied(_("There is no such attachment any more."))
        require(objections.to_detaching(by, submission, found))
        found.removed_at, found.removed_by = timezone.now(), by
        found.save(update_fields=("removed_at", "removed_by"))
        recount(found.revision)
        _log("detach", found, by)


def carry_attachments(earlier: Revision, revision: Revision, by: User) -> int:
    """Let the attachments that are of the same package hold on; how many there are.

    One that names no package is of the one it was attached to. To be called inside a transaction.
    """
    carried = 0
    for each in Attachment.objects.filter(revision=earlier, removed_at__isnull=True):
        if (each.package_sha256 or earlier.sha256) != revision.sha256:
            continue
        copy = Attachment.objects.get(pk=each.pk)
        copy.pk, copy.revision, copy.carried_from = None, revision, each
        copy._state.adding = True  # noqa: SLF001 - Django's way to copy a row
        copy.save()
        _log("attach", copy, by, from_revision=earlier.number)
        carried += 1
    if carried:
        recount(revision)
    return carried


def recount(revision: Revision) -> None:
    """Count the vulnerabilities of all reports anew, after what VEX documents beside them say."""
    reports = list(
        Attachment.objects.filter(
            revision=revision, removed_at__isnull=True, kind=AttachmentKind.VULNERABILITIES.value
        ).select_related("revision")
    )
    exemptions = [
        Exemption(name, tuple(packages))
        for each in reports
        if not each.is_of_another
        for name, packages in each.details.get("exemptions", ())
    ]
    for each in reports:
        found = (
            Vulnerability(name, package, Level(level))
            for name, package, level in each.details.get("vulnerabilities", ())
        )
        counts = counted(found, exemptions)
        each.counts = {level.value: number for level, number in counts.by_level.items()}
        each.excused = counts.excused
        each.save(update_fields=("counts", "excused"))


def download_attachment(*, by: User, attachment: Attachment) -> Download:
    """The file of an attachment, noted in the log. ActionDenied: one may not, or it is gone."""
    revision = attachment.revision
    require(permissions.objection_to_viewing(by, revision.submission))
    if attachment.purged_at is not None or attachment.removed_at is not None:
        raise ActionDenied(_("The file was removed, as the retention policy wants it."))
    Event.objects.create(
        by=by,
        verb="download",
        submission=revision.submission,
        revision=revision,
        detail={"artifact": "attachment", "file": attachment.file_name},
    )
    return Download(
        attachment.file_name,
        attachment.size,
        attachment.sha256,
        storage.local_path(attachment.stored),
        content_type="text/plain; charset=utf-8"
        if attachment.is_text
        else "application/octet-stream",
    )


def _current(submission: Submission, seen: int) -> Revision:
    current = submission.current
    if current is None:
        raise RuntimeError(f"submission {submission.pk} has no revision")
    if current.number != seen:
        raise StaleState(
            _(
                "Revision %(number)s was uploaded meanwhile: look at that one.",
                number=current.number,
            )
        )
    return current


def _require_room(revision: Revision, kind: str, stored: storage.Stored) -> None:
    """ActionDenied: there are enough already, or this very file is among them."""
    there = attachments_of(revision)
    if any(each.sha256 == stored.sha256 and each.kind == kind for each in there):
        raise ActionDenied(_("This file is attached already."), "file")
    if len(there) >= most_attachments():
        raise ActionDenied(
            _(
                "A revision has at most %(most)s attachments: remove one first.",
                most=most_attachments(),
            ),
            "file",
        )


def _log(verb: str, attachment: Attachment, by: User, **more: int) -> None:
    Event.objects.create(
        by=by,
        verb=verb,
        submission=attachment.revision.submission,
        revision=attachment.revision,
        detail={
            "file": attachment.file_name,
            "kind": attachment.kind,
            "sha256": attachment.sha256,
            "size": attachment.size,
            **more,
        },
    )
