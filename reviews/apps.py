"""The portal's Django application, and the administrators' site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """Submissions of service packages, what was found in them, and what was decided."""

    name = "reviews"
    verbose_name = _("Reviews")


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own first page."""

    default_site = "reviews.admin_site.PortalAdminSite"
    default = False
