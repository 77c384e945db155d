"""Administrators' pages about the stages of a review, and what was approved in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext

from .admin_pages import Page, ReadOnly
from .models import ReviewStage, StageApproval
from .pipeline.core.messages import _
from .review_stages import is_without_reviewers


@admin.register(ReviewStage)
class ReviewStageAdmin(Page):
    """Which reviews a package passes, in which order, and whose they are."""

    list_display = ("name", "position", "group", "needs_another", "is_active")
    list_select_related = ("group",)

    def save_model(self, request: HttpRequest, obj: ReviewStage, form: Any, change: bool) -> None:
        """Save the stage, and say so where nobody can approve it."""
        super().save_model(request, obj, form, change)
        if obj.is_active and is_without_reviewers(obj):
            words = _(
                "No active reviewer is in the group “%(group)s”: packages will wait at the stage"
                " “%(stage)s”. Put a reviewer into the group.",
                group=obj.group.name,
                stage=obj.label,
            )
            messages.warning(request, words.text(gettext))

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
