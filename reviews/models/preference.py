"""What users have chosen for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Preference(models.Model):
    """The choices of one user. Without a row, or with an empty ``language``, nothing was chosen."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="preference",
    )
    language = models.CharField(max_length=15, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.language}"
