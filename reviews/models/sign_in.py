"""Sign-ins that failed, and mails for forgotten passwords: counted, so that nobody overdoes it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class FailedSignIn(models.Model):
    """One failure: the user name that was tried (cut, lower case) and the address it came from.

    ``device`` is the browser, where somebody has signed in with this name there before.
    """

    name = models.CharField(max_length=150, verbose_name=_("name"))
    address = models.CharField(max_length=45, blank=True, verbose_name=_("address"))
    device = models.CharField(max_length=32, blank=True, verbose_name=_("device"))
    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        indexes = (
            models.Index(fields=("name", "at"), name="failed_sign_ins_by_name"),
            models.Index(fields=("address", "at"), name="failed_sign_ins_by_address"),
            models.Index(fields=("at",), name="failed_sign_ins_by_time"),
        )

    def __str__(self) -> str:
        return gettext("%(name)s from %(address)s") % {"name": self.name, "address": self.address}


class PasswordRequest(models.Model):
    """A mail that sets a new password was asked for: with which address of mail, from where."""

    name = models.CharField(max_length=150)
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=("name", "at"), name="password_requests_by_name"),
            models.Index(fields=("address", "at"), name="password_requests_by_addr"),
        )

    def __str__(self) -> str:
        return f"{self.name} from {self.address}"
