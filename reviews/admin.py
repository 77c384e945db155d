"""The Django admin: organisations, policy and users are edited here; all that happened is read.

States, decisions and events are the actions' affair: nothing here changes them but by the same
verbs that the pages use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import (  # noqa: F401 - they register their pages
    admin_attachments,
    admin_calendar,
    admin_invitations,
    admin_mails,
    admin_publishing,
    admin_stages,
    admin_wording,
)
from .actions import ActionDenied, publishing, reviewing
from .actions.retrying import retry
from .admin_pages import ByWord, Page, PermissionChoices, ReadOnly, ReadOnlyInline, Rows
from .models import (
    Decision,
    Event,
    FailedSignIn,
    Inspection,
    Membership,
    Organisation,
    PortalPolicy,
    Release,
    Revision,
    SeverityOverride,
    Submission,
)
from .permissions import is_administrator
from .pipeline import CHECKS
from .pipeline.core.findings import Severity
from .publish_targets import different_target
from .templatetags.display import severity_word

if TYPE_CHECKING:
    RuleForm = forms.ModelForm[SeverityOverride]
else:
    RuleForm = forms.ModelForm


class MembershipInline(Rows):
    """Who belongs to an organisation."""

    model = Membership
    extra = 1
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(Page):
    """Providers, their members, and the targets that differ from the portal's."""

    list_display = ("name", "registry", "namespace", "running_limit")
    search_fields = ("name",)
    inlines = (MembershipInline,)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Warn where its releases would now be published elsewhere than addresses lead."""
        super().save_model(request, obj, form, change)
        _warn_of_target(self, request, obj)


def _warn_of_target(page: Page, request: HttpRequest, organisation: Organisation | None) -> None:
    words = different_target(organisation)
    if words is not None:
        page.message_user(request, words.text(gettext), messages.WARNING)


@admin.register(PortalPolicy)
class PortalPolicyAdmin(Page):
    """The one row of the portal's own targets and limits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not PortalPolicy.objects.exists()

    def has_delete_permission(self, *_args: Any) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PortalPolicy, form: Any, change: bool) -> None:
        """Keep it the one row; warn where releases would now be published elsewhere."""
        obj.pk = 1
        super().save_model(request, obj, form, change)
        _warn_of_target(self, request, None)


class SeverityForm(RuleForm):
    """A rule, chosen from those there are."""

    rule = forms.ChoiceField(label=_("rule"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = sorted((check.ID, f"{check.ID} {check.TITLE.text(gettext)}") for check in CHECKS)
        field = self.fields["rule"]
        if isinstance(field, forms.ChoiceField):
            field.choices = rules
        severity = self.fields["severity"]
        if isinstance(severity, forms.ChoiceField):
            severity.choices = [(each.value, severity_word(each)) for each in Severity]


@admin.register(SeverityOverride)
class SeverityOverrideAdmin(Page):
    """How much a rule weighs here."""

    form = SeverityForm
    list_display = ("rule", "weight", "reason")

    @admin.display(description=_("severity"), ordering="severity")
    def weight(self, override: SeverityOverride) -> str:
        """The severity in words."""
        return severity_word(override.severity)


class RevisionInline(ReadOnlyInline):
    """The uploads of a submission."""

    model = Revision
    fields = ("number", "file_name", "uploaded_by", "uploaded_at", "attempts", "finished_at")


class EventInline(ReadOnlyInline):
    """The history of a submission."""

    model = Event
    fields = ("at", "by", "verb", "from_state", "to_state", "detail")
    show_change_link = False


class ReasonForm(ActionForm):
    """An action and, where it wants one, the reason for it."""

    comment = forms.CharField(label=_("Reason"), required=False, max_length=4000)


@admin.register(Submission)
class SubmissionAdmin(ReadOnly):
    """Submissions; failed work is retried and a claim ended by the actions."""

    path_to_submission = ""
    list_display = (
        "title",
        "organisation",
        "state",
        "waiting_since",
        "claimed_by",
        "errors",
        "warnings",
    )
    list_filter = ("state", "kind")
    list_select_related = ("organisation", "claimed_by")
    search_fields = ("search",)
    show_full_result_count = False
    ordering = ("-waiting_since",)
    inlines = (RevisionInline, EventInline)
    action_form = ReasonForm
    actions = ("retry", "unclaim", "suspend", "resume", "reconsider")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the actions are offered and done; Django asks by this name."""
        return is_administrator(request.user)

    @admin.action(description=_("Try failed work again"), permissions=("act",))
    def retry(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        """Call the verb for each, and show what became of it."""
        for submission in chosen:
            self._call(request, submission, retry, gettext("%(title)s is tried again."))

    @admin.action(description=_("Give back to the queue"), permissions=("act",))
    def unclaim(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        """Call the verb for each, and show what became of it."""
        for submission in chosen:
            self._call(request, submission, reviewing.unclaim, gettext("%(title)s is unclaimed."))

    @admin.action(description=_("Suspend the released version (with a reason)"))
    def suspend(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        """Call the verb for each, and show what became of it."""
        for submission in chosen:
            done = gettext("%(title)s is suspended.")
            self._call(request, submission, publishing.suspend, done)

    @admin.action(description=_("End the suspension (with a reason)"))
    def resume(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        """Call the verb for each, and show what became of it."""
        for submission in chosen:
            done = gettext("%(title)s is released again.")
            self._call(request, submission, publishing.resume, done)

    @admin.action(
        description=_("Back to review, because its images cannot be published (with a reason)")
    )
    def reconsider(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        """Call the verb for each, and show what became of it."""
        for submission in chosen:
            done = gettext("%(title)s is in review again.")
            self._call(request, submission, publishing.reconsider, done)

    def _call(self, request: HttpRequest, submission: Submission, verb: Any, done: str) -> None:
        is_reasoned = verb in {publishing.suspend, publishing.resume, publishing.reconsider}
        more = {"comment": request.POST.get("comment", "")} if is_reasoned else {}
        try:
            verb(by=request.user, submission=submission, **more)
        except ActionDenied as denied:
            words = f"{submission}: {denied.words.text(gettext)}"
            self.message_user(request, words, messages.ERROR)
        else:
            self.message_user(request, done % {"title": submission}, messages.SUCCESS)


class InspectionInline(ReadOnlyInline):
    """The reading of a revision's image archives."""

    model = Inspection
    fields = ("attempts", "lease_until", "finished_at", "bytes_done", "bytes_total", "failure")


class ReleaseInline(ReadOnlyInline):
    """The releases of a revision."""

    model = Release
    fields = ("approved_by", "approved_at", "attempts", "finished_at", "sha256", "objection")


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    """Uploads, with how their analysis went."""

    path_to_submission = "submission"
    list_display = (
        "submission",
        "number",
        "uploaded_by",
        "uploaded_at",
        "attempts",
        "lease_until",
        "finished_at",
    )
    list_select_related = ("submission", "uploaded_by")
    search_fields = ("submission__search", "sha256")
    show_full_result_count = False
    ordering = ("-pk",)
    inlines = (InspectionInline, ReleaseInline)


@admin.register(Inspection)
class InspectionAdmin(ReadOnly):
    """The reading of image archives, with how it went."""

    path_to_submission = "revision.submission"
    list_display = ("revision", "attempts", "lease_until", "finished_at", "bytes_done")
    list_select_related = ("revision__submission",)
    search_fields = ("revision__submission__search", "revision__sha256")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(Release)
class ReleaseAdmin(ReadOnly):
    """Releases, with how they went."""

    path_to_submission = "revision.submission"
    list_display = ("revision", "approved_by", "approved_at", "attempts", "finished_at", "sha256")
    list_select_related = ("revision__submission", "approved_by")
    search_fields = ("revision__submission__search", "sha256")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(Event)
class EventAdmin(ReadOnly):
    """The log."""

    path_to_submission = "submission"
    list_display = ("at", "by", "verb", "submission", "from_state", "to_state")
    list_filter = (("verb", ByWord),)
    list_select_related = ("by", "submission")
    search_fields = ("submission__search", "by__username")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    """What reviewers decided."""

    path_to_submission = "finding.revision.submission"
    list_display = ("at", "by", "verb", "finding", "reason", "comment")
    list_filter = (("verb", ByWord), "reason")
    list_select_related = ("by", "finding")
    search_fields = ("by__username", "finding__rule")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(FailedSignIn)
class FailedSignInAdmin(ReadOnly):
    """Who could not sign in; deleting the rows ends the waiting."""

    list_display = ("at", "name", "address")
    search_fields = ("name", "address")
    ordering = ("-pk",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


class UserMembershipInline(Rows):
    """For which organisations a user submits."""

    model = Membership
    extra = 0
    autocomplete_fields = ("organisation",)


# Django registered its own pages before; ours add organisations and words of permissions to them.
_UserAdmin, _GroupAdmin = (type(admin.site.get_model_admin(each)) for each in (User, Group))
admin.site.unregister([User, Group])


@admin.register(Group)
class PortalGroupAdmin(PermissionChoices, _GroupAdmin):  # type: ignore[misc, valid-type]
    """Groups; that of the reviewers makes somebody a reviewer."""


@admin.register(User)
class PortalUserAdmin(PermissionChoices, _UserAdmin):  # type: ignore[misc, valid-type]
    """Users with their organisations; the group of reviewers makes one a reviewer."""

    inlines = (UserMembershipInline,)
    list_filter = ("is_staff", "is_active", "groups", "organisations")
