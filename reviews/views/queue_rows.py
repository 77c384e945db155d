"""Submissions as rows of the reviewers' queue.

Drawn by hand instead of by a template, because a page has up to fifty of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..models import ReviewStage, Submission
from ..pipeline import safe_text
from ..queries.due import Due
from ..queries.groups import GroupCounts
from ..states import SubmissionState
from ..templatetags.display import moment, quoted
from ..templatetags.submission_badges import due_badge, finding_counts, state_badge, unread_badge


@dataclass(frozen=True)
class QueueRows:
    """What the rows show of their submissions, by the ids of these.

    ``own`` are the ids of the reader's own organisations, whose packages others review. ``unread``:
    how many comments the reader has not read; ``token``: that of the page's forms.
    """

    due: Mapping[int, Due]
    groups: Mapping[int, GroupCounts]
    unread: Mapping[int, int]
    next_stages: Mapping[int, ReviewStage]
    own: Collection[int]
    token: str

    def html(self, rows: Iterable[Submission], *, is_mixed: bool) -> SafeString:
        """The rows as the inside of a table; ``is_mixed``: each says its state."""
        drawn = (self._row(row, is_mixed=is_mixed) for row in rows)
        return mark_safe("\n".join(drawn))  # noqa: S308 - every text is escaped

    def _row(self, row: Submission, *, is_mixed: bool) -> str:
        service, kind, partner, waiting, since, findings, images, claimed = self._labels
        state = f"<td>{state_badge(row)}</td>" if is_mixed else ""
        due = self.due.get(row.pk)
        return (
            f'<tr data-row>{state}<td data-label="{service}">{self._service(row)}</td>'
            f'<td data-label="{kind}">{escape(row.kind) or "–"}</td>'
            f'<td data-label="{partner}" translate="no">{_shown(row.organisation.name)}</td>'
            f'<td data-label="{since if is_mixed else waiting}" class="nowrap">'
            f"{moment(row.waiting_since)}"
            f"{f'<br>{due_badge(due)}' if due else ''}</td>"
            f'<td data-label="{findings}">{finding_counts(self.groups.get(row.pk))}</td>'
            f'<td data-label="{images}" class="nowrap">{_proven(row)}</td>'
            f'<td data-label="{claimed}">{self._claimed(row)}</td></tr>'
        )

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        """What the columns are called."""
        names = (
            *(gettext("Service"), gettext("Kind"), gettext("Partner")),
            *(
                gettext("Waiting since"),
                gettext("Since"),
                gettext("Findings"),
                gettext("Images proven"),
                gettext("Claimed by"),
            ),
        )
        return tuple(map(escape, names))

    def _service(self, row: Submission) -> str:
        at = reverse("review", args=[row.pk])
        parts = [f'<a href="{at}" translate="no">{_shown(row.title)}</a>']
        if row.current:
            number = escape(gettext("rev %(number)s") % {"number": row.current.number})
            parts.append(f' <span class="soft small nowrap">{number}</span>')
        if stage := self.next_stages.get(row.pk):
            said = gettext("next: %(stage)s") % {"stage": quoted(stage.label)}
            parts.append(f' <span class="soft small nowrap">· {said}</span>')
        return "".join((*parts, unread_badge(self.unread.get(row.pk), row)))

    def _claimed(self, row: Submission) -> str:
        if row.is_claimed:
            return quoted(row.claimed_by)
        is_waiting = row.state == SubmissionState.IN_REVIEW
        back = ""
        if row.reviewer and is_waiting:
            said = gettext("back to %(person)s") % {"person": quoted(row.reviewer)}
            back = f'<span class="small nowrap">{said}</span> '
        if row.organisation_id in self.own:
            said = escape(gettext("your own: reviewed by others"))
            return f'{back}<span class="soft small">{said}</span>'
        return back + (self._claim(row) if is_waiting else "–")

    def _claim(self, row: Submission) -> str:
        return (
            f'<form method="post" action="{reverse("claim", args=[row.pk])}" class="actions"'
            ' data-claim><input type="hidden" name="csrfmiddlewaretoken"'
            f' value="{escape(self.token)}"><button class="is-quiet is-small">'
            f'{escape(gettext("Claim"))}<span class="unseen"> {quoted(row.title)}</span>'
            "</button></form>"
        )


def _proven(row: Submission) -> str:
    """How many of its images are proven."""
    if row.current is None or not row.current.images_total:
        return "–"
    done, total = row.current.images_redirected, row.current.images_total
    return (
        f'<progress class="proven" value="{done}" max="{total}" aria-hidden="true"></progress>'
        f" {done}/{total}"
    )


def _shown(text: str) -> str:
    return escape(safe_text(text))
