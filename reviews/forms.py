"""What people type in: checked for its form here; what it may do is the actions' affair."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from .models import Organisation
from .pipeline.core.messages import Message
from .queries.groups import Group
from .queries.lists import ListFilter, SortOrder
from .states import FINDING_VERBS, LABELS, SubmissionState


class PackageForm(forms.Form):
    """A package to upload."""

    file = forms.FileField(label=_("Service package"))
    note = forms.CharField(
        label=_("Note for the reviewer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SubmissionForm(PackageForm):
    """A new submission for one of the user's organisations."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    service = forms.CharField(label=_("Service"), max_length=100, required=False)
    version = forms.CharField(label=_("Version"), max_length=100, required=False)
    field_order = ("organisation", "service", "version", "file", "note")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = Organisation.objects.filter(memberships__user=user)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = theirs
            field.initial = theirs.first()


class KnownField(forms.MultipleChoiceField):
    """Some of what is ``known``; as choices, several hundred would take long to prepare."""

    known: Collection[str] = ()

    def valid_value(self, value: str) -> bool:
        return value in self.known


class DecisionForm(forms.Form):
    """A decision about one or several units of findings; ``batch`` names an earlier one."""

    units = KnownField(required=False)
    batch = forms.CharField(max_length=40, required=False)
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in FINDING_VERBS])
    revision = forms.IntegerField(min_value=1)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=20)
    comment = forms.CharField(label=_("Comment"), required=False, max_length=4000)
    accepted = forms.IntegerField(min_value=1, required=False)

    def __init__(self, units: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        if isinstance(field, KnownField):
            field.known = frozenset(units)


class CommentForm(forms.Form):
    """A comment on a revision, or on one finding of it."""

    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    position = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class ConversationForm(forms.Form):
    """Something to say: in a new thread about a finding, a line or the submission, or a reply."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    revision = forms.IntegerField(min_value=1)
    position = forms.IntegerField(min_value=0, required=False)
    file = forms.CharField(max_length=2000, required=False, strip=False)
    line = forms.IntegerField(min_value=1, max_value=10_000_000, required=False)
    reply_to = forms.IntegerField(min_value=1, required=False)
    is_internal = forms.BooleanField(required=False)
    then = forms.ChoiceField(
        choices=[("", ""), ("resolve", "resolve"), ("reopen", "reopen")], required=False
    )


class AcceptanceForm(forms.Form):
    """What an administrator accepts for a service, until when, and why."""

    rule = forms.CharField(max_length=40, widget=forms.HiddenInput)
    file = forms.CharField(
        label=_("File (* fits anything; empty: any file)"), max_length=1000, required=False
    )
    path = forms.CharField(
        label=_("Path of the value (* fits anything; empty: any)"), max_length=1000, required=False
    )
    until = forms.DateField(
        label=_("Accepted until (this day included)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Reason (reviewers and the partner see it)"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VerdictForm(forms.Form):
    """Return or reject the package."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("What should the partner know?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApprovalForm(VerdictForm):
    """Approve the package as it was seen."""

    findings_seen = forms.CharField(max_length=100, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False)


class LinesForm(forms.Form):
    """Which lines of a file are to be unfolded. ``suffix`` ends the ids of rows."""

    file = forms.CharField(max_length=2000, strip=False)
    shift = forms.IntegerField(min_value=-1_000_000, max_value=1_000_000)
    suffix = forms.RegexField(r"\A[-a-z0-9]{0,40}\Z", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last", "from", "to"):
            self.fields[name] = forms.IntegerField(min_value=1, max_value=10_000_000)


class FilterForm(forms.Form):
    """What of a list is wanted; what makes no sense is left aside."""

    state = forms.MultipleChoiceField(
        choices=[(state.value, LABELS[state]) for state in SubmissionState], required=False
    )
    kind = forms.ChoiceField(
        choices=[("", _("any kind")), ("helm", "Helm"), ("operator", "Operator"), ("osc", "OSC")],
        required=False,
    )
    q = forms.CharField(max_length=100, required=False)
    mine = forms.BooleanField(required=False)
    unclaimed = forms.BooleanField(required=False)
    stage = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    partner = forms.CharField(max_length=100, required=False)
    rule = forms.CharField(max_length=40, required=False)
    group = forms.ChoiceField(choices=[(each.value, each.value) for each in Group], required=False)
    claimed_by = forms.CharField(max_length=150, required=False)
    overdue = forms.BooleanField(required=False)
    sort = forms.ChoiceField(
        choices=[(sort.value, sort.value) for sort in SortOrder], required=False
    )
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)

    def wanted(self) -> ListFilter:
        """What the address bar asks for."""
        self.is_valid()
        clean = self.cleaned_data
        return ListFilter(
            states=tuple(SubmissionState(state) for state in clean.get("state") or ()),
            kind=clean.get("kind") or "",
            text=clean.get("q") or "",
            mine=bool(clean.get("mine")),
            unclaimed=bool(clean.get("unclaimed")),
            stage=clean.get("stage"),
            partner=clean.get("partner") or "",
            rule=clean.get("rule") or "",
            group=Group(clean["group"]) if clean.get("group") else None,
            claimed_by=clean.get("claimed_by") or "",
            overdue=bool(clean.get("overdue")),
            sort=SortOrder(clean.get("sort") or SortOrder.OLDEST),
            page=clean.get("page") or 1,
        )


def add_objection(form: forms.Form, words: Message, field: str | None, translate: Any) -> None:
    """Put an action's objection where it belongs in ``form``: at its field, else above all."""
    form.add_error(field if field in form.fields else None, words.text(translate))
