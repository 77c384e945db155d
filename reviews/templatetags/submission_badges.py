"""What a row of a list shows of a submission: its state, its counts, until when it is due.

Drawn by hand instead of by templates, because lists have many rows.
"""

from __future__ import annotations

from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..models import Submission
from ..queries.due import Due
from ..queries.groups import GroupCounts
from ..states import Turn
from .display import icon, quoted, sign, tone, words

register = template.Library()


@register.simple_tag
def state_badge(submission: Submission) -> SafeString:
    """The state of ``submission``."""
    state = submission.status
    said = escape(words(submission.label))
    return mark_safe(  # noqa: S308 - the words are escaped
        f'<span class="badge is-{tone(state)}">{icon(sign(state))}{said}</span>'
    )


@register.simple_tag
def due_badge(due: Due) -> SafeString:
    """Until when a review is due."""
    day = {"day": f"{due.day:%Y-%m-%d}"}
    if due.is_overdue:
        html = f'<span class="badge is-error">{icon("clock")}{_overdue(day)}</span>'
    else:
        html = f'<span class="soft small">{escape(gettext("due %(day)s") % day)}</span>'
    return mark_safe(html)  # noqa: S308 - a date, and our own words


def _overdue(day: dict[str, str]) -> str:
    return escape(gettext("overdue since %(day)s") % day)


@register.simple_tag
def finding_counts(groups: GroupCounts | None, *, is_partner: bool = False) -> SafeString:
    """How many findings of each group there are; nothing where there are none yet.

    ``is_partner``: the reader is who fixes them.
    """
    if not groups:
        return SafeString()
    fix = gettext("for you to fix") if is_partner else gettext("for the partner to fix")
    parts = (
        _count(groups.fix, "error", "flag", fix),
        _count(groups.applied, "success", "rewrite", gettext("fixed by the portal on approval")),
        _count(groups.noted, "info", "info", gettext("for information")),
    )
    return mark_safe(f'<span class="counts">{"".join(parts)}</span>')  # noqa: S308 - our own words


def _count(number: int, kind: str, sign_of_it: str, said: str) -> str:
    said = escape(said)
    return (
        f'<span class="is-{kind if number else "none"}" title="{said}">{icon(sign_of_it)}{number}'
        f'<span class="unseen"> {said}</span></span>'
    )


@register.simple_tag
def unread_badge(count: int | None, submission: Submission) -> SafeString:
    """How many comments on ``submission`` the reader has not read; nothing where there are none."""
    if not count:
        return SafeString()
    at = reverse("conversation", args=[submission.pk])
    said = escape(gettext("%(n)s new") % {"n": count})
    return mark_safe(  # noqa: S308 - our own words
        f' <a class="badge is-accent" href="{at}">{icon("comment")}{said}</a>'
    )


@register.simple_tag
def turn(submission: Submission, *, is_partner: bool = False) -> SafeString:
    """Whose turn it is with ``submission``, and who has claimed it.

    ``is_partner``: the reader is the one whom packages wait for.
    """
    match submission.turn:
        case Turn.PARTNER:
            said = gettext("you") if is_partner else gettext("the partner")
        case Turn.PORTAL:
            said = gettext("the portal")
        case Turn.REVIEWER:
            if submission.is_claimed and not is_partner:
                return quoted(submission.claimed_by)
            said = gettext("a reviewer")
        case Turn.ADMINISTRATOR:
            said = gettext("an administrator")
        case _:
            return SafeString('<span class="soft">—</span>')
    return SafeString(escape(said))
