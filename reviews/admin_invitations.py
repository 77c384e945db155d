"""Invitations in the admin: made, sent again and revoked by the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .actions import ActionDenied, inviting
from .admin_pages import ReadOnly
from .models import Invitation
from .permissions import is_administrator

if TYPE_CHECKING:
    InvitationModelForm = forms.ModelForm[Invitation]
else:
    InvitationModelForm = forms.ModelForm


class InvitationForm(InvitationModelForm):
    """Whom, for which organisation, and in which language."""

    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=settings.LANGUAGES,
        widget=forms.Select({"translate": "no"}),
    )

    class Meta:
        model = Invitation
        fields = ("organisation", "email", "language")

    def clean(self) -> dict[str, Any]:
        """Say here what the action would deny."""
        given: dict[str, Any] = super().clean() or {}
        if len(given) == len(self.Meta.fields):
            objection = inviting.objection_to_inviting(**given)
            if objection is not None:
                raise ValidationError({"email": objection.text(gettext)})
        return given


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """Who was invited, and what became of it."""

    list_display = ("email", "organisation", "standing", "invited_by", "invited_at", "expires_at")
    list_select_related = ("organisation", "invited_by")
    list_filter = ("organisation",)
    search_fields = ("email", "organisation__name")
    actions = ("resend", "revoke")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return InvitationForm.Meta.fields
        return [each for each in super().get_fields(request, obj) if each != "key"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def get_form(self, *_args: Any, **_options: Any) -> Any:
        return InvitationForm

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return is_administrator(request.user)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the actions are offered and done; Django asks by this name."""
        return is_administrator(request.user)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Call the verb; the row that it makes is the one that Django goes on with."""
        if change:
            return
        made = inviting.invite(
            by=request.user,  # type: ignore[arg-type] # it is signed in
            organisation=obj.organisation,
            email=form.cleaned_data["email"],
            language=form.cleaned_data["language"],
        )
        vars(obj).update(vars(made))

    @admin.display(description=_("standing"))
    def standing(self, invitation: Invitation) -> str:
        if invitation.accepted_at:
            return gettext("accepted")
        if invitation.revoked_at:
            return gettext("revoked")
        return gettext("open") if invitation.is_open else gettext("expired")

    @admin.action(description=_("Send again, with a new link"), permissions=("act",))
    def resend(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        """Call the verb for each, and show what became of it."""
        self._call(request, chosen, inviting.resend, gettext("%(email)s gets another mail."))

    @admin.action(description=_("Revoke: the link is void"), permissions=("act",))
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        """Call the verb for each, and show what became of it."""
        self._call(
            request, chosen, inviting.revoke, gettext("The invitation of %(email)s is void.")
        )

    def _call(
        self, request: HttpRequest, chosen: QuerySet[Invitation], verb: Any, done: str
    ) -> None:
        for invitation in chosen:
            try:
                verb(by=request.user, invitation=invitation)
            except ActionDenied as denied:
                words = f"{invitation.email}: {denied.words.text(gettext)}"
                self.message_user(request, words, messages.ERROR)
            else:
                words = done % {"email": invitation.email}
                self.message_user(request, words, messages.SUCCESS)
