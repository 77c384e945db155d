"""What partners attach to a package: results of scans, verification material."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .revision import Revision


class AttachmentKind(models.TextChoices):
    """What can be attached."""

    VIRUS_SCAN = "virus-scan", _("virus-scan report")
    VERIFICATION = "verification", _("verification material")
    VULNERABILITIES = "vulnerabilities", _("vulnerability report")


class AttachmentResult(models.TextChoices):
    """What a scan or a verification has come to, as who attached it declares."""

    PASSED = "passed", _("passed: nothing was found")
    FAILED = "failed", _("failed: something was found")


class Gate(models.TextChoices):
    """From which severity on vulnerabilities keep a package from being approved."""

    NONE = "", _("none: they are only shown")
    CRITICAL = "critical", _("critical")
    HIGH = "high", _("high and critical")
    MEDIUM = "medium", _("medium and more severe")


class Attachment(models.Model):
    """A file attached to a revision; what is in it was read when it came, and is kept as it is.

    ``stored`` is a name in the store. ``made_on`` is the day of the scan and ``package_sha256`` the
    package that was scanned, as the file names it, else as it was declared (``is_declared``); empty
    where neither does. ``format`` is that of a vulnerability report that was read, ``counts`` are
    its vulnerabilities by level after the ``excused`` ones, which a VEX document beside it says do
    not affect the product. ``details`` are the vulnerabilities and exemptions themselves.
    ``carried_from`` is the attachment of an earlier revision with the same package. One that was
    removed stays as a record; at ``purged_at`` its file went with the original.
    """

    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("revision")
    )
    kind = models.CharField(
        max_length=20, choices=AttachmentKind.choices, verbose_name=_("kind of attachment")
    )
    file_name = models.CharField(max_length=255, verbose_name=_("file name"))
    stored = models.CharField(max_length=200, verbose_name=_("name in the store"))
    sha256 = models.CharField(max_length=64, verbose_name=_("sha256"))
    size = models.PositiveBigIntegerField(verbose_name=_("size"))
    is_text = models.BooleanField(default=False, verbose_name=_("is text"))
    tool = models.CharField(max_length=200, blank=True, verbose_name=_("tool"))
    made_on = models.DateField(null=True, verbose_name=_("made on"))
    result = models.CharField(
        max_length=10, blank=True, choices=AttachmentResult.choices, verbose_name=_("result")
    )
    package_sha256 = models.CharField(
        max_length=64, blank=True, verbose_name=_("sha256 of the package")
    )
    is_declared = models.BooleanField(default=True, verbose_name=_("is declared"))
    format = models.CharField(max_length=20, blank=True, verbose_name=_("format"))
    subject = models.CharField(max_length=420, blank=True, verbose_name=_("what was scanned"))
    counts = models.JSONField(default=dict, verbose_name=_("counts"))
    excused = models.PositiveIntegerField(default=0, verbose_name=_("excused"))
    set_aside = models.PositiveIntegerField(default=0, verbose_name=_("set aside"))
    others = models.PositiveIntegerField(default=0, verbose_name=_("others"))
    exemptions = models.PositiveIntegerField(default=0, verbose_name=_("exemptions"))
    details = models.JSONField(default=dict, verbose_name=_("details"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="attachments",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("uploaded at")
    )
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="carried_to",
        verbose_name=_("carried from"),
    )
    removed_at = models.DateTimeField(null=True, editable=False, verbose_name=_("removed at"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("removed by"),
    )
    purged_at = models.DateTimeField(null=True, editable=False, verbose_name=_("purged at"))
    hides_author = False
    """Whether who attached it has no name for the reader (see ``visibility``)."""

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("pk",)

    def __str__(self) -> str:
        return gettext("%(file)s of %(revision)s") % {
            "file": self.file_name,
            "revision": self.revision,
        }

    @property
    def is_of_another(self) -> bool:
        """Whether it says that it is of another package than that of its revision."""
        return self.package_sha256 not in {"", self.revision.sha256}

    @property
    def is_only_vex(self) -> bool:
        """Whether it says what does not affect the product, and lists nothing that was found."""
        return bool(self.exemptions) and not self.vulnerabilities and not self.excused

    @property
    def vulnerabilities(self) -> int:
        """How many there are, whatever their level."""
        return sum(self.counts.values())


class AttachmentRule(models.Model):
    """What publishing asks for of one kind of attachment to one kind of package.

    Without a row, nothing is. ``most_days`` is how old a scan may be at the approval.
    """

    package_kind = models.CharField(
        max_length=10,
        choices=[("helm", "Helm"), ("operator", "Operator"), ("osc", "OSC")],
        verbose_name=_("kind of service"),
    )
    kind = models.CharField(
        max_length=20, choices=AttachmentKind.choices, verbose_name=_("kind of attachment")
    )
    is_required = models.BooleanField(
        _("is required"),
        default=False,
        help_text=_("A package is only approved with such an attachment."),
    )
    most_days = models.PositiveSmallIntegerField(
        _("largest age in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("At the approval; empty: any age."),
    )
    needs_sha256 = models.BooleanField(
        _("names the package"),
        default=False,
        help_text=_("It must name the SHA-256 of the package, or it is declared beside it."),
    )
    gate = models.CharField(
        _("gate"),
        max_length=10,
        blank=True,
        choices=Gate.choices,
        default=Gate.NONE.value,
        help_text=_(
            "Of vulnerability reports: what is as severe keeps the package from being approved."
        ),
    )

    class Meta:
        verbose_name = _("rule for attachments")
        verbose_name_plural = _("rules for attachments")
        ordering = ("package_kind", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("package_kind", "kind"), name="one_rule_for_each_attachment"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_package_kind_display()}: {self.get_kind_display()}"
