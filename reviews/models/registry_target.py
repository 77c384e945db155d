"""Where images are published, as administrators have set it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..sealing import seal, unseal
from .organisation import Organisation

address_validator = RegexValidator(
    r"^(?:https?://)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\Z",
    _(
        "Give a host such as registry.example.com, with :port where it needs one and http:// where"
        " it has no TLS; no path, and neither user nor password."
    ),
)
_TIB = 1024 * 1024  # in MiB


class RegistryTarget(models.Model):
    """A registry into which releases are published; without an organisation, the portal's own.

    ``sealed_password`` can only be opened with the portal's secret key. The portal's own target
    has its user and password from the settings alone. ``layer_limit`` is in MiB, 0 for none.
    """

    class Dialect(models.TextChoices):
        """Which kind of manifests the registry takes."""

        DOCKER = "docker", _("Docker (schema 2 and manifest lists; SWR)")
        OCI = "oci", _("OCI (manifests and indexes)")

    class Compression(models.TextChoices):
        """What becomes of layers that are plain in the package."""

        GZIP = "gzip", _("gzip")
        NONE = "none", _("none")

    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="registry_target",
        help_text=_("Whose releases are published here; empty: those of all others."),
        verbose_name=_("organisation"),
    )
    address = models.CharField(
        max_length=270, validators=[address_validator], verbose_name=_("address")
    )
    dialect = models.CharField(
        max_length=10, choices=Dialect.choices, default=Dialect.DOCKER, verbose_name=_("dialect")
    )
    compression = models.CharField(
        max_length=10,
        choices=Compression.choices,
        default=Compression.GZIP,
        help_text=_("Docker manifests know gzip only."),
        verbose_name=_("compression"),
    )
    name_pattern = models.CharField(
        max_length=200,
        blank=True,
        help_text=_(
            "What repositories must be called, * for one part: */* is an organisation and a name."
            " Empty: anything."
        ),
        verbose_name=_("name pattern"),
    )
    layer_limit = models.PositiveIntegerField(
        _("largest layer (MiB)"),
        default=0,
        validators=[MaxValueValidator(_TIB)],
        help_text=_("0: any size."),
    )
    push_charts = models.BooleanField(
        _("push charts"), default=False, help_text=_("Also push the chart, as an OCI artifact.")
    )
    ca = models.TextField(
        _("certificates of its authority"),
        blank=True,
        help_text=_("PEM; empty: those of the system."),
    )
    user = models.CharField(max_length=200, blank=True, verbose_name=_("user"))
    sealed_password = models.TextField(
        blank=True, editable=False, verbose_name=_("sealed password")
    )

    class Meta:
        verbose_name = _("registry target")
        verbose_name_plural = _("registry targets")
        constraints = (
            models.UniqueConstraint(Coalesce("organisation", 0), name="one_target_each"),
        )

    def __str__(self) -> str:
        return self.address

    def keep_password(self, password: str) -> None:
        """Seal ``password``; "" forgets it."""
        self.sealed_password = seal(password) if password else ""

    @property
    def password(self) -> str | None:
        """The password, "" where there is none, None where it was sealed with another key."""
        return unseal(self.sealed_password) if self.sealed_password else ""
