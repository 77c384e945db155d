"""Invitations: whoever has the mail makes an account that belongs to an organisation."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .organisation import Organisation

VALID = timedelta(days=7)
"""How long an invitation may be accepted after it was sent."""


class Invitation(models.Model):
    """An invitation to submit for ``organisation``, sent to ``email`` in ``language``.

    The link has ``key``, signed; sending it again makes another key, so that the earlier link is
    void. It is accepted once, and never after ``expires_at`` or ``revoked_at``.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    email = models.EmailField(verbose_name=_("email address"))
    language = models.CharField(max_length=15, default="en", verbose_name=_("language"))
    key = models.UUIDField(default=uuid.uuid4, editable=False, verbose_name=_("key"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("invited by"),
    )
    invited_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("invited at")
    )
    expires_at = models.DateTimeField(editable=False, verbose_name=_("expires at"))
    revoked_at = models.DateTimeField(null=True, editable=False, verbose_name=_("revoked at"))
    accepted_at = models.DateTimeField(null=True, editable=False, verbose_name=_("accepted at"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("accepted by"),
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return gettext("%(email)s for %(organisation)s") % {
            "email": self.email,
            "organisation": self.organisation,
        }

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted now."""
        is_over = self.accepted_at is not None or self.revoked_at is not None
        return not is_over and self.expires_at > timezone.now()
