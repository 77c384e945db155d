"""The administrators' site: the state of the pipeline first, then what is needed most days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .admin_operations import operations_context, retry_failed, retry_given_up, try_target
from .admin_pages import ScriptWords
from .admin_policy import policy_page
from .permissions import is_administrator
from .signing_in import remember_device
from .views.language import restore_language
from .views.signing_in import SignInForm, too_many

_DAILY = (
    "Submission",
    "Organisation",
    "User",
    "Invitation",
    "PortalPolicy",
    "SeverityOverride",
    "DecisionReason",
    "CannedText",
    "Acceptance",
    "AttachmentRule",
    "ReviewStage",
    "CalendarDay",
    "RegistryTarget",
    "Publication",
    "Service",
    "Event",
    "PortalEvent",
    "OutgoingMail",
)


_BUTTONS: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("retry/<int:pk>/", retry_failed, "retry-failed"),
    ("retry-mail/<int:pk>/", retry_given_up, "retry-mail"),
    ("test-target/", try_target, "test-target"),
)


class AdministratorSignInForm(SignInForm, AdminAuthenticationForm):
    """Django's form for staff, with the words of the portal's own for those who have to wait."""


class PortalAdminSite(AdminSite):
    """Django's own admin with the portal's name, order and first page."""

    site_header = _("OSC Portal: administration")
    site_title = _("OSC Portal")
    index_title = _("Records")
    enable_nav_sidebar = False
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
        context = operations_context() if is_administrator(request.user) else {}
        return super().index(request, context | (extra_context or {}))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's own addresses, and the buttons of the first page."""
        return [
            *(
                path(address, self.admin_view(require_POST(view)), name=name)
                for address, view, name in _BUTTONS
            ),
            path("policy/", self.admin_view(policy_page), name="policy"),
            *super().get_urls(),
        ]

    def i18n_javascript(
        self, request: HttpRequest, _extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The words of scripts, in the reader's language."""
        view = ScriptWords.as_view(packages=["django.contrib.admin"])
        return cast("HttpResponse", view(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The applications, each with its models in the order of daily need.

        Django wants them for a sidebar on every page; they are looked up where they are shown.
        """
        return SimpleLazyObject(lambda: self._apps(request, app_label))  # type: ignore[return-value]

    def _apps(self, request: HttpRequest, app_label: str | None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: app["app_label"] != "reviews")
        for app in apps:
            app["models"].sort(key=_place)
        return apps


def _place(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return (_DAILY.index(name) if name in _DAILY else len(_DAILY), str(model["name"]))
