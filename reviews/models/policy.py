"""What administrators allow and want, and the ``Policy`` that the pipeline gets of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..pipeline.core.findings import Severity
from ..pipeline.core.policy import Policy
from ..read_once import read_once
from .organisation import (
    api_versions_field,
    cluster_versions_field,
    lines_of,
    namespace_validator,
    registry_validator,
)

if TYPE_CHECKING:
    from .organisation import Organisation


class PortalPolicy(models.Model):
    """The portal's own targets and limits: one row, number 1. Empty means the settings'."""

    registry = models.CharField(
        max_length=255, blank=True, validators=[registry_validator], verbose_name=_("registry")
    )
    namespace = models.CharField(
        _("organisation in the registry"),
        max_length=255,
        blank=True,
        validators=[namespace_validator],
    )
    external = models.TextField(
        _("external images"),
        blank=True,
        help_text=_(
            "Images that customers pull from elsewhere on purpose, one a line; * fits all."
        ),
    )
    require_images = models.BooleanField(
        _("images are required"),
        default=False,
        help_text=_(
            "A package is only approved when each of its images is shipped or found in the"
            " registry; else the reviewer confirms what is missing."
        ),
    )
    shows_reviewers = models.BooleanField(
        _("partners see reviewers' names"),
        default=False,
        help_text=_("Otherwise they read “a reviewer” wherever one decided or said something."),
    )
    review_days = models.PositiveSmallIntegerField(
        _("working days for a review"),
        default=3,
        validators=[MaxValueValidator(250)],
        help_text=_("After so many working days a review is overdue; 0: never."),
    )
    needs_four_eyes = models.BooleanField(
        _("two reviewers"),
        default=False,
        help_text=_("A package is approved by somebody else than who decided its findings."),
    )
    cluster_versions = cluster_versions_field()
    api_versions = api_versions_field()
    running_limit = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("How many packages of one organisation are examined at once."),
        verbose_name=_("running limit"),
    )

    class Meta:
        verbose_name = _("portal policy")
        verbose_name_plural = _("portal policy")
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_portal_policy"),
        )

    def __str__(self) -> str:
        return str(_("portal policy"))

    @classmethod
    def current(cls) -> PortalPolicy:
        """The one row, or an unsaved one with the defaults where nobody has written it yet."""
        return _current()


@read_once
def _current() -> PortalPolicy:
    return next(iter(PortalPolicy.objects.filter(pk=1)), None) or PortalPolicy(pk=1)


class SeverityOverride(models.Model):
    """How much the findings of one rule weigh here, instead of the rule's own severity."""

    rule = models.CharField(max_length=40, unique=True, verbose_name=_("rule"))
    severity = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in Severity],
        verbose_name=_("severity"),
    )
    reason = models.CharField(max_length=500, blank=True, verbose_name=_("reason"))

    class Meta:
        verbose_name = _("severity override")
        verbose_name_plural = _("severity overrides")
        ordering = ("rule",)

    def __str__(self) -> str:
        return f"{self.rule}: {self.severity}"


def policy_for(organisation: Organisation) -> Policy:
    """What holds for a package that ``organisation`` submits now."""
    portal = PortalPolicy.current()
    return Policy(
        registry=registry_of(organisation),
        organization=organisation.namespace or portal.namespace or settings.PORTAL_ORGANIZATION,
        limits=settings.PORTAL_LIMITS,
        severities={each.rule: Severity(each.severity) for each in SeverityOverride.objects.all()},
        require_images=portal.require_images,
        external=lines_of(portal.external),
        cluster_versions=lines_of(organisation.cluster_versions)
        or lines_of(portal.cluster_versions)
        or settings.PORTAL_KUBE_VERSIONS,
        api_versions=lines_of(organisation.api_versions)
        or lines_of(portal.api_versions)
        or settings.PORTAL_API_VERSIONS,
    )


def registry_of(organisation: Organisation | None) -> str:
    """The registry to which the images of ``organisation`` are led; without one, the portal's."""
    own = organisation.registry if organisation is not None else ""
    return own or PortalPolicy.current().registry or settings.PORTAL_REGISTRY


def running_limit(organisation: Organisation) -> int:
    """How many of its packages may be examined at the same time."""
    if organisation.running_limit is not None:
        return organisation.running_limit
    return PortalPolicy.current().running_limit
