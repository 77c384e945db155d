"""Who submits: organisations of software providers, and the users who belong to them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

registry_validator = RegexValidator(
    r"^(?=.*[.:]|localhost)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\Z",
    _("Give a host name such as registry.example.com, with :port where it needs one."),
)
namespace_validator = RegexValidator(
    r"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\Z",
    _("Give lower-case letters, digits and single . _ - between them."),
)


class Organisation(models.Model):
    """A provider organisation. Empty targets and limits mean those of the portal."""

    name = models.CharField(max_length=100, unique=True)
    registry = models.CharField(
        max_length=255,
        blank=True,
        validators=[registry_validator],
        help_text=_("Registry that its images are redirected to; empty: the portal's."),
    )
    namespace = models.CharField(
        _("organisation in the registry"),
        max_length=255,
        blank=True,
        validators=[namespace_validator],
        help_text=_("Empty: the portal's."),
    )
    running_limit = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("How many of its packages are examined at once; empty: the portal's."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="organisations"
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user of an organisation: may submit for it and sees all that it submitted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "organisation"), name="one_membership_each"),
        )

    def __str__(self) -> str:
        return f"{self.user} of {self.organisation}"
