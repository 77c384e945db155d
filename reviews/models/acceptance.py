"""What administrators accept for a service although a rule reports it, until a date."""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..pipeline.core.findings import Finding
from .decision import Reason
from .submission import Service


class Acceptance(models.Model):
    """What is known and accepted until a day: findings of one rule in a service.

    It fills in the dismissal of such a finding for the reviewer, and changes nothing by itself.
    ``file`` and ``path`` (of a value) limit it; empty ones do not, and * fits anything. ``file`` is
    compared with the whole address and with the part after the last archive.
    """

    REASON = Reason.ACCEPTED_RISK

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("service")
    )
    rule = models.CharField(_("rule"), max_length=40)
    file = models.CharField(_("file"), max_length=1000, blank=True)
    path = models.CharField(_("path of the value"), max_length=1000, blank=True)
    until = models.DateField(_("until"))
    reason = models.TextField(_("reason"), max_length=2000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="acceptances",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    hides_author = False
    """Whether who recorded it is not shown; set where it is read for somebody."""

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.service}: {self.rule}"

    @classmethod
    def valid_for(cls, service: int) -> list[Acceptance]:
        """What is accepted for the service with this id today. Two queries at most."""
        found = cls.objects.filter(
            service=service, ended_at__isnull=True, until__gte=timezone.localdate()
        )
        return list(found.prefetch_related("recorded_by").order_by("pk"))

    @property
    def is_valid(self) -> bool:
        """Whether it still fills in a dismissal: not ended, and its day has not passed."""
        return self.ended_at is None and timezone.localdate() <= self.until

    def fits(self, finding: Finding, path: str) -> bool:
        """Whether it is about ``finding``, which speaks of the value at ``path`` (empty: none)."""
        address = finding.place.file or ""
        inner = inner_file(address)
        return (
            self.rule == finding.rule
            and (not self.file or any(fnmatchcase(each, self.file) for each in (address, inner)))
            and (not self.path or fnmatchcase(path, self.path))
        )


def inner_file(address: str) -> str:
    """The part of an address after the last archive, whose name has the version in it."""
    return address.rpartition("!/")[2]
