"""Administrators' page of the days on which people work or do not."""

from __future__ import annotations

from django.contrib import admin

from .admin_pages import Page
from .models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(Page):
    """Holidays, and the days that are worked instead; reviews are due by them."""

    list_display = ("day", "name", "is_working")
    list_filter = ("is_working",)
    search_fields = ("name",)
    date_hierarchy = "day"
