"""The reviewers' queue: whose turn it is, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from .. import permissions
from ..forms import FilterForm
from ..models import SavedView, Submission
from ..pipeline.core.messages import Message, _
from ..queries.conversation import unread_counts
from ..queries.due import due_of
from ..queries.groups import Group, group_counts
from ..queries.lists import Listing, SortOrder, queue_sections, submissions
from ..review_stages import next_stages, stages
from ..states import LABELS, SubmissionState
from .queue_rows import QueueRows
from .shortcuts import SignedInRequest

_SECTIONS: dict[str, tuple[Message, Message, dict[str, object]]] = {
    "yours": (
        _("Your turn"),
        _("What you claim, and what comes back to you, waits here."),
        {"state": "in_review", "mine": "on"},
    ),
    "unclaimed": (
        _("Unclaimed"),
        _("Nothing waits for a reviewer."),
        {"state": "in_review", "unclaimed": "on"},
    ),
    "waiting": (
        _("Waiting for the partner"),
        _("No partner has anything to fix."),
        {"state": ["returned", "refused"]},
    ),
    "decided": (
        _("Recently decided"),
        _("Nothing was decided yet."),
        {
            "state": ["approved", "publishing", "released", "suspended", "rejected"],
            "sort": "newest",
        },
    ),
}
_SORTS: dict[SortOrder, Message] = {
    SortOrder.OLDEST: _("oldest first"),
    SortOrder.NEWEST: _("newest first"),
    SortOrder.TITLE: _("by service"),
    SortOrder.ERRORS: _("most errors first"),
}
_KINDS = (("helm", "Helm"), ("operator", "Operator"), ("osc", "OSC"))
_GROUPS: dict[Group, Message] = {
    Group.FIX: _("something to fix for the partner"),
    Group.APPLIED: _("something that the portal fixes"),
    Group.NOTED: _("something for information"),
}
_NONE_OF_YOURS = _("Nothing waits for a stage that your groups approve.")
_MIXED = frozenset({"waiting", "decided"})
_SHOWN = 10
"""Rows of a section; the rest is one click away."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the start page. ``more`` is the address of all of it."""

    name: str
    title: Message
    nothing: Message
    rows: Sequence[Submission]
    total: int | None
    more: str
    html: SafeString

    @property
    def is_mixed(self) -> bool:
        """Whether its rows may have several states, so that each says its own."""
        return self.name in _MIXED


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The sections, or one list of what the address bar asks for. Http404: no reviewer asks."""
    user = cast("SignedInRequest", request).user
    if not permissions.is_reviewer(user):
        raise Http404
    form = FilterForm(request.GET)
    wanted = form.wanted()
    asked = bool(request.GET.keys() & form.fields.keys())
    listing = submissions(user, wanted) if asked else None
    parts = {} if asked else queue_sections(user, _SHOWN)
    all_stages = stages()
    listed = parts.values() if listing is None else [listing]
    drawn = _drawing(request, [row for part in listed for row in part.rows])
    context = {
        "listing": listing,
        "html": drawn.html(listing.rows, is_mixed=True) if listing else "",
        "sections": _sections(parts, drawn, has_stages=bool(all_stages)),
        "stages": all_stages,
        "views": list(SavedView.objects.filter(user=user)),
        "query": request.GET.urlencode() if asked else "",
        "wanted": wanted,
        "states": [(state, LABELS[state]) for state in SubmissionState],
        "kinds": _KINDS,
        "sorts": list(_SORTS.items()),
        "finding_groups": list(_GROUPS.items()),
        "reviewers": permissions.reviewers(),
    }
    return render(request, "review/queue.html", context)


def _drawing(request: HttpRequest, rows: Sequence[Submission]) -> QueueRows:
    """What the page shows of ``rows``."""
    user = cast("SignedInRequest", request).user
    return QueueRows(
        due=due_of(rows),
        groups=group_counts(rows, user),
        unread=unread_counts(user, rows),
        next_stages=next_stages(rows),
        own=permissions.organisations_of(user),
        token=get_token(request),
    )


def _sections(listings: dict[str, Listing], drawn: QueueRows, *, has_stages: bool) -> list[Section]:
    """The sections with their rows; where there are stages, others may have more to do."""
    return [
        Section(
            name=name,
            title=_SECTIONS[name][0],
            nothing=_NONE_OF_YOURS if has_stages and name == "unclaimed" else _SECTIONS[name][1],
            rows=listing.rows,
            total=listing.total,
            more="?" + urlencode(_SECTIONS[name][2], doseq=True),
            html=drawn.html(listing.rows, is_mixed=name in _MIXED),
        )
        for name, listing in listings.items()
    ]
