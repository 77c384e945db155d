"""The administrators' site: the state of the pipeline first, then what is needed most days."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .actions import ActionDenied
from .actions.retrying import retry
from .connection_test import tested
from .models import Submission
from .permissions import is_administrator
from .pipeline.core.policy import SANDBOX_LAYERS
from .publish_targets import destination_of_portal
from .queries.health import current_health, health_facts, sandbox_of_workers, with_trouble
from .signing_in import remember_device
from .states import LABELS
from .views.language import restore_language
from .views.signing_in import SignInForm, too_many

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


class AdministratorSignInForm(SignInForm, AdminAuthenticationForm):
    """Django's form for staff, with the words of the portal's own for those who have to wait."""


class PortalAdminSite(AdminSite):
    """Django's own admin with the portal's name, order and first page."""

    site_header = _("OSC Portal: administration")
    site_title = _("OSC Portal")
    index_title = _("Pipeline")
    login_form = AdministratorSignInForm

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The sign-in page of this site: 429 where one has to wait."""
        response = super().login(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is None and request.user.is_authenticated and request.method == "POST":
            remember_device(request, response, request.user)
            restore_language(request, response, request.user)
        return too_many(response, getattr(form, "wait", 0))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page: for administrators with the health of the pipeline."""
        context = _health() if is_administrator(request.user) else {}
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
    """Try the place to which the portal's releases are published; for administrators."""
    if not is_administrator(request.user):
        raise PermissionDenied
    destination = destination_of_portal()
    level, words = tested(destination, destination.registry or gettext("The local image store"))
    messages.add_message(request, level, words)
    return redirect("admin:index")


def _place(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return (_DAILY.index(name) if name in _DAILY else len(_DAILY), str(model["name"]))


def _health() -> dict[str, Any]:
    """What administrators see of the pipeline."""
    health = current_health()
    return {
        "health": health,
        "counts": [
            (state, LABELS[state].text(gettext), health.counts[state])
            for state in sorted(health.counts)
        ],
        "facts": [
            (fact.name, fact.problem and fact.problem.text(gettext)) for fact in health_facts()
        ],
        "sandboxes": [
            (name, ", ".join(layers), [each for each in SANDBOX_LAYERS if each not in layers])
            for name, layers in sandbox_of_workers().items()
        ],
        "failures": with_trouble(health.failed),
        "destination": destination_of_portal(),
        "image_store": settings.IMAGE_LAYOUT_DIR,
    }
