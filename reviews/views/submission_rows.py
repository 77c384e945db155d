"""Submissions as rows of the list that everybody has.

Drawn by hand instead of by a template, because a page has up to fifty of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..models import Submission
from ..pipeline import safe_text
from ..queries.groups import GroupCounts
from ..templatetags.display import moment
from ..templatetags.submission_badges import finding_counts, state_badge, turn, unread_badge


@dataclass(frozen=True)
class SubmissionRows:
    """What the rows show of their submissions, by the ids of these.

    ``unread``: how many comments the reader has not read. ``is_partner``: the reader is the one
    whom packages wait for; ``names_partners``: rows say whose package it is.
    """

    groups: Mapping[int, GroupCounts]
    unread: Mapping[int, int]
    is_partner: bool
    names_partners: bool

    def html(self, rows: Iterable[Submission]) -> SafeString:
        """The rows as the inside of a table."""
        return mark_safe("\n".join(map(self._row, rows)))  # noqa: S308 - every text is escaped

    def _row(self, row: Submission) -> str:
        findings, whose, partner = self._labels
        counts = finding_counts(self.groups.get(row.pk), is_partner=self.is_partner)
        name = escape(safe_text(str(row.organisation))) if self.names_partners else ""
        of_partner = f'<td data-label="{partner}" translate="no">{name}</td>' if name else ""
        return (
            f"<tr><td>{_title(row)}{unread_badge(self.unread.get(row.pk), row)}</td>"
            f"<td>{state_badge(row)}</td>"
            f'<td data-label="{findings}">{counts}</td>'
            f'<td data-label="{whose}">{turn(row, is_partner=self.is_partner)}</td>{of_partner}'
            f'<td class="nowrap soft">{moment(row.waiting_since)}</td></tr>'
        )

    @cached_property
    def _labels(self) -> tuple[str, str, str]:
        """What the columns are called."""
        names = gettext("Findings"), gettext("Turn"), gettext("Partner")
        findings, whose, partner = map(escape, names)
        return findings, whose, partner


def _title(row: Submission) -> str:
    at, title = reverse("submission", args=[row.pk]), escape(safe_text(str(row)))
    number = {"number": row.current.number if row.current else ""}
    said = escape(gettext("rev %(number)s") % number)
    kind = f" · {escape(row.kind)}" if row.kind else ""
    return (
        f'<a href="{at}" translate="no">{title}</a>'
        f' <span class="small soft nowrap">{said}{kind}</span>'
    )
