"""The threads of a submission, and what of them somebody has not read yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from ..models import Comment, CommentRead, Revision, Submission
from ..permissions import organisations_of
from ..visibility import Reader, comments_for, partners_of, reads_all, without_names


@dataclass(frozen=True)
class Thread:
    """A first comment and the replies to it that a reader is shown, oldest first.

    ``unread`` are the ids of those which the reader has not read; ``partners`` are the ids of
    those on the partner's side.
    """

    first: Comment
    replies: tuple[Comment, ...]
    unread: frozenset[int]
    partners: frozenset[int]

    @property
    def comments(self) -> tuple[Comment, ...]:
        return (self.first, *self.replies)

    @property
    def anchor(self) -> str:
        """Its place on the page of the conversation."""
        return f"c-{self.first.pk}"

    @property
    def is_resolved(self) -> bool:
        """What the last of them said about it; a thread begins unresolved."""
        said = [each.resolves for each in self.replies if each.resolves is not None]
        return bool(said and said[-1])

    @property
    def is_internal(self) -> bool:
        return self.first.is_internal

    @property
    def is_unread(self) -> bool:
        """Whether the reader has something to read in it."""
        return any(each.pk in self.unread for each in self.comments)

    def is_of(self, revision: Revision) -> bool:
        """Whether it was begun on this revision."""
        return self.first.revision_id == revision.pk

    def is_draft(self, said: Comment) -> bool:
        """Whether partners are not shown this comment yet, for it has to wait for the verdict."""
        is_inside = said.by_id not in self.partners and not said.is_internal
        return is_inside and said.pk > said.revision.comments_shown


def threads_of(user: User, reader: Reader, submission: Submission) -> tuple[Thread, ...]:
    """The threads of all revisions, unresolved ones first, then by their last comment.

    Four queries at most.
    """
    found = Comment.objects.filter(revision__submission=submission)
    shown = comments_for(reader, found).select_related("by", "revision", "finding")
    comments = list(shown.order_by("pk"))
    without_names(reader, comments)
    unread = frozenset(_unread(user, shown).order_by().values_list("pk", flat=True))
    partners = reader.partners or partners_of(frozenset({submission.organisation_id}))
    replies: dict[int, list[Comment]] = {}
    for each in comments:
        replies.setdefault(each.reply_to_id or each.pk, []).append(each)
    threads = [
        Thread(each, tuple(replies[each.pk][1:]), unread, partners)
        for each in comments
        if each.reply_to_id is None
    ]
    return tuple(sorted(threads, key=lambda each: (each.is_resolved, -each.comments[-1].pk)))


def threads_at(threads: Iterable[Thread], revision: Revision, file: str) -> Sequence[Thread]:
    """The threads on lines of one file of ``revision``."""
    return [each for each in threads if each.is_of(revision) and each.first.file == file]


def unread_by(user: User, reader: Reader, submission: Submission) -> QuerySet[Comment]:
    """What the user is shown and has not read yet."""
    shown = comments_for(reader, Comment.objects.filter(revision__submission=submission))
    return _unread(user, shown)


def unread_counts(user: User, submissions: Iterable[Submission]) -> Mapping[int, int]:
    """How many comments the user has not read, by the id of the submission. Four queries at most.

    Whoever is new here need not read what was said before.
    """
    own = organisations_of(user)
    rows = [each.pk for each in submissions]
    found = Comment.objects.filter(revision__submission__in=rows, at__gte=user.date_joined)
    is_shown = Q(is_internal=False) & (
        Q(by__in=partners_of(own)) | Q(pk__lte=F("revision__comments_shown"))
    )
    is_other = ~Q(revision__submission__organisation__in=own) if reads_all(user) else Q(pk__in=())
    unread = _unread(user, found.filter(is_shown | is_other))
    counted = unread.order_by().values("revision__submission").annotate(count=Count("pk"))
    return dict(counted.values_list("revision__submission", "count"))


def _unread(user: User, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    reads = CommentRead.objects.filter(user=user, comment=OuterRef("pk"))
    unread = comments.filter(~Exists(reads), can_be_unread=True)
    return unread.exclude(by=user).exclude(text="")
