"""What partners and reviewers say to each other about a submission, in threads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .append_only import AppendOnly
from .finding import Finding
from .revision import Revision


class Comment(AppendOnly):
    """A few words on a revision: on one finding of it, on a line of a file, or on all of it.

    The first comment of a thread has no ``reply_to``; all others reply to that one, and may belong
    to a later revision. ``file`` and ``line`` (1-based) are as in findings. ``is_internal``: for
    reviewers and administrators only. ``resolves`` says that the thread is resolved with it (True)
    or opened again (False). ``can_be_unread`` is False where the portal did not yet keep who has
    read what.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="comments")
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_comments"
    )
    at = models.DateTimeField(default=timezone.now, editable=False)
    text = models.TextField(max_length=4000, blank=True)
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    file = models.TextField(blank=True, default="")
    line = models.PositiveIntegerField(null=True, blank=True)
    is_internal = models.BooleanField(default=False)
    resolves = models.BooleanField(null=True)
    can_be_unread = models.BooleanField(default=True, editable=False)

    hides_author = False

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.by}: {self.text:.40}"


class CommentRead(models.Model):
    """That somebody has read a comment."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments_read"
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reads")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "comment"), name="comments_are_read_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} has read {self.comment_id}"
