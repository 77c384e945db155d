"""What the pages of the administrators' site have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    Rows = admin.TabularInline[Any, Any]
else:
    Page, Rows = admin.ModelAdmin, admin.TabularInline


class ReadOnly(Page):
    """A record to look at, with all its fields."""

    def get_fields(self, *_args: Any) -> Any:
        return [field.name for field in self.model._meta.concrete_fields]  # noqa: SLF001 - Django's way to the fields

    def get_readonly_fields(self, *_args: Any) -> Any:
        return self.get_fields()

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        return False


class ReadOnlyInline(Rows):
    """Records to look at, beside the one they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, *_args: Any) -> Any:
        return self.fields

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False
