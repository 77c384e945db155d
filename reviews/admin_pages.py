"""What the pages of the administrators' site have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import JSONField, ManyToManyField, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.i18n import JavaScriptCatalog

from .pipeline.core.messages import Message, _
from .states import LABELS, SubmissionState, verb_words

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    Rows = admin.TabularInline[Any, Any]
else:
    Page, Rows = admin.ModelAdmin, admin.TabularInline


def words_of(stored: str) -> str:
    """A verb of the log or a state in the reader's language; anything else as it is stored."""
    if stored in set(SubmissionState):
        return LABELS[SubmissionState(stored)].text(gettext)
    return verb_words(stored)


def readable(model: type[Model], names: Iterable[Any]) -> list[Any]:
    """Fields of a record for its page: data set apart, verbs and states in words."""
    return [_readable(model._meta.get_field(name)) for name in names]  # noqa: SLF001 - Django's way to the fields


@cache  # Django compares these functions
def _readable(field: Any) -> Any:
    if isinstance(field, JSONField):
        shown = _data
    elif field.name in _IN_WORDS:
        shown = _word
    else:
        return field.name

    @admin.display(description=field.verbose_name, ordering=field.name)
    def column(record: Model) -> str:
        return shown(getattr(record, field.name))

    column.__name__ = field.name
    return column


_IN_WORDS = frozenset({"verb", "from_state", "to_state"})


def _data(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return format_html('<pre class="data" translate="no" tabindex="0">{}</pre>', text)


def _word(value: str) -> str:
    return words_of(value)


_SCRIPT_WORDS = (
    _('Choose %s by selecting them and then select the "Choose" arrow button.'),
    _("Choose all %s"),
    _("Choose selected %s"),
    _('Remove %s by selecting them and then select the "Remove" arrow button.'),
    _("Remove all %s"),
    _("Remove selected %s"),
    _("(click to clear)"),
)


class ScriptWords(JavaScriptCatalog):
    """The words of Django's own scripts, with those that Django has not in every language.

    These are of the boxes in which groups and permissions are chosen.
    """

    def get_catalog(self) -> dict[str, Any]:
        """What a script is given by its English words."""
        own = {each.template: each.text(gettext) for each in _SCRIPT_WORDS}
        return {**super().get_catalog(), **own}


class ByWord(admin.AllValuesFieldListFilter):
    """A filter by verbs or states, in words."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """As Django has them; each value in words."""
        for choice in super().choices(changelist):
            yield choice | {"display": words_of(str(choice["display"]))}


class ReadOnly(Page):
    """A record to look at, with all its fields.

    ``path_to_submission`` leads to the submission that it is about, whose page is linked.
    """

    path_to_submission: str | None = None

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The page of the portal that shows the record, None where there is none."""
        if obj is None or self.path_to_submission is None:
            return None
        for name in filter(None, self.path_to_submission.split(".")):
            obj = getattr(obj, name)
        return reverse("submission", args=[obj.pk])

    def get_fields(self, *_args: Any) -> Any:
        names = [field.name for field in self.model._meta.concrete_fields]  # noqa: SLF001 - as above
        return readable(self.model, names)

    def get_readonly_fields(self, *_args: Any) -> Any:
        return self.get_fields()

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns; verbs and states in words."""
        names = {field.name for field in self.model._meta.concrete_fields} & _IN_WORDS  # noqa: SLF001
        shown = super().get_list_display(request)
        return [readable(self.model, [each])[0] if str(each) in names else each for each in shown]

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

    def get_fields(self, *_args: Any) -> Any:
        return readable(self.model, self.fields or ())

    def get_readonly_fields(self, *_args: Any) -> Any:
        return self.get_fields()

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False


_MAY: dict[str, Message] = {
    "add": _("%(records)s: add"),
    "change": _("%(records)s: change"),
    "delete": _("%(records)s: delete"),
    "view": _("%(records)s: view"),
}


class PermissionChoices(Page):
    """A page on which permissions are chosen, each in words of the reader's language."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """As Django has it, with our words; those of Django's migrations are English for good."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.remote_field.model is Permission and isinstance(field, forms.ModelChoiceField):
            field.label_from_instance = permission_words  # type: ignore[method-assign, assignment]
        return field


def permission_words(permission: Permission) -> str:
    """What a permission allows; one that is none of Django's own four keeps its name."""
    verb, _underscore, model = permission.codename.partition("_")
    model_class = permission.content_type.model_class()
    if verb not in _MAY or model_class is None or model != permission.content_type.model:
        return permission.name
    options = model_class._meta  # noqa: SLF001 - Django's way to the names
    records = f"{options.app_config.verbose_name} / {options.verbose_name}"
    return Message(_MAY[verb].template, {"records": records}).text(gettext)
