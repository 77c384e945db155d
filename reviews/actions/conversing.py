"""Talking about a submission in threads: on a finding, on a line of a file, or on all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from .. import permissions, storage
from ..models import Comment, CommentRead, Event, Finding, Revision, Submission
from ..pipeline import read_file
from ..pipeline.core.messages import _
from ..pipeline.core.refusal import PackageRefused
from ..states import SubmissionState
from ..visibility import comments_for, reader_of
from .errors import ActionDenied, require
from .notifying import notify
from .reviewing import checked_text, current_revision, locked
from .showing import show_drafts

_READ = 1 << 20  # bytes of a file, behind which a line is taken as it is given
_S = SubmissionState
_UNDER_REVIEW = frozenset({_S.RECEIVED, _S.PROCESSING, _S.FAILED, _S.IN_REVIEW, _S.WITHDRAWN})
"""States in which what a reviewer says is a draft: a verdict may still follow, or none will."""


@dataclass(frozen=True, slots=True)
class About:
    """What a new thread is about: a finding by its position, or a line (1-based) of a file.

    Without either it is about the submission.
    """

    position: int | None = None
    file: str = ""
    line: int | None = None


WHOLE = About()


def comment(
    *,
    by: User,
    submission: Submission,
    revision: int,
    text: str,
    position: int | None = None,
    about: About | None = None,
    reply_to: int | None = None,
    is_internal: bool = False,
    resolves: bool | None = None,
) -> Comment:
    """Say something about the current revision, in a new thread or as a reply in an earlier one.

    ``revision`` is the number of the revision that the person looks at; ``position`` is short for
    an ``about`` of a finding. ``reply_to`` is the id of the thread's first comment; a reply in an
    internal thread is internal. ``resolves`` resolves the thread (True) or opens it again (False),
    for which no text is needed. ActionDenied: one may not, what it is about is not there, or
    nothing is said. StaleState: the revision is no longer the current one.
    """
    require(permissions.objection_to_viewing(by, submission))
    about = about or About(position)
    place = _place(submission, revision, about) if reply_to is None else {}
    with transaction.atomic():
        submission = locked(submission)
        current = current_revision(submission, revision)
        text = checked_text(text, "text")
        if not text and (resolves is None or reply_to is None):
            raise ActionDenied(_("Write a comment first."), "text")
        first = None if reply_to is None else _thread(by, submission, reply_to)
        reader = reader_of(by, submission)
        is_internal = is_internal or (first is not None and first.is_internal)
        if is_internal and reader.is_partner:
            raise ActionDenied(_("Only reviewers and administrators write internal notes."))
        finding = _finding(current, about, first)
        said = Comment.objects.create(
            revision=current,
            finding=finding,
            by=by,
            text=text,
            reply_to=first,
            is_internal=is_internal,
            resolves=resolves if first is not None else None,
            **place,
        )
        event = _log(said, submission)
        if not is_internal and not reader.is_partner and submission.status not in _UNDER_REVIEW:
            show_drafts(current)
        if text:
            notify(event)
    return said


def mark_read(*, by: User, submission: Submission, comments: Iterable[Comment]) -> None:
    """Keep that ``by`` has read these comments. ActionDenied: one may not see the submission."""
    require(permissions.objection_to_viewing(by, submission))
    rows = (CommentRead(user=by, comment=each) for each in comments)
    CommentRead.objects.bulk_create(rows, ignore_conflicts=True)


def _place(submission: Submission, revision: int, about: About) -> dict[str, object]:
    """The file and the line, which are there. Read before the transaction: it may take a while."""
    if not about.file:
        return {}
    current = current_revision(submission, revision)
    if current.purged_at is not None:
        raise ActionDenied(_("The file was removed, as the retention policy wants it."), "file")
    try:
        content = read_file(
            storage.local_path(current.original), current.held_to.limits, about.file, _READ
        )
    except PackageRefused as refused:
        raise ActionDenied(refused.words, "file") from refused
    if content is None:
        raise ActionDenied(_("There is no such file in this revision."), "file")
    lines = content.count(b"\n") + 1
    if about.line is None or about.line < 1 or (about.line > lines and len(content) < _READ):
        raise ActionDenied(_("Give a line from 1 to %(last)s.", last=lines), "line")
    return {"file": about.file, "line": about.line}


def _finding(current: Revision, about: About, first: Comment | None) -> Finding | None:
    """What the comment is about, None where it is no finding of the current revision."""
    if first is not None:
        at_home = first.finding is not None and first.finding.revision_id == current.pk
        return first.finding if at_home else None
    if about.position is None:
        return None
    finding = current.findings.filter(position=about.position).first()
    if finding is None:
        raise ActionDenied(_("There is no such finding."), "position")
    return finding


def _thread(by: User, submission: Submission, pk: int) -> Comment:
    """The first comment of a thread that the person is shown."""
    reader = reader_of(by, submission)
    shown = comments_for(reader, Comment.objects.filter(revision__submission=submission))
    first = shown.filter(pk=pk, reply_to__isnull=True).select_related("finding").first()
    if first is None:
        raise ActionDenied(_("There is no such thread."), "reply_to")
    return first


def _log(said: Comment, submission: Submission) -> Event:
    """Write the event. That of an internal note has a verb of its own, so that it stays inside."""
    finding, first = said.finding, said.reply_to
    detail = {
        "comment": said.text,
        "message": said.pk,
        "position": finding.position if finding is not None else None,
        "file": said.file,
        "line": said.line,
        "thread": first.pk if first is not None else None,
        "resolves": said.resolves,
    }
    return Event.objects.create(
        by=said.by,
        verb="note" if said.is_internal else "comment",
        submission=submission,
        revision=said.revision,
        detail={name: value for name, value in detail.items() if value not in (None, "")},
    )
