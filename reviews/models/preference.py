"""What users have chosen for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Preference(models.Model):
    """The choices of one user. Without a row, or with an empty ``language``, nothing was chosen.

    With ``has_daily_mail`` what happened comes in one mail a day. ``mails_off`` are the kinds of
    mail (``MailKind``) that are not wanted.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="preference",
    )
    language = models.CharField(max_length=15, blank=True)
    has_daily_mail = models.BooleanField(default=False)
    mails_off = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.user}: {self.language}"
