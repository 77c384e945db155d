"""What the state of a submission means to those who look at it: the notice above everything."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Event, Publication, Release, Revision, Submission, inspection_of
from ..pipeline import Report
from ..pipeline.core.messages import Message, _
from ..preconditions import publication_of
from ..queries.revisions import last_release
from ..states import SubmissionState


@dataclass(frozen=True, slots=True)
class Notice:
    """``words`` say what is the matter, ``more`` what follows; ``title`` is the verdict."""

    tone: str
    sign: str
    title: Message | None
    words: Message | str
    more: Message | str | None = None
    rule: str = ""
    file: str = ""


def state_notice(
    submission: Submission, revision: Revision, *, is_member: bool = False
) -> Notice | None:
    """The notice on the page of ``revision``, None where its findings speak for themselves.

    ``is_member`` says that the reader is of the organisation that submitted it.
    """
    if submission.current_id != revision.pk:
        is_whole = revision.purged_at is None
        words = _("This is an earlier revision, kept as it was.")
        return Notice(
            "info", "info", None, words if is_whole else _("This is an earlier revision.")
        )
    match submission.status:
        case SubmissionState.REFUSED:
            return _refused(revision)
        case SubmissionState.FAILED:
            return Notice(
                "warning",
                "wrench",
                _("The portal failed, and not the package"),
                _("The examination crashed three times. The administrators are informed."),
                _("You need not do anything. A new attempt keeps your place and your upload.")
                if is_member
                else _("A new attempt keeps the place in the queue and the upload."),
            )
        case SubmissionState.RETURNED:
            return _returned(submission)
        case SubmissionState.REJECTED:
            return Notice(
                "error", "cross", _("The package was rejected"), _last_words(submission, "reject")
            )
        case SubmissionState.APPROVED:
            return _approved(last_release(submission))
        case SubmissionState.PUBLISHING:
            return _publishing(publication_of(submission))
        case SubmissionState.SUSPENDED:
            return Notice(
                "warning",
                "pause",
                _("This version is suspended"),
                _last_words(submission, "suspend"),
                _("Deploy it no more until this is ended. Nothing was deleted."),
            )
        case SubmissionState.WITHDRAWN:
            return Notice(
                "info",
                "flag",
                None,
                _("It was withdrawn. The same version may be submitted afresh."),
                _last_words(submission, "withdraw"),
            )
        case SubmissionState.IN_REVIEW:
            return _unread(revision) or _approved_before(submission, revision)
        case _:
            return None


def _refused(revision: Revision) -> Notice:
    refusal = revision.refusal or {}
    return Notice(
        "error",
        "error",
        _("The package cannot be processed"),
        revision.refusal_words or "",
        rule=refusal.get("code", ""),
        file=refusal.get("file") or "",
    )


def _returned(submission: Submission) -> Notice:
    return Notice(
        "warning",
        "undo",
        _("The reviewer returned the package to be fixed"),
        _last_words(submission, "return")
        or _("Fix the confirmed findings, then upload a corrected package."),
    )


def _approved(release: Release | None) -> Notice:
    if release is not None and release.is_abandoned:
        return Notice(
            "warning",
            "wrench",
            _("Approved, but the release failed"),
            _("An internal error, not a fault of the package. The administrators are informed."),
        )
    return Notice(
        "success",
        "check",
        _("Approved"),
        _("The release is being made from the original and the approved edits, and proven."),
    )


def _publishing(publication: Publication | None) -> Notice:
    if publication is not None and publication.is_stopped:
        return Notice(
            "warning",
            "wrench",
            _("Approved, but its images are not published"),
            publication.trouble_words
            or _("An internal error, not a fault of the package. The administrators are informed."),
            _("An administrator decides what becomes of it."),
        )
    return Notice(
        "success",
        "check",
        _("Approved"),
        _("The release is proven and stored. Its images are being published, and read back then."),
        publication.trouble_words if publication is not None else None,
    )


def _unread(revision: Revision) -> Notice | None:
    inspection = inspection_of(revision)
    if inspection is None or not inspection.is_abandoned:
        return None
    return Notice(
        "warning",
        "wrench",
        _("The portal could not read the image archives"),
        _("An internal error, not a fault of the package. The administrators are informed."),
        _("What was found in the package itself is valid. It can be approved when they are read."),
    )


def _approved_before(submission: Submission, revision: Revision) -> Notice | None:
    """Why what was approved already is in review again; None where it never was."""
    release = last_release(submission)
    if release is None:
        return None
    return _reopened(release) or _reconsidered(submission, revision)


def _reopened(release: Release) -> Notice | None:
    if release.objection is None:
        return None
    return Notice(
        "warning",
        "undo",
        _("The release could not be proven"),
        Message.load(release.objection),
        _("So it is in review again, with all its decisions."),
    )


def _reconsidered(submission: Submission, revision: Revision) -> Notice | None:
    """That an administrator put this revision back into review, until the next approval."""
    last = Event.objects.filter(
        submission=submission, revision=revision, verb__in=("approve", "reconsider")
    )
    event = last.order_by("pk").last()
    if event is None or event.verb != "reconsider":
        return None
    return Notice(
        "warning",
        "undo",
        _("Its images could not be published"),
        str(event.detail.get("comment", "")),
        _("So it is in review again, with all its decisions."),
    )


def naming_notice(submission: Submission, report: Report) -> Notice | None:
    """That the file calls itself otherwise than what was typed, None where it does not."""
    package, service = report.package, submission.service.name
    other_version = package.version not in (None, submission.version)
    other_service = package.service is not None and package.service.lower() != service.lower()
    if not (other_version or other_service):
        return None
    words = _(
        "The file calls itself %(service)s %(version)s, and it was submitted as %(title)s. Make"
        " sure that it is the right file.",
        service=package.service or "?",
        version=package.version or "?",
        title=submission.title,
    )
    tone = "warning" if other_version else "info"
    return Notice(tone, tone, None, words)


def _last_words(submission: Submission, verb: str) -> str:
    event = Event.objects.filter(submission=submission, verb=verb).order_by("pk").last()
    return "" if event is None else str(event.detail.get("comment", ""))
