"""What a reviewer decided about a finding, once and for the record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import verb_words
from .append_only import AppendOnly
from .finding import Finding


class Reason(models.TextChoices):
    """The reasons that the portal was delivered with; all of them are in ``DecisionReason``."""

    FALSE_POSITIVE = "false-positive", _("the rule is wrong here")
    NOT_APPLICABLE = "not-applicable", _("the rule does not apply here")
    ACCEPTED_RISK = "accepted-risk", _("known and accepted")
    IN_REGISTRY = "in-registry", _("the images are in the registry already")
    INTENDED = "intended", _("the original is meant to be so")
    OTHER = "other", _("another reason, given in the comment")


class Decision(AppendOnly):
    """One move of one finding. The last one counts; undoing is another decision.

    ``batch`` is shared by what was decided in one go. ``carried_from`` is the decision on an
    earlier revision that holds on, None for one made on this revision. ``reason`` is the code of a
    ``DecisionReason``.
    """

    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("finding")
    )
    verb = models.CharField(max_length=10, verbose_name=_("verb"))
    reason = models.CharField(max_length=20, blank=True, verbose_name=_("reason"))
    comment = models.TextField(blank=True, max_length=4000, verbose_name=_("comment"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))
    batch = models.UUIDField(verbose_name=_("batch"))
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="carried_to",
        verbose_name=_("carried from"),
    )

    hides_author = False

    class Meta(AppendOnly.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        abstract = False
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.finding_id}: {verb_words(self.verb)}"
