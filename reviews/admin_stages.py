"""Administrators' pages about the stages of a review, and what was approved in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from .admin_pages import Page, ReadOnly
from .models import ReviewStage, StageApproval


@admin.register(ReviewStage)
class ReviewStageAdmin(Page):
    """Which reviews a package passes, in which order, and whose they are."""

    list_display = ("name", "position", "group", "needs_another", "is_active")
    list_select_related = ("group",)

    def has_delete_permission(self, *_args: Any) -> bool:
        """Approvals name their stage: it is made inactive instead."""
        return False


@admin.register(StageApproval)
class StageApprovalAdmin(ReadOnly):
    """Approvals of stages, to look at."""

    list_display = ("revision", "stage", "by", "at")
    list_select_related = ("revision__submission", "stage", "by")
    show_full_result_count = False
    ordering = ("-pk",)
