"""The effective policy in one form: what holds, and what other severities would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from .actions.policy import change_policy
from .admin_policy_rows import LONGEST_REASON, RuleRow, RuleTable
from .models import PortalPolicy, SeverityOverride
from .permissions import is_administrator
from .pipeline import CHECKS
from .pipeline.core.findings import Severity
from .pipeline.core.policy import Limits
from .publish_targets import different_target
from .queries.severity_preview import preview_of

if TYPE_CHECKING:
    PolicyModelForm = forms.ModelForm[PortalPolicy]
else:
    PolicyModelForm = forms.ModelForm


class PolicyForm(PolicyModelForm):
    """All of the portal's own policy."""

    class Meta:
        model = PortalPolicy
        exclude = ("id",)


def policy_page(request: HttpRequest) -> HttpResponse:
    """The form; with ``preview``, what would change; else the policy is kept."""
    needed = ("reviews.change_portalpolicy", "reviews.change_severityoverride")
    if not is_administrator(request.user) or not request.user.has_perms(needed):
        raise PermissionDenied
    current = PortalPolicy.current()
    overrides = {each.rule: each for each in SeverityOverride.objects.all()}
    if request.method != "POST":
        rows = list(_rows({rule: (e.severity, e.reason) for rule, e in overrides.items()}))
        return _page(request, PolicyForm(instance=current), rows)
    form, rows = PolicyForm(request.POST, instance=current), list(_rows(_sent(request)))
    then = {row.rule: Severity(row.chosen) for row in rows if row.chosen}
    if not form.is_valid() or "preview" in request.POST:
        now = {rule: Severity(each.severity) for rule, each in overrides.items()}
        return _page(request, form, rows, preview=preview_of(now, then))
    change_policy(
        by=request.user,  # type: ignore[arg-type] # it is signed in
        policy=form.instance,
        changed=form.changed_data,
        severities={row.rule: (then[row.rule], row.reason) for row in rows if row.chosen},
    )
    messages.success(request, gettext("The policy is kept. It holds for what is uploaded now."))
    words = different_target(None)
    if words is not None:
        messages.warning(request, words.text(gettext))
    return redirect("admin:policy")


def _page(request: HttpRequest, form: PolicyForm, rows: list[RuleRow], **more: Any) -> HttpResponse:
    families: dict[str, list[RuleRow]] = {}
    for row in rows:
        families.setdefault(row.family, []).append(row)
    table = RuleTable()
    context = {
        **admin.site.each_context(request),
        "title": gettext("Effective policy"),
        "form": form,
        "fields": [(field, _default(field.name)) for field in form],
        "families": [
            (name, len(each), sum(bool(row.chosen) for row in each), table.html(each))
            for name, each in families.items()
        ],
        "settings": _settings(),
        **more,
    }
    return render(request, "admin/policy.html", context)


def _rows(chosen: Mapping[str, tuple[str, str]]) -> Iterator[RuleRow]:
    for check in sorted(CHECKS, key=lambda each: each.ID):
        severity, reason = chosen.get(check.ID, ("", ""))
        is_known = severity in set(Severity)
        yield RuleRow(
            check.ID,
            check.TITLE,
            check.SEVERITY,
            severity if is_known else "",
            reason.strip()[:LONGEST_REASON],
        )


def _sent(request: HttpRequest) -> dict[str, tuple[str, str]]:
    """What the form gave for each rule."""
    posted = request.POST
    return {
        check.ID: (posted.get(f"severity-{check.ID}", ""), posted.get(f"reason-{check.ID}", ""))
        for check in CHECKS
    }


def _default(name: str) -> str:
    """What holds where the field is empty, "" where that is nothing."""
    defaults = {
        "registry": settings.PORTAL_REGISTRY,
        "namespace": settings.PORTAL_ORGANIZATION,
        "cluster_versions": ", ".join(settings.PORTAL_KUBE_VERSIONS),
        "api_versions": ", ".join(settings.PORTAL_API_VERSIONS),
    }
    return str(defaults.get(name, ""))


def _settings() -> list[tuple[str, list[tuple[str, object]]]]:
    """What only the settings give: the name of each variable, and its values by name."""
    limits = settings.PORTAL_LIMITS
    return [
        ("PORTAL_LIMITS", [(each.name, getattr(limits, each.name)) for each in fields(Limits)]),
        ("PORTAL_QUOTAS", list(settings.PORTAL_QUOTAS.items())),
        ("PORTAL_RETENTION", list(settings.PORTAL_RETENTION.items())),
    ]
