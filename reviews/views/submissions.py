"""All that one may see at a glance: the list of submissions."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from ..forms import FilterForm
from ..permissions import is_administrator, is_reviewer, organisations_of, visible_to
from ..queries.conversation import unread_counts
from ..queries.groups import group_counts
from ..queries.lists import SortOrder, count_by_turn, submissions
from ..states import LABELS, SubmissionState, Turn
from .shortcuts import SignedInRequest
from .submission_rows import SubmissionRows


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The submissions that the user may see, those that moved last on top."""
    user = cast("SignedInRequest", request).user
    form = FilterForm(request.GET)
    wanted = form.wanted()
    if not request.GET.get("sort"):
        wanted = replace(wanted, sort=SortOrder.NEWEST)
    turns = count_by_turn(user)
    listing, is_only_partner = submissions(user, wanted), _is_only_partner(user)
    drawn = SubmissionRows(
        groups=group_counts(listing.rows, user),
        unread=unread_counts(user, listing.rows),
        is_partner=is_only_partner,
        names_partners=is_reviewer(user) or is_administrator(user),
    )
    context = {
        "listing": listing,
        "rows": drawn.html(listing.rows),
        "wanted": wanted,
        "states": [(state, LABELS[state]) for state in SubmissionState],
        "summary": summary(turns, is_partner=is_only_partner),
        "is_filtered": bool(wanted.states or wanted.kind or wanted.text),
        "has_any": bool(listing.rows) or visible_to(user).exists(),
    }
    return render(request, "submissions/list.html", context)


def _is_only_partner(user: User) -> bool:
    """Whether all that the user sees is of the user's own organisations."""
    sees_all = is_reviewer(user) or is_administrator(user)
    return not sees_all and bool(organisations_of(user))


def summary(turns: dict[Turn, int], *, is_partner: bool) -> str:
    """What waits for whom, in one sentence; empty where nothing waits.

    ``is_partner`` says that the reader is the one whom packages wait for.
    """
    mine = ngettext("%(count)s needs you", "%(count)s need you", turns[Turn.PARTNER])
    theirs = ngettext(
        "%(count)s needs the partner", "%(count)s need the partner", turns[Turn.PARTNER]
    )
    parts = [
        mine if is_partner else theirs,
        ngettext("%(count)s is in review", "%(count)s are in review", turns[Turn.REVIEWER]),
        ngettext(
            "%(count)s is being worked on", "%(count)s are being worked on", turns[Turn.PORTAL]
        ),
        ngettext(
            "%(count)s waits for the administrators",
            "%(count)s wait for the administrators",
            turns[Turn.ADMINISTRATOR],
        ),
    ]
    counts = (
        turns[Turn.PARTNER],
        turns[Turn.REVIEWER],
        turns[Turn.PORTAL],
        turns[Turn.ADMINISTRATOR],
    )
    named = [words % {"count": count} for words, count in zip(parts, counts, strict=True) if count]
    return gettext(", ").join(named)
