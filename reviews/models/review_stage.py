"""The stages of a review, as administrators list them, and their approvals."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .append_only import AppendOnly
from .event import Event
from .revision import Revision


class ReviewStage(models.Model):
    """One review that a package passes before it is approved, and the group that approves it.

    Where no stage is active, one approval is enough and every reviewer may give it.
    """

    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("Stages are approved in this order, the smallest first.")
    )
    name = models.CharField(_("name"), max_length=60, unique=True)
    chinese_name = models.CharField(_("Chinese name"), max_length=60)
    group = models.ForeignKey(
        Group,
        on_delete=models.PROTECT,
        related_name="review_stages",
        verbose_name=_("group"),
        help_text=_("Reviewers of this group approve the stage."),
    )
    needs_another = models.BooleanField(
        _("another person"),
        default=True,
        help_text=_("Who approved an earlier stage of the revision cannot approve this one."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("review stage")
        verbose_name_plural = _("review stages")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.chinese_name if (get_language() or "").startswith("zh") else self.name


class StageApproval(AppendOnly):
    """One stage of a revision was approved, for the findings that ``findings_seen`` names.

    ``event`` is its place in the log: what changes the findings after it ends the approval.
    """

    revision = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        related_name="stage_approvals",
        verbose_name=_("revision"),
    )
    stage = models.ForeignKey(
        ReviewStage, on_delete=models.PROTECT, related_name="approvals", verbose_name=_("stage")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="stage_approvals",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))
    findings_seen = models.CharField(max_length=64, verbose_name=_("findings seen"))
    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, related_name="+", verbose_name=_("event")
    )

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("stage approval")
        verbose_name_plural = _("stage approvals")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.revision_id} {self.stage_id}"
