"""What administrators keep for reviewers: reasons, texts to insert, and acceptances."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .actions import ActionDenied
from .actions.accepting import end_acceptance
from .admin_pages import Page, ReadOnly
from .models import Acceptance, CannedText, Decision, DecisionReason
from .models.wording import BUILT_IN
from .permissions import is_administrator


@admin.register(DecisionReason)
class DecisionReasonAdmin(Page):
    """Reasons of decisions. One that decisions have is only taken off the list, never deleted."""

    list_display = ("__str__", "code_as_written", "is_active", "order")
    list_editable = ("is_active", "order")

    @admin.display(description=_("code"), ordering="code")
    def code_as_written(self, reason: DecisionReason) -> str:
        """The code, which no browser is to translate."""
        return format_html('<span translate="no">{}</span>', reason.code)

    def get_readonly_fields(self, _request: HttpRequest, obj: Model | None = None) -> Any:
        return ("code",) if obj is not None else ()

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        if not isinstance(obj, DecisionReason):
            return may
        is_used = obj.code in BUILT_IN or Decision.objects.filter(reason=obj.code).exists()
        return may and not is_used


@admin.register(CannedText)
class CannedTextAdmin(Page):
    """Texts that reviewers insert into comments, returns and rejections."""

    list_display = ("__str__", "use", "is_active", "order")
    list_editable = ("is_active", "order")
    list_filter = ("use",)
    search_fields = ("title_english", "title_chinese", "text_english", "text_chinese")


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnly):
    """What is known and accepted; recorded from a finding on the page of its submission."""

    list_display = ("service", "rule", "file", "path", "until", "recorded_by", "is_in_force")
    list_filter = ("rule",)
    list_select_related = ("service", "recorded_by")
    search_fields = ("service__name", "rule", "reason")
    date_hierarchy = "until"
    actions = ("end",)

    @admin.display(boolean=True, description=_("in force"))
    def is_in_force(self, acceptance: Acceptance) -> bool:
        """Whether it still fills in a dismissal."""
        return acceptance.is_valid

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the action is offered and done; Django asks by this name."""
        return is_administrator(request.user)

    @admin.action(description=_("End the acceptance"), permissions=("act",))
    def end(self, request: HttpRequest, chosen: QuerySet[Acceptance]) -> None:
        """Call the verb for each, and show what became of it."""
        for each in chosen:
            try:
                end_acceptance(by=request.user, acceptance=each)  # type: ignore[arg-type] # it is signed in
            except ActionDenied as denied:
                words = f"{each}: {denied.words.text(gettext)}"
                self.message_user(request, words, messages.ERROR)
            else:
                done = gettext("%(acceptance)s has ended.") % {"acceptance": each}
                self.message_user(request, done, messages.SUCCESS)
