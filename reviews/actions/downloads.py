"""Downloading a package or the proposed mapping: who downloaded what is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from django.contrib.auth.models import User
from django.utils.translation import get_language, gettext

from .. import permissions, storage
from ..models import Event, Release, Revision
from ..pipeline import Contents, apply_edits, mapping_edit, open_package, splice
from ..pipeline.core.messages import _
from ..states import FindingState
from ..visibility import Reader, findings_for, reader_of
from .errors import ActionDenied, require
from .released_chart import released_chart
from .report_files import report_csv, report_json, report_sarif


class Artifact(StrEnum):
    """What can be downloaded."""

    ORIGINAL = "original"
    PROPOSED = "proposed"
    MAPPING = "mapping"
    RELEASED = "released"
    CHART = "chart"
    LOCK = "lock"
    BILL = "bill"
    REPORT_JSON = "report-json"
    REPORT_SARIF = "report-sarif"
    REPORT_CSV = "report-csv"


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be streamed as an attachment.

    It lies at ``path``, or is ``made`` of pieces while it is sent, ``size`` bytes in all.
    """

    file_name: str
    size: int
    sha256: str | None = None
    path: Path | None = None
    made: Iterator[bytes] | None = None
    content_type: str = "application/octet-stream"


def download(*, by: User, revision: Revision, artifact: Artifact, rules_at: str = "") -> Download:
    """A package of a revision or its report, noted in the log.

    ``rules_at`` is the address below which the rules have their pages.
    ActionDenied: the user may not have it, or there is none of that kind.
    """
    submission = revision.submission
    require(permissions.objection_to_viewing(by, submission))
    found = _find(revision, artifact, rules_at, reader_of(by, submission))
    Event.objects.create(
        by=by,
        verb="download",
        submission=submission,
        revision=revision,
        detail={"artifact": artifact.value, "file": found.file_name},
    )
    return found


def _find(revision: Revision, artifact: Artifact, rules_at: str, reader: Reader) -> Download:
    if revision.purged_at is not None and artifact in _OF_UPLOAD:
        raise ActionDenied(_("The file was removed, as the retention policy wants it."))
    match artifact:
        case Artifact.ORIGINAL:
            return _file(revision.original, revision.file_name, revision.sha256)
        case Artifact.PROPOSED:
            return _proposed(revision)
        case Artifact.MAPPING:
            return _mapping(revision, reader)
        case Artifact.REPORT_JSON | Artifact.REPORT_SARIF | Artifact.REPORT_CSV:
            return _report(revision, artifact, rules_at, reader)
        case _:
            return _of_release(revision, artifact)


_OF_UPLOAD = frozenset({Artifact.ORIGINAL, Artifact.PROPOSED, Artifact.MAPPING})


def _of_release(revision: Revision, artifact: Artifact) -> Download:
    release = released(revision)
    if release is None:
        raise ActionDenied(_("This revision is not released."))
    if artifact is Artifact.RELEASED:
        return _file(release.archive, release.file_name, release.sha256)
    if artifact is Artifact.CHART:
        return _chart(release)
    publication = release.publications.order_by("pk").last()
    stem, _suffix = split_name(release.file_name)
    if artifact is Artifact.LOCK and publication is not None and publication.lock:
        return _document(publication.lock, f"{stem}-images.lock.json")
    if artifact is Artifact.BILL and publication is not None and publication.bill:
        return _document(publication.bill, f"{stem}.cdx.json")
    raise ActionDenied(_("There is no such document of this release."))


def _chart(release: Release) -> Download:
    found = released_chart(release)
    if found is None:
        raise ActionDenied(_("This release has no chart that is a file of its own."))
    name, content = found
    return Download(name, len(content), made=iter((content,)), content_type="application/gzip")


def _document(name: str, file_name: str) -> Download:
    path = storage.local_path(name)
    return Download(file_name, path.stat().st_size, path=path, content_type="application/json")


def _proposed(revision: Revision) -> Download:
    """The original with every proposed edit, made while it is sent: it may be of any size."""
    edits = storage.read_report(revision.report).edits if revision.report else ()
    if not edits:
        raise ActionDenied(_("No edit is proposed for this revision."))
    path = storage.local_path(revision.original)
    rewriting = apply_edits(open_package(path, revision.held_to.limits), edits)
    size, pieces = rewriting.pieces(path)
    return Download(proposed_name(revision), size, made=pieces)


def _report(revision: Revision, artifact: Artifact, rules_at: str, reader: Reader) -> Download:
    """The report in the language of who asks."""
    if not revision.report:
        raise ActionDenied(_("This revision was not examined to the end: it has no report."))
    stem, _suffix = split_name(revision.file_name)
    name = f"{stem}-rev{revision.number}"
    if artifact is Artifact.REPORT_CSV:
        return _made(
            f"{name}.csv", report_csv(revision, gettext, reader), "text/csv; charset=utf-8"
        )
    report = storage.read_report(revision.report)
    if artifact is Artifact.REPORT_JSON:
        return _made(f"{name}.json", report_json(report, gettext), "application/json")
    sarif = report_sarif(report, gettext, get_language() or "en", rules_at)
    return _made(f"{name}.sarif", sarif, "application/sarif+json")


def _made(file_name: str, content: bytes, content_type: str) -> Download:
    return Download(file_name, len(content), made=iter((content,)), content_type=content_type)


def _mapping(revision: Revision, reader: Reader) -> Download:
    """The whole ``mapping.yaml`` as it would be written after the decisions that are shown."""
    edit = None
    if revision.report:
        shown = findings_for(reader, revision.findings.all())
        rejected = shown.filter(shown_state=FindingState.REJECTED)
        report = storage.read_report(revision.report)
        edit = mapping_edit(report, rejected.values_list("position", flat=True))
    if edit is None:
        raise ActionDenied(_("No mapping is proposed for this revision."))
    contents = Contents(storage.local_path(revision.original), revision.held_to.limits)
    text = splice(contents.get(edit.file) or b"", [edit])
    return Download("mapping.yaml", len(text), made=iter((text,)), content_type="text/yaml")


def proposed_name(revision: Revision) -> str:
    """What the package with every proposed edit is called."""
    stem, suffix = split_name(revision.file_name)
    return f"{stem}-proposed{suffix}"


def released(revision: Revision) -> Release | None:
    """The release of a revision that is out, None where there is none.

    One that is still being published is not, nor one that was put back into review.
    """
    release = revision.releases.exclude(archive="").order_by("pk").last()
    if release is None:
        return None
    publication = release.publications.order_by("pk").last()
    is_out = publication is None or publication.published_at is not None
    return release if is_out else None


def split_name(file_name: str) -> tuple[str, str]:
    """A package's name and its suffix, ``.tar.gz`` in one piece."""
    if file_name.lower().endswith(".tar.gz"):
        return file_name[:-7], file_name[-7:]
    path = PurePosixPath(file_name)
    return path.stem, path.suffix


def _file(name: str, file_name: str, sha256: str | None) -> Download:
    path = storage.local_path(name)
    return Download(file_name, path.stat().st_size, sha256, path)
