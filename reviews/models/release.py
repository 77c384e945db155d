"""What an approved package becomes: the original with the approved edits, proven once more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .revision import Revision
from .run import Run, unfinished_index


class Release(Run):
    """One attempt to release an approved revision.

    ``edits`` are the approved edits, ``expected`` maps each original image to the target the
    reviewer saw proven. ``findings_seen`` is the mark of the findings at the approval.
    ``archive`` is a name in the store; ``sha256`` and ``size`` are the archive's.
    ``objection`` (template, parameters) says why it does not verify, None where it does.
    """

    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="releases", verbose_name=_("revision")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="releases",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("approved at")
    )
    findings_seen = models.CharField(max_length=100, verbose_name=_("findings seen"))
    edits = models.JSONField(verbose_name=_("edits"))
    expected = models.JSONField(verbose_name=_("expected"))
    file_name = models.CharField(max_length=255, blank=True, verbose_name=_("file name"))
    archive = models.CharField(max_length=200, blank=True, verbose_name=_("archive"))
    sha256 = models.CharField(max_length=64, blank=True, verbose_name=_("sha256"))
    size = models.PositiveBigIntegerField(null=True, verbose_name=_("size"))
    objection = models.JSONField(null=True, verbose_name=_("objection"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ("pk",)
        indexes = (unfinished_index("unfinished_releases"),)

    def __str__(self) -> str:
        return gettext("release of %(revision)s") % {"revision": self.revision}
