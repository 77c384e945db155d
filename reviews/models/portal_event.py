"""The log of what concerns no submission: invitations, and the policy. Written once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .append_only import AppendOnly
from .organisation import Organisation


class PortalEvent(AppendOnly):
    """One deed. ``verb`` is ``invite``, ``resend``, ``revoke``, ``accept``, ``policy``, ``mail``.

    ``detail`` says more, as plain JSON.
    """

    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    verb = models.CharField(max_length=20, verbose_name=_("verb"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    detail = models.JSONField(default=dict, verbose_name=_("detail"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("event of the portal")
        verbose_name_plural = _("events of the portal")
        abstract = False
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb}"
