"""The log: what happened to all that one may see, narrowed down, and as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_safe

from ..actions.report_files import harmless
from ..models import Event, PortalEvent, reason_words
from ..permissions import is_administrator
from ..pipeline import safe_text
from ..pipeline.core.messages import _
from ..queries.log_filter import PAGE, VERBS, LogFilter, log_page, pieces_of_log
from ..templatetags.authors import author
from ..templatetags.event_words import event_comment, event_sentence
from ..visibility import may_be_shown
from .shortcuts import SignedInRequest


class LogForm(forms.Form):
    """What of the log is wanted. Days are those of UTC; the last one is in the range."""

    by = forms.CharField(label=gettext_lazy("Person"), max_length=150, required=False)
    verb = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    submission = forms.CharField(label=gettext_lazy("Submission"), max_length=100, required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"})
    )
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    after = forms.IntegerField(min_value=0, max_value=2**62, required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["verb"]
        if isinstance(field, forms.ChoiceField):
            shown = [verb for verb in VERBS if may_be_shown(user, verb)]
            named = sorted((VERBS[verb].text(gettext), verb) for verb in shown)
            field.choices = [("", gettext("anything")), *((verb, text) for text, verb in named)]

    def clean(self) -> dict[str, Any]:
        """The range of days begins before it ends."""
        given: dict[str, Any] = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("This day is before the first one."))
        return given

    def wanted(self) -> LogFilter:
        """What is asked for; to be called on a valid form."""
        given = self.cleaned_data
        return LogFilter(
            person=given["by"].strip(),
            verb=given["verb"],
            submission=given["submission"].strip(),
            since=_midnight(given["since"]),
            until=_midnight(given["until"], days=1),
            before=given["before"],
            after=given["after"],
        )


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What happened, newest first."""
    user = cast("SignedInRequest", request).user
    form = LogForm(user, request.GET)
    page = log_page(user, form.wanted()) if form.is_valid() else None
    asked = request.GET.copy()
    for name in ("before", "after"):
        asked.pop(name, None)
    context = {
        "form": form,
        "page": page,
        "asked": asked.urlencode(),
        "is_filtered": any(asked.values()),
    }
    return render(request, "log/page.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The same events as a file that is sent while it is made. Http404: there is no such form."""
    user = cast("SignedInRequest", request).user
    asked = LogForm(user, request.GET)
    if form not in _FORMS or not asked.is_valid():
        raise Http404
    write, content_type = _FORMS[form]
    pieces = pieces_of_log(user, replace(asked.wanted(), before=None, after=None))
    response = StreamingHttpResponse(
        write(pieces, get_language() or "en"), content_type=content_type
    )
    day = f"{timezone.now():%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="log-{day}.{form}"'
    return response


@require_safe
def portal_log(request: HttpRequest) -> HttpResponse:
    """What concerns no submission; for administrators. Http404: one is none."""
    if not is_administrator(request.user):
        raise Http404
    events = PortalEvent.objects.select_related("by", "organisation").order_by("-pk")
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    return render(request, "log/portal.html", {"page": page})


_COLUMNS = (
    _("number"),
    _("at (UTC)"),
    _("person"),
    _("verb"),
    _("what was done"),
    _("words"),
    _("submission number"),
    _("submission"),
    _("revision"),
    _("from state"),
    _("to state"),
)
_KEYS = (
    *("number", "at", "by", "verb", "sentence", "words"),
    *("submission", "title", "revision", "from_state", "to_state"),
)


def _csv(pieces: Iterator[Sequence[Event]], language: str) -> Iterator[bytes]:
    with translation.override(language):
        header = [each.text(gettext) for each in _COLUMNS]
    yield b"\xef\xbb\xbf" + _lines([header])
    for piece in pieces:
        yield _lines(harmless(list(map(str, row))) for row in _rows(piece, language))


def _json(pieces: Iterator[Sequence[Event]], language: str) -> Iterator[bytes]:
    separator = "[\n"
    for piece in pieces:
        rows = (dict(zip(_KEYS, row, strict=True)) for row in _rows(piece, language))
        text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        yield (separator + text).encode()
        separator = ",\n"
    yield b"[]\n" if separator.startswith("[") else b"\n]\n"


_FORMS = {"csv": (_csv, "text/csv; charset=utf-8"), "json": (_json, "application/json")}


def _lines(rows: Any) -> bytes:
    output = io.StringIO(newline="")
    csv.writer(output, dialect="excel", quoting=csv.QUOTE_ALL).writerows(rows)
    return output.getvalue().encode()


def _rows(events: Sequence[Event], language: str) -> list[tuple[str | int, ...]]:
    """The cells of each event, in the language in which the file was asked for."""
    with translation.override(language):
        reasons = reason_words()
        return [_row(event, reasons) for event in events]


def _row(event: Event, reasons: Mapping[str, str]) -> tuple[str | int, ...]:
    return (
        event.pk,
        event.at.astimezone(UTC).isoformat(timespec="seconds"),
        author(event) if event.by else "",
        event.verb,
        event_sentence(event),
        "\n".join(map(safe_text, event_comment(event, reasons).split("\n"))),
        event.submission_id,
        safe_text(event.submission.title),
        event.revision.number if event.revision else "",
        event.from_state,
        event.to_state,
    )


def _midnight(day: Any, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), UTC)


urlpatterns = [
    path("log/", log, name="log"),
    path("log/portal/", portal_log, name="portal-log"),
    path("log/export/<str:form>/", export, name="export-log"),
]
