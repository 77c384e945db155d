"""Every component of ``templates/components`` in every state that it has, for the gallery."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message as Notice
from django.utils.translation import gettext

from ..forms import CommentForm
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import _
from ..queries.due import Due
from ..queries.groups import Group, GroupCounts
from ..states import LABELS, SubmissionState
from . import gallery_samples as samples
from .gallery_findings import FINDING_ENTRIES
from .gallery_samples import Shown
from .stages import Bar, Step, part_of
from .submission_page import Tab

_USUAL, _LONG, _NONE = _("usual"), _("long texts"), _("nothing")
_REFUSED = _("It is in review: withdraw it first, or wait for the verdict.")
_ROLES = (
    (_("a partner"), {"is_partner": True, "is_reviewer": False, "is_administrator": False}),
    (_("a reviewer"), {"is_partner": False, "is_reviewer": True, "is_administrator": False}),
    (_("every role"), {"is_partner": True, "is_reviewer": True, "is_administrator": True}),
)


def _actions() -> Sequence[Shown]:
    usual = {"words": _("Upload a corrected package"), "address": "#action", "sign": "upload"}
    return (
        Shown(_USUAL, usual),
        Shown(_("quiet"), usual | {"kind": "is-quiet"}),
        Shown(_("dangerous"), usual | {"kind": "is-danger", "sign": "flag"}),
        Shown(_("not possible"), usual | {"kind": "is-quiet", "objection": _REFUSED}),
    )


def _badges() -> Sequence[Shown]:
    tones = ("error", "warning", "success", "info", "accent")
    found = [Shown(_USUAL, {"tone": each, "sign": "flag", "words": _("proven")}) for each in tones]
    return [*found, Shown(_LONG, {**found[0].context, "title": _REFUSED, "words": _REFUSED})]


def _counts() -> Sequence[Shown]:
    return (
        Shown(_USUAL, {"errors": 3, "warnings": 12, "infos": 289}),
        Shown(_NONE, {"errors": 0, "warnings": 0, "infos": 0}),
    )


def _dues() -> Sequence[Shown]:
    day = date(2026, 11, 30)
    return (
        Shown(_USUAL, {"due": Due(day, is_overdue=False)}),
        Shown(_("overdue"), {"due": Due(day, is_overdue=True)}),
    )


def _group_counts() -> Sequence[Shown]:
    return (
        Shown(_USUAL, {"groups": GroupCounts(8, 25, 160)}),
        Shown(_("for a partner"), {"groups": GroupCounts(8, 25, 160), "is_partner": True}),
        Shown(_NONE, {"groups": GroupCounts()}),
        Shown(_("not known yet"), {"groups": None}),
    )


def _group_words() -> Sequence[Shown]:
    return [
        Shown(words, {"group": group, "is_member": is_member})
        for words, is_member in ((_("for a partner"), True), (_("for a reviewer"), False))
        for group in Group
    ]


def _empty() -> Sequence[Shown]:
    usual = {"sign": "success", "title": _("Nothing to fix")}
    words = {"words": _("No rule found anything in this package.")}
    link = {"action_words": _("Go to submissions"), "action_at": "#empty"}
    return Shown(_("a title alone"), usual), Shown(_USUAL, usual | words | link)


class _Wrong(forms.Form):
    """A field that was left empty, and one that was not."""

    comment = forms.CharField(label=CommentForm.base_fields["text"].label)

    def clean(self) -> None:
        self.add_error(None, gettext("The portal cannot process this request."))


def _fields() -> Sequence[Shown]:
    hint = gettext("Visible to the partner and the reviewers.")
    return (
        Shown(_USUAL, {"field": CommentForm(auto_id="usual_%s")["text"], "hint": hint}),
        Shown(_("with an error"), {"field": _Wrong({}, auto_id="wrong_%s")["comment"]}),
    )


def _form_errors() -> Sequence[Shown]:
    return Shown(_("with an error"), {"form": _Wrong({})}), Shown(_NONE, {"form": CommentForm()})


def _messages() -> Sequence[Shown]:
    levels = (constants.SUCCESS, constants.INFO, constants.WARNING, constants.ERROR)
    notices = [Notice(level, gettext("Nothing was changed.")) for level in levels]
    return Shown(_USUAL, {"messages": notices}), Shown(_NONE, {"messages": ()})


def _notices() -> Sequence[Shown]:
    words = {"words": _("The package contains %(name)s.", name=samples.LONG_NAME)}
    usual = {"tone": "info", "sign": "info", "words": _REFUSED}
    more = {"title": _("Permission denied"), "more": _("Nothing was changed.")}
    return (
        Shown(_USUAL, usual),
        Shown(_("with a title"), usual | more | {"tone": "warning", "sign": "warning"}),
        Shown(_LONG, {"tone": "error", "sign": "error"} | more | words),
        Shown(_("all is well"), {"tone": "success", "sign": "success"} | more | words),
    )


def _paginations() -> Sequence[Shown]:
    return (
        Shown(_("the first of several"), {"page": 1, "has_next": True}),
        Shown(_("in the middle"), {"page": 7, "has_next": True}),
        Shown(_("the only one"), {"page": 1, "has_next": False}),
    )


def _places() -> Sequence[Shown]:
    place = {"file": samples.VALUES, "line": 6}
    return (
        Shown(_("a link"), {"place": place, "places": "/files/"}),
        Shown(_("on paper"), {"place": place}),
        Shown(_NONE, {"place": {"file": None, "line": None}}),
    )


def _stages() -> Sequence[Shown]:
    half = part_of(3 << 30, 10 << 30)
    begun = (Step(_("received"), "done"), Step(_("unpacked"), "now"))
    steps = (*begun, Step(_("rendered"), "waiting"))
    read = (Step(_("archives read"), "now", bar=Bar(3 << 30, 10 << 30, half)),)
    stopped = (Step(_("received"), "done"), Step(_("unpacked"), "stopped"))
    held = Step(
        _("archives read"),
        "done",
        more=_("%(done)s of %(total)s %(unit)s", done="10", total="10", unit="GB"),
    )
    note = _("%(seconds)s s, read without rendering", seconds="3.2")
    return (
        Shown(_("being processed"), {"steps": steps, "note": None}),
        Shown(_("with a bar"), {"steps": (*begun[:1], *read), "note": None}),
        Shown(_("all is done"), {"steps": (*begun[:1], held), "note": note}),
        Shown(_("stopped"), {"steps": stopped, "note": None}),
    )


def _tabs() -> Sequence[Shown]:
    tabs = (
        Tab(_("Findings"), "#findings", 289, is_here=True),
        Tab(_("Changes"), "#changes", 0, is_here=False),
        Tab(_("History"), "#history", None, is_here=False),
    )
    return (Shown(_USUAL, {"tabs": tabs, "name": _("Findings")}),)


def _timelines() -> Sequence[Shown]:
    events = (
        samples.event(1, "submit", "petra", file="demo-1.0.0.zip"),
        samples.event(2, "finish", "", errors=1, warnings=0, images=12),
        samples.event(
            3,
            "decide",
            decision="reject",
            has_edit=False,
            rule="OSC-HELM-008",
            positions=[3],
            reason="accepted-risk",
            comment="ok\nok",
        ),
        samples.event(4, "return", comment=samples.LONG_NAME),
    )
    of_log = [samples.event(5, "release", "", place="registry", address=samples.TARGET)]
    return (
        Shown(_("of a submission"), {"events": events}),
        Shown(_("of the log"), {"events": of_log, "names_submissions": True}),
    )


def _turns() -> Sequence[Shown]:
    claimed = samples.submission(SubmissionState.IN_REVIEW, "rita")
    return (
        *(
            Shown(LABELS[each], {"submission": samples.submission(each)})
            for each in SubmissionState
        ),
        Shown(_("claimed"), {"submission": claimed}),
        Shown(
            _("for a partner"),
            {"submission": samples.submission(SubmissionState.RETURNED), "is_partner": True},
        ),
    )


def _states() -> Sequence[Shown]:
    return [
        Shown(LABELS[each], {"submission": samples.submission(each)}) for each in SubmissionState
    ]


def _roles() -> Sequence[Shown]:
    return [Shown(words, roles) for words, roles in _ROLES]


def _languages() -> Sequence[Shown]:
    return (
        Shown(_USUAL, {"languages": settings.LANGUAGES}),
        Shown(_("no choice"), {"languages": []}),
    )


def _themes() -> Sequence[Shown]:
    return [Shown(_USUAL, {"theme": each}) for each in ("", "light", "dark")]


def _plain() -> Sequence[Shown]:
    return (Shown(_USUAL),)


def _severities() -> Sequence[Shown]:
    return [Shown(_USUAL, {"severity": each}) for each in Severity]


ENTRIES: Mapping[str, Callable[[], Sequence[Shown]]] = MappingProxyType(
    {
        "action": _actions,
        "badge": _badges,
        "counts": _counts,
        "due": _dues,
        "empty_state": _empty,
        "field": _fields,
        "folder_tree": _plain,
        "form_errors": _form_errors,
        "group_counts": _group_counts,
        "group_words": _group_words,
        "language_switch": _languages,
        "messages": _messages,
        "navigation": _roles,
        "new_badge": _plain,
        "notice": _notices,
        "pagination": _paginations,
        "place": _places,
        "search": _plain,
        "severity_badge": _severities,
        "stage_line": _stages,
        "state_badge": _states,
        "tabs": _tabs,
        "theme_switch": _themes,
        "timeline": _timelines,
        "turn": _turns,
        "user_menu": _roles,
        **FINDING_ENTRIES,
    }
)
"""The states of each component, by the name of its template."""
