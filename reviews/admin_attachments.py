"""Administrators' pages about attachments: what is asked for, and what was attached."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .admin_pages import Page, ReadOnly
from .models import Attachment, AttachmentRule


@admin.register(AttachmentRule)
class AttachmentRuleAdmin(Page):
    """What publishing asks for, for each kind of service and of attachment."""

    list_display = ("package_kind", "kind", "is_required", "most_days", "needs_sha256", "gate")
    list_filter = ("package_kind", "kind")


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly):
    """Attachments, to look at; they are added and removed on the portal's own pages."""

    list_display = ("file_name", "revision", "kind", "uploaded_by", "uploaded_at", "removed_at")
    list_filter = ("kind",)
    list_select_related = ("revision__submission", "uploaded_by")
    search_fields = ("file_name", "sha256")
    show_full_result_count = False
    ordering = ("-pk",)

    def get_fields(self, *given: Any) -> Any:
        """All but the vulnerabilities one by one, of which there may be thousands."""
        return [name for name in super().get_fields(*given) if name != "details"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("details")
