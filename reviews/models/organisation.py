"""Who submits: organisations of software providers, and the users who belong to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..pipeline.core.clusters import ClusterVersion, UnknownCluster, parse_api

if TYPE_CHECKING:
    from django.contrib.auth.models import User

registry_validator = RegexValidator(
    r"^(?=.*[.:]|localhost)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\Z",
    _("Give a host name such as registry.example.com, with :port where it needs one."),
)
namespace_validator = RegexValidator(
    r"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\Z",
    _("Give lower-case letters, digits and single . _ - between them."),
)


def lines_of(text: str) -> tuple[str, ...]:
    """What is written in a field that holds one thing a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _validate_lines(text: str, parse: Callable[[str], object]) -> None:
    for line in lines_of(text):
        try:
            parse(line)
        except UnknownCluster as unknown:
            raise ValidationError(unknown.words.text(gettext)) from unknown


def validate_cluster_versions(text: str) -> None:
    """ValidationError: a line is no version of Kubernetes that is known here."""
    _validate_lines(text, ClusterVersion.parse)


def validate_api_versions(text: str) -> None:
    """ValidationError: a line names no API version."""
    _validate_lines(text, parse_api)


def cluster_versions_field() -> models.TextField[str, str]:
    """A field of cluster versions, one a line."""
    return models.TextField(
        _("cluster versions"),
        blank=True,
        validators=[validate_cluster_versions],
        help_text=_(
            "Versions of Kubernetes that its services are sold for, one a line, such as"
            " v1.28.8-r0; empty: inherited."
        ),
    )


def api_versions_field() -> models.TextField[str, str]:
    """A field of API versions, one a line."""
    return models.TextField(
        _("further APIs"),
        blank=True,
        validators=[validate_api_versions],
        help_text=_(
            "APIs that these clusters serve beyond Kubernetes' own, one a line; empty: inherited."
            " Well known are monitoring.coreos.com/v1, snapshot.storage.k8s.io/v1,"
            " cert-manager.io/v1, gateway.networking.k8s.io/v1, keda.sh/v1alpha1,"
            " autoscaling.k8s.io/v1 and route.openshift.io/v1."
        ),
    )


class Organisation(models.Model):
    """A provider organisation. Empty targets and limits mean those of the portal."""

    name = models.CharField(max_length=100, unique=True, verbose_name=_("name"))
    registry = models.CharField(
        max_length=255,
        blank=True,
        validators=[registry_validator],
        help_text=_("Registry that its images are redirected to; empty: the portal's."),
        verbose_name=_("registry"),
    )
    namespace = models.CharField(
        _("organisation in the registry"),
        max_length=255,
        blank=True,
        validators=[namespace_validator],
        help_text=_("Empty: the portal's."),
    )
    cluster_versions = cluster_versions_field()
    api_versions = api_versions_field()
    running_limit = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("How many of its packages are examined at once; empty: the portal's."),
        verbose_name=_("running limit"),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Membership",
        related_name="organisations",
        verbose_name=_("members"),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user of an organisation: may submit for it and sees all that it submitted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("organisation"),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(fields=("user", "organisation"), name="one_membership_each"),
        )

    def __str__(self) -> str:
        return gettext("%(user)s of %(organisation)s") % {
            "user": self.user,
            "organisation": self.organisation,
        }


class Uploader(models.Model):
    """A user who has uploaded something for an organisation, be it a member still or not.

    What the revisions say, kept so that nobody has to read all of them: see ``note_uploader``.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="uploaders"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "user"), name="one_uploader_each"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"


def note_uploader(organisation: Organisation, user: User) -> None:
    """Remember that ``user`` has uploaded something for ``organisation``."""
    Uploader.objects.get_or_create(organisation=organisation, user=user)
