"""The administrators' site: the state of the pipeline first, then what is needed most days."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .actions import ActionDenied
from .actions.retrying import retry
from .connection_test import tested
from .models import Submission
from .publish_targets import destination_of_portal
from .queries.health import current_health, health_facts, with_trouble
from .states import LABELS

_DAILY = (
    "Submission",
    "Organisation",
    "User",
    "PortalPolicy",
    "SeverityOverride",
    "RegistryTarget",
    "Publication",
    "Service",
    "Event",
)


class PortalAdminSite(AdminSite):
    """Django's own admin with the portal's name, order and first page."""

    site_header = _("OSC Portal: administration")
    site_title = _("OSC Portal")
    index_title = _("Pipeline")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page, with the health of the pipeline."""
        health = current_health()
        counts = [
            (state, LABELS[state].text(gettext), health.counts[state])
            for state in sorted(health.counts)
        ]
        facts = [
            (fact.name, fact.problem and fact.problem.text(gettext)) for fact in health_facts()
        ]
        context = {
            "health": health,
            "counts": counts,
            "facts": facts,
            "failures": with_trouble(health.failed),
            "destination": destination_of_portal(),
            "image_store": settings.IMAGE_LAYOUT_DIR,
        }
        return super().index(request, context | (extra_context or {}))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's own addresses, and two buttons of the first page."""
        return [
            path("retry/<int:pk>/", self.admin_view(require_POST(_retry)), name="retry-failed"),
            path("test-target/", self.admin_view(require_POST(_test)), name="test-target"),
            *super().get_urls(),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The applications, each with its models in the order of daily need."""
        apps = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: app["app_label"] != "reviews")
        for app in apps:
            app["models"].sort(key=_place)
        return apps


def _retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have failed work done again, from where it is listed."""
    submission = get_object_or_404(Submission, pk=pk)
    try:
        retry(by=request.user, submission=submission)  # type: ignore[arg-type] # it is signed in
    except ActionDenied as denied:
        messages.error(request, f"{submission}: {denied.words.text(gettext)}")
    else:
        messages.success(request, gettext("%(title)s is tried again.") % {"title": submission})
    return redirect("admin:index")


def _test(request: HttpRequest) -> HttpResponse:
    """Try the place to which the portal's releases are published."""
    destination = destination_of_portal()
    level, words = tested(destination, destination.registry or gettext("The local image store"))
    messages.add_message(request, level, words)
    return redirect("admin:index")


def _place(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return (_DAILY.index(name) if name in _DAILY else len(_DAILY), str(model["name"]))
