"""What is typed in beside an attachment: alone, or together with a package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import AttachmentKind, AttachmentResult

_DAY = {"type": "date"}
_OPTIONAL_RESULT = [("", "—"), *AttachmentResult.choices]


class AttachmentForm(forms.Form):
    """An attachment to the current revision. Which fields a kind needs is the action's affair."""

    kind = forms.ChoiceField(label=_("What it is"), choices=AttachmentKind.choices)
    file = forms.FileField(label=_("File"))
    tool = forms.CharField(
        label=_("Tool"),
        required=False,
        max_length=200,
        help_text=_("With its version. Vulnerability reports name it themselves."),
    )
    made_on = forms.DateField(
        label=_("Made on"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("The day of the scan. Vulnerability reports mostly name it themselves."),
    )
    result = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=_OPTIONAL_RESULT,
        help_text=_("Not for vulnerability reports: they are read."),
    )
    package_sha256 = forms.CharField(
        label=_("SHA-256 of the package that was scanned"), required=False, max_length=80
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@dataclass(frozen=True)
class WithPackage:
    """The fields of one kind of attachment in a form with a package."""

    kind: AttachmentKind
    file: forms.BoundField
    tool: forms.BoundField | None
    made_on: forms.BoundField | None
    result: forms.BoundField | None


class AttachmentsForm(forms.Form):
    """An attachment of each kind, sent together with a package; all are optional."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in AttachmentKind:
            self.fields[f"{kind}-file"] = forms.FileField(label=_("File"), required=False)
            if kind is AttachmentKind.VULNERABILITIES:
                continue
            self.fields[f"{kind}-tool"] = forms.CharField(
                label=_("Tool"), required=False, max_length=200
            )
            self.fields[f"{kind}-made_on"] = forms.DateField(
                label=_("Made on"),
                required=False,
                widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            )
            self.fields[f"{kind}-result"] = forms.ChoiceField(
                label=_("Result"), required=False, choices=_OPTIONAL_RESULT
            )

    @property
    def kinds(self) -> Iterator[WithPackage]:
        """The fields, kind by kind."""
        for kind in AttachmentKind:
            more = (self._bound(kind, name) for name in ("tool", "made_on", "result"))
            yield WithPackage(kind, self[f"{kind}-file"], *more)

    def _bound(self, kind: AttachmentKind, name: str) -> forms.BoundField | None:
        key = f"{kind}-{name}"
        return self[key] if key in self.fields else None
