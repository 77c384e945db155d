"""Days on which people work or do not, other than every week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..read_once import read_once


class CalendarDay(models.Model):
    """A holiday, or a working day that a weekend gives up for one."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_working = models.BooleanField(
        _("working day"),
        default=False,
        help_text=_("A Saturday or Sunday on which people work; otherwise the day is a holiday."),
    )

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


@read_once
def special_days() -> Mapping[date, bool]:
    """Whether people work on each day that is not as every week. One query."""
    return dict(CalendarDay.objects.values_list("day", "is_working"))
