"""One upload for a submission: the original, the policy it is held to, what was learned."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    the report's stages. ``timings`` are seconds by stage. ``decisions_shown``, ``comments_shown``
    and ``events_shown`` are the numbers of the last ones that a verdict has shown to partners:
    later ones are drafts (see ``visibility``).
    """

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("submission")
    )
    number = models.PositiveIntegerField(verbose_name=_("revision number"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="uploads",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("uploaded at")
    )
    note = models.TextField(blank=True, max_length=2000, verbose_name=_("note"))
    file_name = models.CharField(max_length=255, verbose_name=_("file name"))
    sha256 = models.CharField(max_length=64, verbose_name=_("sha256"))
    size = models.PositiveBigIntegerField(verbose_name=_("size"))
    original = models.CharField(max_length=200, verbose_name=_("original"))
    purged_at = models.DateTimeField(null=True, editable=False, verbose_name=_("purged at"))
    policy = models.JSONField(verbose_name=_("policy"))
    report = models.CharField(max_length=200, blank=True, verbose_name=_("report"))
    refusal = models.JSONField(null=True, verbose_name=_("refusal"))
    stage = models.CharField(max_length=20, blank=True, verbose_name=_("stage"))
    timings = models.JSONField(default=dict, verbose_name=_("timings"))
    engine = models.CharField(max_length=50, blank=True, verbose_name=_("engine"))
    rules = models.CharField(max_length=50, blank=True, verbose_name=_("rules"))
    kind = models.CharField(max_length=10, blank=True, verbose_name=_("kind"))
    images_total = models.PositiveIntegerField(default=0, verbose_name=_("images total"))
    images_redirected = models.PositiveIntegerField(default=0, verbose_name=_("images redirected"))
    renders = models.PositiveIntegerField(default=0, verbose_name=_("renders"))
    decisions_shown = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("decisions shown")
    )
    comments_shown = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("comments shown")
    )
    events_shown = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("events shown")
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("submission", "number")
        constraints = (
            models.UniqueConstraint(fields=("submission", "number"), name="revisions_are_numbered"),
        )
        indexes = (unfinished_index("unfinished_analyses"),)

    def __str__(self) -> str:
        return gettext("%(title)s rev %(number)s") % {
            "title": self.submission,
            "number": self.number,
        }

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
