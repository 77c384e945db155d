"""The second stage of an analysis: the image archives of a revision, read once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .revision import Revision
from .run import Run, unfinished_index


class Inspection(Run):
    """The reading of a revision's image archives, where it has any.

    ``bytes_done`` of ``bytes_total`` were read when last somebody said so. One that is finished
    while the report of its revision is incomplete was left off, because nobody needs it any more.
    """

    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, related_name="inspection", verbose_name=_("revision")
    )
    bytes_done = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("bytes done")
    )
    bytes_total = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("bytes total")
    )

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        indexes = (unfinished_index("unfinished_inspections"),)

    def __str__(self) -> str:
        return gettext("image archives of %(revision)s") % {"revision": self.revision}

    @property
    def percent(self) -> int:
        """How much of the upload was read, in whole hundredths rounded down."""
        return 100 * self.bytes_done // self.bytes_total if self.bytes_total else 0


def inspection_of(revision: Revision) -> Inspection | None:
    """The reading of its image archives, None where there is none to do."""
    found: Inspection | None = getattr(revision, "inspection", None)
    return found
