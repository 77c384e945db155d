"""Signing in that failed, so that passwords cannot be guessed at leisure."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class FailedSignIn(models.Model):
    """One failure: the user name that was tried (cut, lower case) and the address it came from."""

    name = models.CharField(max_length=150)
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=("name", "at"), name="failed_sign_ins_by_name"),
            models.Index(fields=("address", "at"), name="failed_sign_ins_by_address"),
            models.Index(fields=("at",), name="failed_sign_ins_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.name} from {self.address}"
