"""The reviewers' queue: whose turn it is, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .. import permissions
from ..forms import FilterForm
from ..models import Submission
from ..pipeline.core.messages import Message, _
from ..queries.groups import group_counts
from ..queries.lists import Listing, SortOrder, queue_sections, submissions
from ..states import LABELS, SubmissionState
from .shortcuts import SignedInRequest

_SECTIONS: dict[str, tuple[Message, Message, dict[str, object]]] = {
    "yours": (
        _("Your turn"),
        _("What you claim waits here for you."),
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

    @property
    def is_mixed(self) -> bool:
        """Whether its rows may have several states, so that each says its own."""
        return self.name in {"waiting", "decided"}


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
    sections = [] if asked else _sections(queue_sections(user, _SHOWN))
    parts = [listing.rows] if listing else [section.rows for section in sections]
    rows = [row for part in parts for row in part]
    context = {
        "listing": listing,
        "sections": sections,
        "groups": group_counts(rows),
        "wanted": wanted,
        "states": [(state, LABELS[state]) for state in SubmissionState],
        "kinds": _KINDS,
        "sorts": list(_SORTS.items()),
        "own": permissions.organisations_of(user),
    }
    return render(request, "review/queue.html", context)


def _sections(listings: dict[str, Listing]) -> list[Section]:
    return [
        Section(
            name=name,
            title=_SECTIONS[name][0],
            nothing=_SECTIONS[name][1],
            rows=listing.rows,
            total=listing.total,
            more="?" + urlencode(_SECTIONS[name][2], doseq=True),
        )
        for name, listing in listings.items()
    ]
