"""What partners and reviewers say to each other about a submission."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .append_only import AppendOnly
from .finding import Finding
from .revision import Revision


class Comment(AppendOnly):
    """A few words on a revision, or on one finding of it; both sides read them."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="comments")
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_comments"
    )
    at = models.DateTimeField(default=timezone.now, editable=False)
    text = models.TextField(max_length=4000)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.by}: {self.text:.40}"
