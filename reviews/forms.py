"""What people type in: checked for its form here; what it may do is the actions' affair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from .models import Organisation, Reason
from .pipeline.core.messages import Message
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


class DecisionForm(forms.Form):
    """A decision about one or several units of findings; ``batch`` names an earlier one."""

    units = forms.TypedMultipleChoiceField(choices=(), required=False)
    batch = forms.CharField(max_length=40, required=False)
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in FINDING_VERBS])
    revision = forms.IntegerField(min_value=1)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *Reason.choices], required=False
    )
    comment = forms.CharField(label=_("Comment"), required=False, max_length=4000)

    def __init__(self, units: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(unit, unit) for unit in units]


class CommentForm(forms.Form):
    """A comment on a revision, or on one finding of it."""

    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea)
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    position = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


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
            sort=SortOrder(clean.get("sort") or SortOrder.OLDEST),
            page=clean.get("page") or 1,
        )


def add_objection(form: forms.Form, words: Message, field: str | None, translate: Any) -> None:
    """Put an action's objection where it belongs in ``form``: at its field, else above all."""
    form.add_error(field if field in form.fields else None, words.text(translate))
