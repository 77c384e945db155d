"""One upload for a submission: the original, the policy it is held to, what was learned."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..pipeline.core.messages import Message
from ..pipeline.core.policy import Policy
from .run import Run, unfinished_index
from .submission import Submission


class Revision(Run):
    """An original that is never altered, and the analysis of it.

    ``original`` and ``report`` are names in the store of archives. At ``purged_at`` the original
    was removed as the retention policy wants it; its name and hash stay. ``policy`` is the
    snapshot under which everything was found. ``refusal`` holds why it cannot be processed
    at all: code, template, parameters and file. ``stage`` is what the analysis does now, one of
    the report's stages. ``timings`` are seconds by stage.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads"
    )
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    note = models.TextField(blank=True, max_length=2000)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    original = models.CharField(max_length=200)
    purged_at = models.DateTimeField(null=True, editable=False)
    policy = models.JSONField()
    report = models.CharField(max_length=200, blank=True)
    refusal = models.JSONField(null=True)
    stage = models.CharField(max_length=20, blank=True)
    timings = models.JSONField(default=dict)
    engine = models.CharField(max_length=50, blank=True)
    rules = models.CharField(max_length=50, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    images_total = models.PositiveIntegerField(default=0)
    images_redirected = models.PositiveIntegerField(default=0)
    renders = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("submission", "number")
        constraints = (
            models.UniqueConstraint(fields=("submission", "number"), name="revisions_are_numbered"),
        )
        indexes = (unfinished_index("unfinished_analyses"),)

    def __str__(self) -> str:
        return f"{self.submission} rev {self.number}"

    @property
    def held_to(self) -> Policy:
        """The policy of the snapshot."""
        return Policy.restore(self.policy)

    @property
    def refusal_words(self) -> Message | None:
        """Why it cannot be processed, None when it can."""
        if self.refusal is None:
            return None
        return Message.load(self.refusal)
