"""Downloading a package or the proposed mapping: who downloaded what is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from django.contrib.auth.models import User

from .. import permissions, storage
from ..models import Event, Release, Revision
from ..pipeline import Contents, apply_edits, mapping_edit, open_package, splice
from ..pipeline.core.messages import _
from ..states import FindingState
from .errors import ActionDenied, require


class Artifact(StrEnum):
    """What can be downloaded."""

    ORIGINAL = "original"
    PROPOSED = "proposed"
    MAPPING = "mapping"
    RELEASED = "released"


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


def download(*, by: User, revision: Revision, artifact: Artifact) -> Download:
    """A package of a revision, noted in the log.

    ActionDenied: the user may not have it, or there is none of that kind.
    """
    submission = revision.submission
    require(permissions.objection_to_viewing(by, submission))
    found = _find(revision, artifact)
    Event.objects.create(
        by=by,
        verb="download",
        submission=submission,
        revision=revision,
        detail={"artifact": artifact.value, "file": found.file_name},
    )
    return found


def _find(revision: Revision, artifact: Artifact) -> Download:
    if revision.purged_at is not None and artifact is not Artifact.RELEASED:
        raise ActionDenied(_("The file was removed, as the retention policy wants it."))
    match artifact:
        case Artifact.ORIGINAL:
            return _file(revision.original, revision.file_name, revision.sha256)
        case Artifact.PROPOSED:
            return _proposed(revision)
        case Artifact.MAPPING:
            return _mapping(revision)
        case Artifact.RELEASED:
            release = released(revision)
            if release is None:
                raise ActionDenied(_("This revision is not released."))
            return _file(release.archive, release.file_name, release.sha256)


def _proposed(revision: Revision) -> Download:
    """The original with every proposed edit, made while it is sent: it may be of any size."""
    edits = storage.read_report(revision.report).edits if revision.report else ()
    if not edits:
        raise ActionDenied(_("No edit is proposed for this revision."))
    path = storage.local_path(revision.original)
    rewriting = apply_edits(open_package(path, revision.held_to.limits), edits)
    size, pieces = rewriting.pieces(path)
    return Download(proposed_name(revision), size, made=pieces)


def _mapping(revision: Revision) -> Download:
    """The whole ``mapping.yaml`` as it would be written after the decisions so far."""
    edit = None
    if revision.report:
        rejected = revision.findings.filter(state=FindingState.REJECTED)
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
    """The release of a revision that was made and verified, None where there is none."""
    return revision.releases.exclude(archive="").order_by("pk").last()


def split_name(file_name: str) -> tuple[str, str]:
    """A package's name and its suffix, ``.tar.gz`` in one piece."""
    if file_name.lower().endswith(".tar.gz"):
        return file_name[:-7], file_name[-7:]
    path = PurePosixPath(file_name)
    return path.stem, path.suffix


def _file(name: str, file_name: str, sha256: str | None) -> Download:
    path = storage.local_path(name)
    return Download(file_name, path.stat().st_size, sha256, path)
