"""The outbox and the log of the portal in the admin: to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .admin_pages import ReadOnly
from .models import OutgoingMail, PortalEvent
from .templatetags.portal_event_words import portal_sentence


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly):
    """Mails that were sent within three months, or wait; a retry is on the first page."""

    list_display = (
        "kind",
        "account",
        "event",
        "queued_at",
        "attempts",
        "fate",
        "is_hopeless",
    )
    list_filter = ("kind", "fate", "is_hopeless")
    list_select_related = ("account", "event")
    search_fields = ("account__username", "event__submission__search")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(PortalEvent)
class PortalEventAdmin(ReadOnly):
    """What concerns no submission."""

    list_display = ("at", "by", "what")
    list_select_related = ("by", "organisation")
    show_full_result_count = False
    ordering = ("-pk",)

    @admin.display(description=_("what was done"))
    def what(self, event: PortalEvent) -> str:
        return portal_sentence(event)
