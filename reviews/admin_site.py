"""The administrators' site: the state of the pipeline first, then what is needed most days."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .queries.health import current_health, health_facts
from .states import LABELS

_DAILY = (
    "Submission",
    "Organisation",
    "User",
    "PortalPolicy",
    "SeverityOverride",
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
        context = {"health": health, "counts": counts, "facts": facts}
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The applications, each with its models in the order of daily need."""
        apps = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: app["app_label"] != "reviews")
        for app in apps:
            app["models"].sort(key=_place)
        return apps


def _place(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return (_DAILY.index(name) if name in _DAILY else len(_DAILY), str(model["name"]))
